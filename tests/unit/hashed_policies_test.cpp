// Policies crush and rendezvous: stable maps, complete where attempts run out.

#include <algorithm>
#include <catch2/catch.hpp>
#include <numeric>

#include "models/checkers/placement_checker.hpp"
#include "models/purposes.hpp"
#include "tests/support/placement_world.hpp"

using namespace spindle;
using namespace spindle::models;

namespace {

// The drives of extents 0, ..., 199, each on a fleet whose drives hold `used`.
std::vector<std::vector<std::uint32_t>> chosen(const PlacementOptions& options,
                                               const Topology& topology,
                                               const std::vector<std::uint64_t>& used,
                                               bool is_forward) {
  const PolicyContext context{topology, {3, 1}, 9, 1, {7}};
  const auto policy = make_policy(options, context);
  const auto state = policy->make_state();
  const std::vector<double> heat(topology.drives());
  std::vector<std::vector<std::uint32_t>> out(200, std::vector<std::uint32_t>(9));
  for (std::uint32_t i = 0; i < 200; ++i) {
    const std::uint32_t extent = is_forward ? i : 199 - i;
    sim::RandomStream random(context.seed, 0, purpose::kPlacement, extent);
    REQUIRE(policy->place({ExtentId(extent), TenantId(0), 10, {}}, {topology, used, heat}, *state,
                          random, out[extent]));
  }
  return out;
}

std::vector<PlacementOptions> hashed() {
  std::vector<PlacementOptions> all = {test::policy("crush"), test::policy("rendezvous"),
                                       test::policy("crush")};
  all.back().drives_per_host = 4;
  return all;
}

}  // namespace

TEST_CASE("hashed policies know neither order nor load while drives have room") {
  const Topology topology = test::fleet(3, 5, 300, 1000);
  std::vector<std::uint64_t> uneven(300);
  for (std::uint32_t drive = 0; drive < 300; ++drive) uneven[drive] = drive * 3;
  for (const PlacementOptions& options : hashed()) {
    CAPTURE(options.policy, options.drives_per_host);
    const auto empty = chosen(options, topology, std::vector<std::uint64_t>(300), true);
    CHECK(chosen(options, topology, uneven, false) == empty);
  }
}

TEST_CASE("hosts change where crush places, not how legally") {
  const Topology topology = test::fleet(3, 5, 300, 1'000'000);
  const ExtentTable table = test::equal_tenants(2, 500, 10);
  PlacementOptions options = test::policy("crush");
  const PlacementResult without = place_all({topology, {3, 1}, 9, 2, {7}}, options, table);
  for (const std::uint32_t drives_per_host : {1U, 7U, 20U, 1000U}) {
    options.drives_per_host = drives_per_host;
    const PlacementResult with = place_all({topology, {3, 1}, 9, 2, {7}}, options, table);
    CHECK(check_placement(topology, {3, 1}, table, with).ok());
    // One host a rack chooses nothing.
    CHECK((with.drive_of_shard == without.drive_of_shard) == (drives_per_host >= 20));
    CHECK(with.notes.front().count == 0);
  }
}

// What a full drive held goes elsewhere, and nothing else moves.
TEST_CASE("under rendezvous a drive that is full gives away its own shards alone") {
  const Topology topology = test::fleet(3, 5, 300, 1000);
  const PlacementOptions options = test::policy("rendezvous");
  std::vector<std::uint64_t> used(300);
  const auto before = chosen(options, topology, used, true);
  std::size_t moved = 0;
  for (const std::uint32_t full : {0U, 111U, 299U}) {
    std::fill(used.begin(), used.end(), 0U);
    used[full] = 1000;
    const auto after = chosen(options, topology, used, true);
    for (std::size_t extent = 0; extent < 200; ++extent) {
      auto was = before[extent];
      auto is = after[extent];
      std::sort(was.begin(), was.end());
      std::sort(is.begin(), is.end());
      std::vector<std::uint32_t> left;
      std::set_difference(was.begin(), was.end(), is.begin(), is.end(), std::back_inserter(left));
      const bool held = std::binary_search(was.begin(), was.end(), full);
      REQUIRE(left == (held ? std::vector<std::uint32_t>{full} : std::vector<std::uint32_t>{}));
      moved += held ? 1U : 0U;
    }
  }
  CHECK(moved > 5);  // of 18 expected
}

TEST_CASE("crush places what its attempts do not find, and says how often") {
  // Three shards in three racks, of which one weighs a thousandth: 50 attempts rarely meet it.
  const Topology topology({1,
                           3,
                           12,
                           {{test::drive_of_capacity(1'000'000), 1},
                            {test::drive_of_capacity(1'000'000), 1},
                            {test::drive_of_capacity(1000), 1}}});
  const ExtentTable table = test::equal_tenants(1, 300, 10, 3);
  const PlacementResult result =
      place_all({topology, {0, 1}, 3, 1, {7}}, test::policy("crush"), table);
  CHECK(check_placement(topology, {0, 1}, table, result).ok());
  CHECK(result.unplaced_extents == 0);
  REQUIRE(std::string(result.notes.front().name) == "exhausted_extents");
  // (1 - 1/2001)^50: 97.5 % miss it in a position's own attempts; other positions make as many.
  CHECK(result.notes.front().count > 250);
  CHECK(result.notes.front().count < 300);
}
