// A run to which everything happens: the same bytes for any number of threads, the same failures
// whatever is placed where, and whatever lands.
#include <algorithm>
#include <catch2/catch.hpp>

#include "app/world/world.hpp"
#include "models/placement/translate.hpp"
#include "models/timeline/timeline.hpp"
#include "tests/cli/program.hpp"
#include "tests/support/small_worlds.hpp"

using namespace spindle;
using test::Scratch;

namespace {

const std::string kEverything = R"({
  "schema_version": 1,
  "name": "everything",
  "question": "Are the bytes the same?",
  "run": { "duration": "4 d", "epoch": "1 h" },
  "fleet": { "zones": 3, "racks_per_zone": 6, "drives": 180, "models": [
    { "model": "talk", "capacity": "12 TB", "afr": "3 /yr" },
    { "model": "nearline-20tb", "capacity": "16 TB", "afr": "5 /yr" }] },
  "data": { "logical": "500 TB", "extent": "100 GB" },
  "redundancy": { "scheme": "erasure", "data": 5, "parity": 4 },
  "spread": { "max_per_zone": 3, "max_per_rack": 1 },
  "placement": { "policy": "random" },
  "tenants": [
    { "name": "log", "count": 20, "share": 2, "size": { "distribution": "zipf", "exponent": 0.8 },
      "reads": "50 TB/d", "writes": "40 TB/d", "object": "1 MB", "writes_are": "new_data",
      "cooling": { "model": "exponential", "tau": "2 d" },
      "load": { "model": "on_off", "on": "2 h", "off": "6 h" } },
    { "name": "batch", "count": 5, "share": 1, "reads": "30 TB/d", "writes": "1 TB/d",
      "object": "4 MB",
      "cooling": { "model": "power_law", "exponent": 1, "scale": "1 d", "oldest": "365 d" },
      "load": { "model": "daily_window", "window": "4 h", "start": "random" } }],
  "repair": { "bandwidth": "60 MB/s", "after_zone_loss": "relax" },
  "durability": { "estimator": "direct", "replications": 4 },
  "failure": { "detect": "15 min", "outages": [
    { "domain": "rack", "rate": "20 /yr", "lasts": "5 h" },
    { "domain": "zone", "rate": "10 /yr", "lasts": "2 h" }] },
  "events": [
    { "at": "10 h", "event": "rack_landing", "racks_per_zone": 1, "policy": "coolest_first" },
    { "at": "20 h", "event": "rack_landing", "racks_per_zone": 1, "policy": "new_data_first" },
    { "at": "30 h", "event": "rack_lost", "rack": 9 },
    { "at": "40 h", "event": "zone_down", "zone": 0, "lasts": "6 h" },
    { "at": "50 h", "event": "zone_lost", "zone": 2 }]
})";

// Failures of the base fleet's drives in a run of that scenario, by slot.
std::vector<models::DriveFailure> failures_in(const app::Scenario& scenario) {
  const auto world = app::build_world(scenario);
  const auto placed = models::place_all(world->policy, scenario.placement, world->extents);
  const auto placement = models::translate(placed, world->base, world->topology);
  models::DemandColumns columns(world->population);
  const models::TimelineInputs inputs{.topology = world->topology,
                                      .context = world->policy,
                                      .policy = scenario.placement,
                                      .extents = world->extents,
                                      .placement = placement,
                                      .expected_heat = placed.expected_heat,
                                      .population = world->population,
                                      .costs = world->costs,
                                      .needed = world->scheme.needed(),
                                      .extent_bytes = scenario.data.extent.value,
                                      .grid = world->grid,
                                      .repair = scenario.repair,
                                      .failure = {scenario.failure.replace, scenario.run.duration},
                                      .outages = scenario.outages,
                                      .landings = scenario.landings,
                                      .on_renewed = {}};
  models::Timeline timeline(
      inputs, columns,
      models::first_demand(columns, world->population, world->extents.heat_weight));
  for (std::uint64_t first = 0; first < world->grid.count; first += models::kEpochsPerSweep) {
    models::WindowDemand window;
    window.first_epoch = first;
    window.epochs = std::min<std::size_t>(models::kEpochsPerSweep, world->grid.count - first);
    window.start = sim::Instant() + static_cast<std::int64_t>(first) * world->grid.epoch;
    window.end = window.start + static_cast<std::int64_t>(window.epochs) * world->grid.epoch;
    timeline.journal().begin(window.start);
    timeline.directed().begin(window.start);
    timeline.advance(window);
  }
  std::vector<models::DriveFailure> out;
  for (const models::DriveFailure& failure : timeline.repair().failures()) {
    const std::uint32_t slot = world->topology.slot_of(failure.slot);
    if (slot < world->base.drives()) out.push_back({slot, failure.at});
  }
  return out;
}

app::Scenario failing_scenario() {
  app::Scenario scenario = test::plain_world(300, 10, 3000);
  scenario.run = {sim::Duration::hours(240), sim::Duration::hours(1)};
  scenario.fleet.zones = 3;
  scenario.fleet.racks_per_zone = 10;
  scenario.fleet.models[0].model.annual_failure_rate = 60;
  scenario.redundancy = {models::SchemeKind::kErasure, 3, 5, 4};
  scenario.spread = {3, 1};
  scenario.repair.law = models::RepairLaw::kBandwidth;
  scenario.repair.bytes_per_s = 1e6;
  scenario.outages.scripted = {
      {models::DomainKind::kRack, 3, sim::Instant() + sim::Duration::hours(50), true, {}}};
  return scenario;
}

}  // namespace

TEST_CASE("living: every file is byte-equal for 1, 2 and 4 threads with everything on") {
  const Scratch scratch;
  test::write_file(scratch.path() / "all.json", kEverything);
  for (const std::string policy :
       {R"("static")", R"("random")", R"("d_choices", "d": 3, "metric": "heat")",
        R"("shuffle_shard", "width": 90)"}) {
    std::vector<std::string> reference;
    for (const char* threads : {"1", "2", "4"}) {
      const auto outcome = test::shell(
          scratch.path(), std::string("rm -rf out; \"$SPINDLE\" run all.json -q --out out ") +
                              "--threads " + threads + " --set 'placement={\"policy\": " + policy +
                              "}'");
      INFO(policy << " on " << threads << " threads\n" << outcome.err);
      REQUIRE(outcome.exit_code == 0);
      std::vector<std::string> files;
      for (const char* name : {"metrics.json", "timeseries.csv", "racks.csv", "events.csv"}) {
        files.push_back(test::read_file(scratch.path() / "out" / name));
        CHECK(files.back().size() > 200);
      }
      if (reference.empty()) reference = files;
      for (std::size_t i = 0; i < files.size(); ++i) CHECK((files[i] == reference[i]));
    }
    for (const char* part : {"zone_lost,zone 2", "rack_landing,landing 1", "rack_lost,rack "}) {
      CHECK(reference[3].find(part) != std::string::npos);
    }
  }
}

TEST_CASE("living: all failures come when they came, whatever is placed where, or lands") {
  app::Scenario scenario = failing_scenario();
  const auto reference = failures_in(scenario);
  // 300 drives, 60 a year, 10 days less the days without a drive: 1 h in 7 to replace it.
  CHECK(reference.size() > 300);
  const auto check_equal = [&](const std::string& what) {
    const auto failures = failures_in(scenario);
    INFO(what);
    REQUIRE(failures.size() == reference.size());
    for (std::size_t i = 0; i < failures.size(); ++i) {
      REQUIRE(failures[i].slot == reference[i].slot);
      REQUIRE(failures[i].at == reference[i].at);
    }
  };
  for (const models::PolicyRow& policy : models::policy_registry()) {
    scenario.placement.policy = policy.name;
    scenario.placement.width = 60;
    check_equal(policy.name);
  }
  for (const auto policy : {models::LandingPolicy::kCoolestFirst, models::LandingPolicy::kNone}) {
    scenario = failing_scenario();
    scenario.landings = {{sim::Instant() + sim::Duration::hours(30), 2, policy, 0.8, 50e6}};
    scenario.fleet.landing_racks_per_zone = 2;
    check_equal("with a landing");
  }
}
