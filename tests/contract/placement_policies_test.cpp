// What every placement policy must keep, over every row of the registry.

#include <rapidcheck.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <stdexcept>

#include "models/checkers/placement_checker.hpp"
#include "models/purposes.hpp"
#include "tests/support/placement_world.hpp"

using namespace spindle;
using namespace spindle::models;

namespace {

struct Shape {
  std::uint32_t zones, racks_per_zone, drives, shards;
  SpreadRule rule;
};

const std::vector<Shape> kShapes = {
    {1, 1, 1, 1, {3, 1}},  {1, 1, 7, 3, {0, 0}},  {3, 4, 60, 3, {3, 1}},  {3, 4, 61, 9, {3, 1}},
    {3, 3, 40, 9, {3, 1}}, {3, 2, 31, 4, {2, 1}}, {2, 5, 47, 5, {3, 1}},  {4, 3, 50, 6, {2, 2}},
    {2, 2, 13, 5, {0, 0}}, {5, 1, 23, 7, {2, 2}}, {2, 9, 18, 18, {9, 1}},
};

bool limits_hold(const std::vector<std::uint32_t>& set, const SpreadRule& rule,
                 const Topology& topology) {
  std::uint32_t on_platform = 0;
  std::vector<std::uint32_t> racks(topology.racks());
  std::vector<std::uint32_t> zones(topology.zones());
  for (const std::uint32_t drive : set) {
    ++racks[topology.rack_of(drive)];
    ++zones[topology.zone_of(drive)];
    on_platform += topology.model_of(drive).name == rule.guard.platform ? 1U : 0U;
  }
  if (!rule.guard.platform.empty() && on_platform > rule.guard.at_most) return false;
  const auto within = [](const std::vector<std::uint32_t>& counts, std::uint32_t limit) {
    return limit == 0 || *std::max_element(counts.begin(), counts.end()) <= limit;
  };
  return within(racks, rule.max_per_rack) && within(zones, rule.max_per_zone);
}

// By trying every subset: is there a legal set of drives among those that `usable` names?
bool legal_set_exists(const Topology& topology, const SpreadRule& rule, std::uint32_t shards,
                      const std::vector<bool>& usable) {
  for (std::uint32_t subset = 0; subset < (1U << topology.drives()); ++subset) {
    std::vector<std::uint32_t> set;
    bool all_usable = true;
    for (std::uint32_t drive = 0; drive < topology.drives(); ++drive) {
      if (((subset >> drive) & 1U) == 0) continue;
      set.push_back(drive);
      all_usable = all_usable && usable[drive];
    }
    if (all_usable && set.size() == shards && limits_hold(set, rule, topology)) return true;
  }
  return false;
}

std::vector<bool> with_room(const Topology& topology, const PlacementResult& result,
                            std::uint64_t shard_bytes) {
  std::vector<bool> room;
  for (std::uint32_t drive = 0; drive < topology.drives(); ++drive) {
    room.push_back(result.used_bytes[drive] + shard_bytes <= topology.capacity_of(drive).value);
  }
  return room;
}

}  // namespace

TEST_CASE("every policy places legally and conserves bytes and heat") {
  for (const Shape& shape : kShapes) {
    const Topology topology =
        test::fleet(shape.zones, shape.racks_per_zone, shape.drives, 1'000'000);
    ExtentTable table = test::equal_tenants(5, 40, 1000);
    for (std::uint32_t extent = 0; extent < table.extents(); ++extent) {
      table.heat_weight.push_back(0.5F + static_cast<float>(extent % 7) / 6);
    }
    std::vector<double> demand(5);
    for (std::uint32_t extent = 0; extent < table.extents(); ++extent) {
      demand[extent / 40] += static_cast<double>(table.heat_weight[extent]) * shape.shards;
    }
    for (const PlacementOptions& options : test::all_policies(shape.shards)) {
      CAPTURE(options.policy, shape.zones, shape.racks_per_zone, shape.drives, shape.shards);
      const PlacementResult result =
          place_all({topology, shape.rule, shape.shards, 5, {3}}, options, table);
      const CheckReport report = check_placement(topology, shape.rule, table, result);
      CAPTURE(report.first);
      CHECK(report.ok());
      CHECK(check_heat(result.expected_heat, demand).ok());
      CHECK(result.unplaced_extents == 0);
    }
  }
}

TEST_CASE("every policy decides the same again, and otherwise under another seed") {
  const Topology topology = test::fleet(3, 4, 120, 1'000'000);
  const ExtentTable table = test::equal_tenants(6, 30, 1000);
  for (const PlacementOptions& options : test::all_policies(20)) {
    CAPTURE(options.policy);
    const auto place = [&](std::uint64_t seed) {
      return place_all({topology, {3, 1}, 6, 6, {seed}}, options, table);
    };
    const PlacementResult one = place(1);
    const PlacementResult again = place(1);
    CHECK(one.drive_of_shard == again.drive_of_shard);
    CHECK(one.used_bytes == again.used_bytes);
    CHECK(one.expected_heat == again.expected_heat);
    CHECK(one.drive_of_shard != place(2).drive_of_shard);
  }
}

TEST_CASE("every policy refuses a rule that no drive set can obey, and says why") {
  const Topology four_racks = test::fleet(1, 4, 100, 1000);
  for (const PlacementOptions& options : test::all_policies(50)) {
    CAPTURE(options.policy);
    CHECK_THROWS_WITH(make_policy(options, {four_racks, {0, 1}, 5, 1, {1}}),
                      Catch::Contains("5 shards need 5 racks at 1 a rack, but a zone has 4"));
    CHECK_THROWS_WITH(make_policy(options, {four_racks, {3, 0}, 4, 1, {1}}),
                      Catch::Contains("4 shards need 2 zones at 3 a zone, but the fleet has 1"));
    CHECK_THROWS_AS(make_policy(options, {four_racks, {0, 0}, 0, 1, {1}}), std::invalid_argument);
    CHECK_THROWS_AS(make_policy(options, {four_racks, {0, 0}, 65, 1, {1}}), std::invalid_argument);
    CHECK_NOTHROW(make_policy(options, {four_racks, {0, 1}, 4, 1, {1}}));
  }
}

TEST_CASE("options that cannot work are refused with a suggestion") {
  const Topology topology = test::fleet(3, 4, 60, 1000);
  const PolicyContext context{topology, {3, 1}, 9, 1, {1}};
  CHECK_THROWS_WITH(make_policy(test::policy("rendom"), context),
                    Catch::Contains("\"rendom\"") && Catch::Contains("shuffle_shard"));
  CHECK_THROWS_WITH(make_policy(test::choices(0), context), Catch::Contains("d = 0"));
  CHECK_THROWS_WITH(make_policy(test::choices(65), context), Catch::Contains("d = 65"));
  CHECK_THROWS_WITH(make_policy(test::policy("shuffle_shard", 8), context),
                    Catch::Contains("width 8"));
  CHECK_THROWS_WITH(make_policy(test::policy("shuffle_shard", 61), context),
                    Catch::Contains("width 61"));
  PlacementOptions inner = test::policy("shuffle_shard", 20);
  inner.inner = "static";
  CHECK_THROWS_WITH(make_policy(inner, context), Catch::Contains("\"static\""));
}

TEST_CASE("a fleet is filled to the last legal slot, then extents are counted unplaced") {
  // 12 drives a zone with 5 slots each: exactly 60 extents of one shard a zone fit.
  const Topology topology = test::fleet(3, 4, 36, 5 * 1000 + 999);
  const ExtentTable table = test::equal_tenants(3, 30, 1000);
  for (const PlacementOptions& options : test::all_policies(6)) {
    CAPTURE(options.policy);
    const PlacementResult result = place_all({topology, {1, 1}, 3, 3, {5}}, options, table);
    CHECK(check_placement(topology, {1, 1}, table, result).ok());
    if (options.scatter_width > 0) {  // a full drive ends all the sets that it is in
      CHECK(result.unplaced_extents >= 30);
      continue;
    }
    CHECK(result.unplaced_extents == 30);
    CHECK(std::all_of(result.used_bytes.begin(), result.used_bytes.end(),
                      [](std::uint64_t used) { return used == 5000; }));
  }
}

TEST_CASE("a shard larger than every drive leaves all extents unplaced") {
  const Topology topology = test::fleet(3, 4, 36, 1000);
  const ExtentTable table = test::equal_tenants(3, 30, 1001);
  for (const PlacementOptions& options : test::all_policies(6)) {
    CAPTURE(options.policy);
    const PlacementResult result = place_all({topology, {1, 1}, 3, 3, {5}}, options, table);
    CHECK(result.unplaced_extents == 90);
    CHECK(check_placement(topology, {1, 1}, table, result).ok());
  }
}

TEST_CASE("a full zone hands its share to the others where the rule allows it") {
  // One zone holds drives of a quarter of the size: it is full first.
  const Topology topology(
      {2, 1, 8, {{test::drive_of_capacity(4000), 1}, {test::drive_of_capacity(1000), 1}}});
  const ExtentTable table = test::equal_tenants(1, 20, 1000, 2);
  for (const PlacementOptions& options : test::all_policies(4)) {
    CAPTURE(options.policy);
    const PlacementResult result = place_all({topology, {2, 0}, 2, 1, {5}}, options, table);
    CHECK(check_placement(topology, {2, 0}, table, result).ok());
    // 16 + 4 slots hold at most 10 extents of two; one shard in each zone would place 4.
    if (!test::plans_sets(options)) CHECK(result.unplaced_extents <= 12);
  }
}

TEST_CASE("random and shuffle_shard over random do not depend on the order of extents") {
  const Topology topology = test::fleet(3, 4, 120, 1'000'000);
  constexpr std::uint32_t kExtents = 100;
  for (const char* name : {"random", "shuffle_shard"}) {
    CAPTURE(name);
    const PolicyContext context{topology, {3, 1}, 6, 2, {9}};
    const auto chosen_in_order = [&](bool forward) {
      const auto placer = make_policy(test::policy(name, 20), context);
      const auto state = placer->make_state();
      std::vector<std::uint64_t> used(topology.drives());
      const std::vector<double> heat(topology.drives());
      std::vector<std::vector<std::uint32_t>> chosen(kExtents);
      for (std::uint32_t i = 0; i < kExtents; ++i) {
        const std::uint32_t extent = forward ? i : kExtents - 1 - i;
        sim::RandomStream random(context.seed, 0, purpose::kPlacement, extent);
        chosen[extent].resize(6);
        REQUIRE(placer->place({ExtentId(extent), TenantId(extent % 2), 1000, {}},
                              {topology, used, heat}, *state, random, chosen[extent]));
        for (const std::uint32_t drive : chosen[extent]) used[drive] += 1000;
      }
      return chosen;
    };
    CHECK(chosen_in_order(true) == chosen_in_order(false));
  }
}

TEST_CASE("a renewed state decides as a new one, whatever the old one went through") {
  const Topology topology = test::fleet(3, 4, 120, 40'000);  // 40 slots a drive
  constexpr std::uint32_t kTenants = 4;
  const PolicyContext context{topology, {3, 1}, 6, kTenants, {9}};
  const std::vector<double> heat(topology.drives());
  for (const PlacementOptions& options : test::all_policies(20)) {
    CAPTURE(options.policy);
    const auto policy = make_policy(options, context);
    // Tenant 0 alone writes much; it outgrows a subset of 20 drives.
    const auto place = [&](PlacementPolicy::State& state, std::uint32_t extents,
                           std::uint32_t tenants) {
      std::vector<std::uint64_t> used(topology.drives());
      std::vector<std::vector<std::uint32_t>> chosen(extents, std::vector<std::uint32_t>(6));
      for (std::uint32_t extent = 0; extent < extents; ++extent) {
        const std::uint32_t tenant = extent < 20 ? extent % tenants : 0;
        sim::RandomStream random(context.seed, 0, purpose::kPlacement, extent);
        REQUIRE(policy->place({ExtentId(extent), TenantId(tenant), 1000, {}},
                              {topology, used, heat}, state, random, chosen[extent]));
        for (const std::uint32_t drive : chosen[extent]) used[drive] += 1000;
      }
      return chosen;
    };
    auto old = policy->make_state();
    place(*old, 300, 3);  // tenant 3 has drawn nothing yet
    if (options.policy == "shuffle_shard") REQUIRE(old->notes().front().count > 0);
    const auto fresh = policy->make_state();
    const auto renewed = policy->renew_state(std::move(old));
    CHECK(place(*renewed, 300, kTenants) == place(*fresh, 300, kTenants));
    if (options.policy != "shuffle_shard") continue;
    CHECK(renewed->notes().front().count == fresh->notes().front().count);
  }
}

TEST_CASE("on any small fleet a policy is feasible, legal and complete as brute force says") {
  setenv("RC_PARAMS", "seed=20 max_success=6000", 1);  // the environment may ask for others
  REQUIRE(rc::check("brute force", [] {
    const auto zones = *rc::gen::inRange(1U, 4U);
    const auto racks_per_zone = *rc::gen::inRange(1U, 4U);
    const auto racks = zones * racks_per_zone;
    const auto drives = *rc::gen::inRange(racks, std::max(racks, 8U) + 1);
    SpreadRule rule{*rc::gen::inRange(0U, 4U), *rc::gen::inRange(0U, 3U)};
    const auto shards = *rc::gen::inRange(1U, std::min(drives, 5U) + 1);
    std::vector<DriveShare> models;
    for (std::uint32_t i = 0; i < *rc::gen::inRange(1U, std::min(racks, 2U) + 1); ++i) {
      models.push_back({test::drive_of_capacity(*rc::gen::inRange(10U, 50U)), 1});
      models.back().model.name = i == 0 ? "old" : "new";
    }
    if (*rc::gen::inRange(0, 2) == 1) {
      rule.guard = {models.back().model.name, *rc::gen::inRange(0U, 4U)};
    }
    const Topology topology({zones, racks_per_zone, drives, models});
    const auto width = *rc::gen::inRange(shards, drives + 1);
    const auto policies = test::all_policies(width);
    const auto options = *rc::gen::elementOf(policies);
    const auto tenants = *rc::gen::inRange(1U, 4U);
    const PolicyContext context{topology, rule, shards, tenants, {*rc::gen::inRange(1ULL, 99ULL)}};
    const ExtentTable table = test::equal_tenants(tenants, 20, 10, topology.models().size());

    const bool feasible = legal_set_exists(topology, rule, shards, std::vector<bool>(drives, true));
    RC_ASSERT(feasible == !why_infeasible(rule, shards, topology).has_value());
    if (!feasible) {
      RC_ASSERT_THROWS_AS(make_policy(options, context), std::invalid_argument);
      return;
    }
    const PlacementResult result = place_all(context, options, table);
    RC_ASSERT(check_placement(topology, rule, table, result).ok());
    if (result.unplaced_extents > 0 && !test::plans_sets(options)) {
      RC_ASSERT(!legal_set_exists(topology, rule, shards, with_room(topology, result, 10)));
    }
  }));
}
