// Straws, levels of a tree and the ranking of drives: what must hold exactly.

#include <rapidcheck.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <set>

#include "models/placement/crush/crush_mapper.hpp"
#include "models/placement/crush/drive_ranking.hpp"
#include "tests/support/placement_world.hpp"
#include "tests/support/simd_targets.hpp"

using namespace spindle;
using namespace spindle::models;
using namespace spindle::models::crush;

namespace {

std::vector<std::uint32_t> iota(std::uint32_t count) {
  std::vector<std::uint32_t> out(count);
  for (std::uint32_t i = 0; i < count; ++i) out[i] = i;
  return out;
}

// By the definition: the greatest ln(u)/w of all items, one logarithm each.
std::uint32_t choose_plainly(const std::vector<double>& weights, StrawKey key) {
  double longest = -INFINITY;
  std::uint32_t chosen = kNoItem;
  for (std::uint32_t i = 0; i < weights.size(); ++i) {
    if (weights[i] <= 0) continue;
    const double u = (straw(key, item_key(i)) + 0.5) / 4294967296.0;
    const double length = std::log(u) / weights[i];
    if (length > longest) {
      longest = length;
      chosen = i;
    }
  }
  return chosen;
}

StrawLevel one_bucket(const std::vector<double>& weights) {
  const auto count = static_cast<std::uint32_t>(weights.size());
  return {iota(count), weights, std::vector<std::uint32_t>{0, count}};
}

bool is_in(std::uint32_t drive, std::span<const std::uint32_t> list) {
  return std::find(list.begin(), list.end(), drive) != list.end();
}

}  // namespace

TEST_CASE("straws: drawn many at once, the winner is that of one at a time") {
  std::vector<std::uint32_t> keys;
  for (std::uint32_t i = 0; i < 300; ++i) keys.push_back(item_key(i));
  keys.resize(keys.size() + kStrawPadding, 12345);
  test::on_every_target([&] {
    for (std::uint32_t count = 1; count <= 300; ++count) {
      const StrawKey key = straw_key(count * 77, count % 5, Level::kDrive);
      std::uint32_t at = 0;
      for (std::uint32_t i = 1; i < count; ++i) {
        if (straw(key, keys[i]) > straw(key, keys[at])) at = i;
      }
      const BestStraw best = best_straw(keys.data(), count, key);
      REQUIRE(best.index == at);
      REQUIRE(best.straw == straw(key, keys[at]));
    }
  });
}

TEST_CASE("straws: a level chooses as the definition of straw2 says") {
  const std::vector<std::vector<double>> buckets = {
      {1},          {1, 1, 1},       {1, 2, 3, 4, 5},    {0, 1, 0, 1},
      {0.25, 8, 8}, {3, 1, 3, 1, 2}, {1e-9, 1e9, 1, 1e9}};
  for (const auto& weights : buckets) {
    const StrawLevel level = one_bucket(weights);
    for (std::uint64_t extent = 0; extent < 3000; ++extent) {
      const StrawKey key = straw_key(extent, 0, Level::kRack);
      REQUIRE(level.choose(0, key) == choose_plainly(weights, key));
    }
  }
  CHECK(one_bucket({0, 0}).choose(0, straw_key(1, 0, Level::kRack)) == kNoItem);
}

TEST_CASE("straws: a weight that changes moves extents to or from its own item only") {
  setenv("RC_PARAMS", "seed=5 max_success=300", 1);
  REQUIRE(rc::check("one weight changes", [] {
    const auto count = *rc::gen::inRange(2U, 40U);
    std::vector<double> weights;
    for (std::uint32_t i = 0; i < count; ++i) weights.push_back(*rc::gen::inRange(1, 4));
    const auto changed = *rc::gen::inRange(0U, count);
    auto after = weights;
    after[changed] = *rc::gen::inRange(0, 8);
    const StrawLevel old_level = one_bucket(weights);
    const StrawLevel new_level = one_bucket(after);
    for (std::uint64_t extent = 0; extent < 200; ++extent) {
      const StrawKey key = straw_key(extent, 0, Level::kDrive);
      const std::uint32_t was = old_level.choose(0, key);
      const std::uint32_t is = new_level.choose(0, key);
      if (was == is) continue;
      const bool is_more = after[changed] > weights[changed];
      RC_ASSERT((is_more ? is : was) == changed);
    }
  }));
}

TEST_CASE("crush tree: hosts of a rack take its drives in turn, the last what is left") {
  const Topology topology = test::fleet(1, 2, 14, 1000);  // racks of 7
  const CrushTree tree(topology, {.drives_per_host = 3});
  std::vector<std::uint32_t> hosts;
  for (std::uint32_t drive = 0; drive < 14; ++drive) hosts.push_back(tree.host_of(drive));
  CHECK(hosts == std::vector<std::uint32_t>{0, 0, 0, 1, 1, 1, 2, 3, 3, 3, 4, 4, 4, 5});
  CHECK_FALSE(CrushTree(topology).has_hosts());
  for (std::uint64_t extent = 0; extent < 500; ++extent) {
    const std::uint32_t rack = tree.choose_rack(0, extent, 0);
    CHECK(topology.rack_of(tree.choose_drive(rack, extent, 0)) == rack);
  }
}

TEST_CASE("crush tree: impossible weights are refused") {
  const Topology topology = test::fleet(1, 1, 3, 1000);
  const std::vector<double> two = {1, 1};
  const std::vector<double> negative = {1, -1, 1};
  const std::vector<double> above_one = {1, 2, 1};
  CHECK_THROWS_WITH(CrushTree(topology, {.weights = two}), Catch::Contains("2 weights"));
  CHECK_THROWS_WITH(CrushTree(topology, {.weights = negative}), Catch::Contains("weight -1"));
  CHECK_THROWS_WITH(CrushTree(topology, {.accepted = above_one}), Catch::Contains("accepts 2"));
  CHECK_THROWS_AS(map_extents(CrushTree(topology), {}, {1, 0, 3}, 1), std::invalid_argument);
  CHECK_THROWS_AS(map_extents(CrushTree(topology), {}, {1, 3, 22}, 1), std::invalid_argument);
}

TEST_CASE("crush: positions are legal, and empty only where nothing can fill them") {
  const Topology topology = test::fleet(3, 4, 240, 1000);
  const CrushTree tree(topology, {.drives_per_host = 5});
  const auto map = map_extents(tree, {}, {2000, 3, 3}, 1);
  for (std::uint32_t extent = 0; extent < 2000; ++extent) {
    std::set<std::uint32_t> racks;
    std::vector<std::uint32_t> zones(3);
    for (std::uint32_t i = 0; i < 9; ++i) {
      const std::uint32_t drive = map[extent * 9 + i];
      REQUIRE(drive != kNoItem);
      racks.insert(topology.rack_of(drive));
      ++zones[topology.zone_of(drive)];
    }
    REQUIRE(racks.size() == 9);
    REQUIRE(zones == std::vector<std::uint32_t>{3, 3, 3});
  }
  // Five drives a zone in four racks: one position of each zone stays empty.
  const auto crowded = map_extents(tree, {}, {50, 3, 5}, 1);
  CHECK(std::count(crowded.begin(), crowded.end(), kNoItem) == 50 * 3);
}

TEST_CASE("crush: what is out gets nothing, and a half accepted drive half as much") {
  const Topology topology = test::fleet(3, 4, 120, 1000);
  std::vector<double> accepted(120, 1.0);
  accepted[7] = 0;
  accepted[50] = 0.5;
  const auto counted = [&](const TreeOptions& options) {
    std::vector<std::uint32_t> counts(120);
    for (const std::uint32_t drive :
         map_extents(CrushTree(topology, options), {}, {40'000, 3, 3}, 1)) {
      ++counts[drive];
    }
    return counts;
  };
  const auto all = counted({});
  const auto some = counted({.accepted = accepted});
  CHECK(some[7] == 0);
  // 3,000 shards expected, binomial with half: 6 standard deviations are 164.
  CHECK(std::abs(some[50] - all[50] / 2.0) < 170);
}

TEST_CASE("ranking: an extent takes the highest drives that may hold it") {
  const Topology topology = test::fleet(1, 5, 100, 1000);
  const DriveRanking ranking(topology);
  std::vector<DriveRanking::Candidate> scratch;
  for (std::uint64_t extent = 0; extent < 300; ++extent) {
    for (const std::uint32_t max_per_rack : {0U, 1U, 2U}) {
      const auto has_room = [&](std::uint32_t drive) { return (drive + extent) % 3 != 0; };
      std::vector<std::uint32_t> out(5, kNoItem);
      out[1] = 42;  // kept, and counted
      REQUIRE(ranking.fill(
          0, extent, max_per_rack, has_room, [](std::uint32_t) {}, scratch, out));
      // Drive by drive in the order of their straws.
      std::vector<std::uint32_t> order = iota(100);
      const StrawKey key = straw_key(extent, 0, Level::kDrive);
      std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
        return straw(key, item_key(a)) > straw(key, item_key(b));
      });
      std::vector<std::uint32_t> expected = {42};
      for (const std::uint32_t drive : order) {
        const auto in_rack =
            std::count_if(expected.begin(), expected.end(), [&](std::uint32_t other) {
              return topology.rack_of(other) == topology.rack_of(drive);
            });
        if (expected.size() == 5 || !has_room(drive) || is_in(drive, expected)) continue;
        if (max_per_rack == 0 || in_rack < max_per_rack) expected.push_back(drive);
      }
      std::swap(out[0], out[1]);
      REQUIRE(out == expected);
    }
  }
  std::vector<std::uint32_t> six(6, kNoItem);
  const auto anything = [](std::uint32_t) { return true; };
  CHECK_FALSE(ranking.fill(
      0, 1, 1, anything, [](std::uint32_t) {}, scratch, six));
}
