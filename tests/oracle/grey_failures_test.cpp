// Drives that are slow before they fail: heat, repair and latencies by hand.
#include <catch2/catch.hpp>
#include <memory>

#include "app/experiment/flow_latency_metrics.hpp"
#include "app/experiment/sweep.hpp"
#include "tests/support/living_fleet.hpp"
#include "tests/support/read_scenario.hpp"

using namespace spindle;
using namespace spindle::models;

namespace {

// 33 drives, each a rack, so that a rack's heat is a drive's. Shards come back late: in the run
// nothing returns.
app::Scenario racks_of_one(const std::vector<std::string>& sets = {}) {
  const char* text = R"({
    "schema_version": 1, "name": "grey", "question": "How hot are slow drives?",
    "run": { "duration": "40 h", "epoch": "1 h" },
    "fleet": { "zones": 3, "racks_per_zone": 11, "drives": 33,
               "models": [{ "model": "nearline-20tb", "mechanics": "nearline-20tb",
                            "afr": "1 %/yr" }] },
    "data": { "logical": "60 TB", "extent": "100 GB" },
    "redundancy": { "scheme": "replication", "copies": 3 },
    "spread": { "max_per_zone": 1, "max_per_rack": 1 },
    "placement": { "policy": "random" },
    "tenants": [{ "name": "web", "count": 1, "reads": "20 TB/d", "writes": "1 TB/d",
                  "object": "1 MB" }],
    "repair": { "mttr": "200 yr" },
    "failure": { "replace": "2 h", "grey": { "lasts": "10 h", "slowdown": 4 } }
  })";
  return test::valid_scenario(text, sets);
}

double hours(double h) {
  return h * 3600;
}

struct Played {
  app::Swept swept;
  std::uint32_t racks = 0;

  [[nodiscard]] double heat(std::uint32_t drive, std::size_t epoch) const {
    return static_cast<double>(swept.timeline->series.rack_heat[epoch * racks + drive]);
  }
  [[nodiscard]] const app::GreySummary& grey() const { return *swept.timeline->summary.grey; }
  [[nodiscard]] double slow_heat(std::size_t epoch) const {
    return swept.flow.series.slow_heat[epoch];
  }
};

// The run in which those failures happen and no others, watched by the checkers.
Played play(const app::Scenario& scenario, std::vector<SlotFailure> failures,
            unsigned threads = 1) {
  const auto world = app::build_world(scenario);
  world->failure.trace =
      std::make_shared<const FailureTrace>(FailureTrace{std::move(failures), true});
  const auto placed = place_all(world->policy, scenario.placement, world->extents);
  Played out{app::sweep_living(scenario, *world, placed, placed.expected_heat, threads, {}),
             world->topology.racks()};
  for (const std::string& line : out.swept.violations) UNSCOPED_INFO(line);
  CHECK(out.swept.violations.empty());
  return out;
}

}  // namespace

TEST_CASE("grey: a drive's heat before its failure is the slowdown times what it was") {
  // Slow from 20.25 h on, dead at 30.25 h: three quarters of epoch 20, a quarter of epoch 30.
  const Played run = play(racks_of_one(), {{hours(30.25), 5}});
  const double before = run.heat(5, 0);
  REQUIRE(before > 0.001);
  for (std::size_t e = 0; e < 20; ++e) {
    CHECK(run.heat(5, e) == Approx(before).epsilon(1e-6));
    CHECK(run.slow_heat(e) == 0);
  }
  CHECK(run.heat(5, 20) == Approx((0.25 + 0.75 * 4) * before).epsilon(1e-6));
  CHECK(run.slow_heat(20) == Approx(0.75 * 3 * before).epsilon(1e-6));
  for (std::size_t e = 21; e < 30; ++e) {
    CHECK(run.heat(5, e) == Approx(4 * before).epsilon(1e-6));
    CHECK(run.slow_heat(e) == Approx(3 * before).epsilon(1e-6));
  }
  CHECK(run.heat(5, 30) == Approx(0.25 * 4 * before).epsilon(1e-5));
  for (std::size_t e = 31; e < 40; ++e) CHECK(run.heat(5, e) == Approx(0).margin(1e-9));
  CHECK(run.grey().drive_hours == Approx(10).epsilon(1e-9));
  CHECK(run.grey().heat_max == Approx(4 * before).epsilon(1e-6));
  // Others bear what they did, and from the failure on what it bore.
  for (std::uint32_t drive = 0; drive < 33; ++drive) {
    if (drive == 5) continue;
    CHECK(run.heat(drive, 29) == run.heat(drive, 0));
  }
}

TEST_CASE("grey: a drive that fails young was slow from its first moment on") {
  // Drive 2: 5 h old at its failure; its successor, in service at 7 h, fails at 11 h, and the next,
  // in service from 13 h, at 38 h. Drive 30 fails after the run, and is slow at its end.
  const Played run =
      play(racks_of_one(),
           {{hours(5), 2}, {hours(11), 2}, {hours(38), 2}, {hours(43), 30}, {hours(51), 31}});
  const double before = run.heat(2, 0) / 4;
  CHECK(run.slow_heat(0) == Approx(3 * before).epsilon(1e-6));
  for (std::size_t e = 1; e < 5; ++e) CHECK(run.heat(2, e) == run.heat(2, 0));
  CHECK(run.heat(30, 39) == Approx(4 * run.heat(30, 6)).epsilon(1e-3));
  CHECK(run.heat(31, 39) == Approx(run.heat(31, 6)).epsilon(1e-3));
  CHECK(run.grey().drive_hours == Approx(5 + 4 + 10 + 7).epsilon(1e-9));
}

TEST_CASE("grey: a slow drive that is lost with its rack is slow no more, the next one is") {
  // Slow from 20.25 h; the rack is lost at 22 h and replaced at 24 h, and the slot's life goes on.
  const app::Scenario scenario =
      racks_of_one({R"(events=[{ "at": "22 h", "event": "rack_lost", "rack": 5 }])"});
  const Played run = play(scenario, {{hours(30.25), 5}});
  CHECK(run.heat(5, 21) == Approx(4 * run.heat(5, 0)).epsilon(1e-6));
  CHECK(run.heat(5, 23) == Approx(0).margin(1e-9));
  CHECK(run.grey().drive_hours == Approx(1.75 + 6.25).epsilon(1e-9));
}

TEST_CASE("grey: what power kills is not announced, what fails by itself is, played or drawn") {
  app::Scenario scenario = racks_of_one({"run.duration=400 d", "run.epoch=1 d"});
  const auto drive_hours = [&](double per_year, std::vector<PowerEvents> power) {
    const auto world = app::build_world(scenario);
    FailureOptions failure = world->failure;
    failure.power = std::move(power);
    DriveModel model = world->topology.models().front();
    model.annual_failure_rate = per_year;
    const Topology topology({3, 11, 33, {{model, 1}}});
    const auto placed = place_all(world->policy, scenario.placement, world->extents);
    const ShardIndex index(placed, 33);
    const RepairInputs inputs{
        topology,        scenario.spread, 1,           world->extents.shard_bytes, placed, index,
        scenario.repair, failure,         sim::Seed{1}};
    RepairRun run(inputs, 0);
    run.run_until(sim::Instant() + scenario.run.duration);
    return std::pair{run.repair().slow_s(run.now()) / 3600, run.failures().size()};
  };
  // Lives alone, one at a time; the same drawn beforehand beside power that kills nobody.
  const auto lives = drive_hours(5, {});
  REQUIRE(lives.second > 100);
  CHECK(lives.first > 8.0 * static_cast<double>(lives.second));
  CHECK(lives.first < 10.0 * static_cast<double>(lives.second + 33));
  const PowerEvents harmless{DomainKind::kRack, 3, sim::Duration::hours(1), 0.0};
  CHECK(drive_hours(5, {harmless}) == lives);
  const PowerEvents deadly{DomainKind::kRack, 3, sim::Duration::hours(1), 1.0};
  const auto killed = drive_hours(0, {deadly});
  CHECK(killed.first == 0);
  CHECK(killed.second > 30);
}

TEST_CASE("grey: a slow source takes its time for a transfer, and as much more of its disk") {
  // One extent of two copies; one of its drives fails at 5 h, the other at 30 h: slow from 6 h
  // before its failure on, or all the time.
  test::FailingFleet fleet;
  fleet.lambda = 0;
  fleet.options.law = RepairLaw::kBandwidth;
  fleet.options.bytes_per_s = 0.01;  // 100 B: 10,000 s
  fleet.run = 30;
  fleet.racks_per_zone = 2;
  fleet.drives = 6;
  fleet.shards = 2;
  fleet.extents = 1;
  fleet.spread = {1, 1};
  const test::PlacedFleet placed(fleet, sim::Seed{1});
  const auto drives = placed.placement().drives_of(0);
  DriveModel model = *find_drive_preset("talk");  // with seeks: its transfers take disk time
  model.capacity = {100'000};
  model.annual_failure_rate = 0;
  const Topology topology({3, 2, 6, {{model, 1}}});
  const auto repair_s = [&](double lasts_h) {
    RepairInputs inputs{
        topology,        fleet.spread,     1,           100, placed.placement(), placed.index(),
        placed.repair(), placed.failure(), sim::Seed{1}};
    inputs.repair.io = Bytes{2};
    inputs.failure.grey = {sim::Duration::hours(lasts_h), 4, 1};
    inputs.failure.trace = std::make_shared<const FailureTrace>(
        FailureTrace{{{hours(5), drives[0]}, {hours(30), drives[1]}}, true});
    sim::Engine engine;
    FleetState state(topology, 100, 1, placed.placement(), placed.index());
    DirectedLoad load(6, sim::Duration::hours(3));
    load.begin({});
    Repair repair(inputs, 0, engine, state, {}, &load);
    engine.run_until(test::hour(24));
    CHECK(repair.counts().restored_shards == 1);
    double busy_s = 0;
    for (const float heat : load.of(drives[1])) busy_s += hours(3) * static_cast<double>(heat);
    return std::pair{repair.counts().repair_s.max(), busy_s};
  };
  const auto healthy = repair_s(6);
  const auto slow = repair_s(48);
  CHECK(healthy.first == 10'000);
  CHECK(slow.first == 40'000);
  REQUIRE(healthy.second > 0);
  CHECK(slow.second == Approx(4 * healthy.second).epsilon(1e-5));
}

TEST_CASE("grey: by a slowdown of 1 nothing changes, to the bit") {
  const char* everything = R"({
    "schema_version": 1, "name": "same", "question": "Are the bytes the same?",
    "run": { "duration": "6 d", "epoch": "1 h" },
    "fleet": { "zones": 3, "racks_per_zone": 6, "drives": 180, "models": [
      { "model": "nearline-20tb", "mechanics": "nearline-20tb", "afr": "5 /yr" }] },
    "data": { "logical": "500 TB", "extent": "100 GB" },
    "redundancy": { "scheme": "erasure", "data": 5, "parity": 4 },
    "spread": { "max_per_zone": 3, "max_per_rack": 1 },
    "placement": { "policy": "random" },
    "tenants": [
      { "name": "log", "count": 20, "reads": "50 TB/d", "writes": "40 TB/d", "object": "1 MB",
        "writes_are": "new_data", "cooling": { "model": "exponential", "tau": "2 d" } }],
    "repair": { "bandwidth": "60 MB/s" },
    "failure": { "detect": "15 min",
                 "outages": [{ "domain": "rack", "rate": "20 /yr", "lasts": "5 h" }] }
  })";
  for (const std::string& cause :
       {std::string(), std::string(R"(failure.clusters={ "model": "followers", "drives_per_node": 5,
           "scales": [{ "in_node": 0.2, "in_rack": 0.2, "delay": "1 d" }] })")}) {
    CAPTURE(cause);
    std::vector<std::string> sets;
    if (!cause.empty()) sets.push_back(cause);
    const app::RunResult without = app::run_experiment(test::valid_scenario(everything, sets), 2);
    sets.emplace_back(R"(failure.grey={ "lasts": "2 d", "slowdown": 1 })");
    const app::RunResult with = app::run_experiment(test::valid_scenario(everything, sets), 2);
    CHECK(with.violations.empty());
    CHECK(with.metrics.get("failure.grey_drive_hours") > 24);
    CHECK(std::isnan(with.metrics.get("heat.grey_max")));
    CHECK(with.metrics.get("heat.grey_share") == 0);
    for (const auto& [name, value] : without.metrics.values()) {
      CAPTURE(name);
      const double other = with.metrics.get(name);
      CHECK((value == other || (std::isnan(value) && std::isnan(other))));
    }
    CHECK(with.series.heat_sum == without.series.heat_sum);
    CHECK(with.series.heat_max == without.series.heat_max);
    CHECK(with.series.directed_heat == without.series.directed_heat);
    CHECK(with.series.disk_time == without.series.disk_time);
    CHECK(with.timeline->series.under_protected == without.timeline->series.under_protected);
    CHECK(with.timeline->series.drives_down == without.timeline->series.drives_down);
    // Slow drives change heat, and neither failures nor demand; the checkers know them apart.
    sets.back() = R"(failure.grey={ "lasts": "2 d", "slowdown": 5, "share": 0.5 })";
    const app::RunResult slow = app::run_experiment(test::valid_scenario(everything, sets), 2);
    for (const std::string& line : slow.violations) UNSCOPED_INFO(line);
    CHECK(slow.violations.empty());
    CHECK(slow.metrics.get("repair.drive_failures") ==
          without.metrics.get("repair.drive_failures"));
    CHECK(slow.series.disk_time == without.series.disk_time);
    CHECK(slow.metrics.get("heat.grey_share") > 0.01);
    CHECK(slow.metrics.get("failure.grey_drive_hours") <
          0.8 * with.metrics.get("failure.grey_drive_hours"));
    for (const unsigned threads : {1U, 5U}) {
      CHECK(app::run_experiment(test::valid_scenario(everything, sets), threads).digest ==
            slow.digest);
    }
  }
}

TEST_CASE(
    "grey: a fleet that is slow is one of four times the demand by a clock four times slower") {
  // All drives fail after the run and are slow in all of it; heats are equal where the others are
  // asked four times as much, and then each answer takes a quarter of the time.
  std::vector<SlotFailure> all;
  for (std::uint32_t drive = 0; drive < 33; ++drive) all.push_back({hours(41), drive});
  const Played slow = play(racks_of_one({"failure.grey.lasts=48 h"}), all);
  const Played busy = play(racks_of_one({"failure.grey.lasts=48 h", "tenants.0.reads=80 TB/d",
                                         "tenants.0.writes=4 TB/d"}),
                           {{hours(1000), 0}});
  for (std::size_t e = 0; e < 40; ++e) {
    CHECK(slow.swept.flow.series.heat_sum[e] ==
          Approx(busy.swept.flow.series.heat_sum[e]).epsilon(1e-9));
    CHECK(slow.slow_heat(e) == Approx(0.75 * slow.swept.flow.series.heat_sum[e]).epsilon(1e-9));
  }
  const FlowLatency& of_slow = *slow.swept.latency;
  const FlowLatency& of_busy = *busy.swept.latency;
  CHECK(of_slow.all_reads.time.p50 == Approx(4 * of_busy.all_reads.time.p50).epsilon(1e-6));
  CHECK(of_slow.all_reads.time.p99_9 == Approx(4 * of_busy.all_reads.time.p99_9).epsilon(1e-6));
  CHECK(of_slow.all_writes.time.p99 == Approx(4 * of_busy.all_writes.time.p99).epsilon(1e-6));
  CHECK(of_slow.wait.mean == Approx(4 * of_busy.wait.mean).epsilon(1e-6));
  CHECK(of_slow.service_s == Approx(4 * of_busy.service_s).epsilon(1e-6));
  CHECK(of_slow.utilisation == Approx(of_busy.utilisation).epsilon(1e-6));
}

TEST_CASE("grey: options out of range are refused") {
  CHECK_THROWS_AS(check(GreyOptions{sim::Duration::hours(-1), 2, 1}), std::invalid_argument);
  CHECK_THROWS_AS(check(GreyOptions{sim::Duration::hours(1), 0.5, 1}), std::invalid_argument);
  CHECK_THROWS_AS(check(GreyOptions{sim::Duration::hours(1), 2, 1.5}), std::invalid_argument);
  CHECK_NOTHROW(check(GreyOptions{}));
  const sim::Duration year = sim::Duration::days(365);
  CHECK(foreseen({sim::Duration::hours(1), 2, 1}, year) == year + sim::Duration::hours(1));
  CHECK(foreseen({}, year) == year);
  CHECK(foreseen({2 * year, 2, 1}, 199 * year) == 200 * year);
}
