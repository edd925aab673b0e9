// The guard rail while the fleet lives: repair, new data and landings keep to it, and the checkers
// would see it if they did not.
#include <catch2/catch.hpp>

#include "app/experiment/experiment.hpp"
#include "models/checkers/placement_checker.hpp"
#include "models/purposes.hpp"
#include "models/repair/target_chooser.hpp"
#include "tests/support/living_world.hpp"
#include "tests/support/placement_world.hpp"

using namespace spindle;

TEST_CASE("the placement checker sees one shard too many on the guarded platform") {
  const models::Topology topology = test::two_platforms(1, 2, 4, 100, 1, 1);
  std::vector<std::uint32_t> of[2];  // old, new drives
  for (std::uint32_t drive = 0; drive < 4; ++drive) {
    of[topology.model_of(drive).name == "new" ? 1 : 0].push_back(drive);
  }
  const models::ExtentTable table = test::equal_tenants(1, 1, 1, 2);
  models::PlacementResult placed;
  placed.shards_per_extent = 3;
  placed.drive_of_shard = {of[0][0], of[1][0], of[1][1]};
  placed.used_bytes.assign(4, 0);
  for (const std::uint32_t drive : placed.drive_of_shard) placed.used_bytes[drive] = 1;
  models::SpreadRule rule{0, 0};
  CHECK(models::check_placement(topology, rule, table, placed).ok());
  rule.guard = {"new", 2};
  CHECK(models::check_placement(topology, rule, table, placed).ok());
  rule.guard = {"new", 1};
  const models::CheckReport report = models::check_placement(topology, rule, table, placed);
  REQUIRE(report.violations == 1);
  CHECK(report.first.front() == "extent 0 has 2 shards on new drives, limit 1");
}

TEST_CASE("a restored shard goes beside the guarded platform once the extent has its share there") {
  const models::Topology topology = test::two_platforms(1, 10, 100, 100, 1, 1);
  const models::SpreadRule rule{0, 0, models::ZoneDraw::kEven, {"new", 1}};
  const models::TargetChooser chooser(topology, rule, 1);
  std::vector<std::uint64_t> used(100);
  const std::vector<std::uint8_t> up(100, 1);
  const std::vector<std::uint32_t> open = {100};
  std::uint32_t some_new = 0;
  while (topology.model_of(some_new).name != "new") ++some_new;
  const auto restored_to_new = [&](std::vector<std::uint32_t> held) {
    int hits = 0;
    for (std::uint64_t shard = 0; shard < 200; ++shard) {
      sim::RandomStream random(sim::Seed{1}, 0, models::purpose::kRepairTarget, shard);
      const std::uint32_t to = chooser.choose(held, {used, up, open}, random);
      REQUIRE(to != models::TargetChooser::kNone);
      hits += topology.model_of(to).name == "new" ? 1 : 0;
    }
    return hits;
  };
  CHECK(restored_to_new({some_new}) == 0);
  CHECK(restored_to_new({}) > 50);
  // Full beside the platform: nowhere.
  for (std::uint32_t drive = 0; drive < 100; ++drive) {
    if (topology.model_of(drive).name == "old") used[drive] = 100;
  }
  sim::RandomStream random(sim::Seed{1}, 0, models::purpose::kRepairTarget, 0);
  const std::vector<std::uint32_t> held = {some_new};
  CHECK(chooser.choose(held, {used, up, open}, random) == models::TargetChooser::kNone);
}

// The checkers of every run look at the guard rail after failures, repairs, overwritten data and
// the landing of racks of the guarded platform.
TEST_CASE("living: the guard rail holds while drives fail, data is replaced and racks land") {
  app::Scenario scenario = test::living_scenario();
  for (auto& model : scenario.fleet.models) model.model.annual_failure_rate = 20;
  scenario.fleet.models.push_back(scenario.fleet.models.front());
  scenario.fleet.models.front().model.name = "new";
  scenario.fleet.models.front().share = 0.2;
  scenario.fleet.models.back().share = 0.8;
  scenario.landings = {{sim::Instant() + sim::Duration::hours(10), 1,
                        models::LandingPolicy::kCoolestFirst, 0.8, 50e6},
                       {sim::Instant() + sim::Duration::hours(12), 1,
                        models::LandingPolicy::kNewDataFirst, 0.8, 50e6}};
  scenario.fleet.landing_racks_per_zone = 2;
  scenario.spread.guard = {"new", 1};
  for (const char* policy : {"random", "least_loaded", "round_robin", "k_of_d"}) {
    scenario.placement.policy = policy;
    const app::RunResult result = app::run_experiment(scenario, 1);
    CAPTURE(policy);
    for (const std::string& line : result.violations) UNSCOPED_INFO(line);
    CHECK(result.violations.empty());
  }
}
