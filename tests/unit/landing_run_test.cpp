#include "models/migration/landing_run.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/support/landing_fleet.hpp"

using namespace spindle;
using namespace spindle::models;
using test::LandingFleet;

namespace {

Landing cool(double at_h, double bytes_per_s, double target = 0.5, std::uint32_t racks = 1) {
  return {LandingFleet::hours(at_h), racks, LandingPolicy::kCoolestFirst, target, bytes_per_s};
}

test::LandingFleetOptions with(std::vector<Landing> landings) {
  test::LandingFleetOptions options;
  options.landings = std::move(landings);
  return options;
}

// Runs until nothing is left to happen.
LandingReport outcome(const test::LandingFleetOptions& options) {
  LandingFleet fleet(options);
  const LandingRun& run = fleet.land();
  fleet.engine().run_until(sim::Instant::never());
  fleet.add_window();
  CHECK(fleet.engine().pending() == 0);
  CHECK(fleet.violations() == std::vector<std::string>{});
  return run.report(0);
}

}  // namespace

TEST_CASE("racks are not there before they land and take data after") {
  LandingFleet fleet(with({cool(3, 1e9), cool(20, 1e9)}));
  const LandingRun& run = fleet.land();
  CHECK(run.report(0).outcome == LandingOutcome::kAhead);
  const std::uint32_t rack = fleet.topology().landing_rack(1, 0);
  const std::uint32_t drive = fleet.topology().drives_of_rack(rack).first;
  CHECK_FALSE(fleet.state().is_present(drive));
  CHECK(fleet.state().takes_data()[drive] == 0);
  fleet.run_to(8);
  CHECK(fleet.state().takes_data()[drive] == 1);
  CHECK(fleet.landed_drives().size() == 9);
  CHECK(run.landed()[1].size() == 1);
  CHECK(run.landed()[1][0].rack == rack);
  REQUIRE(fleet.journal().rack_steps().size() == 3);
  CHECK(fleet.journal().rack_steps()[1].rack == rack);
  CHECK(fleet.journal().rack_steps()[1].is_up);
  CHECK(fleet.journal().rack_steps()[1].from == 3.0);
  CHECK_FALSE(fleet.journal().rack_is_up(rack));  // at the window's start
  fleet.run_to(24);
  CHECK(run.landed()[1].size() == 2);
  CHECK(run.report(1).outcome == LandingOutcome::kReached);
  CHECK(run.report(1).seconds == Approx(100));  // 100 shards of 1 GB at 1 GB/s
  CHECK(fleet.violations() == std::vector<std::string>{});
}

TEST_CASE("several racks of a zone fill side by side") {
  const LandingReport report = outcome(with({cool(0, 10e6, 0.3, 2)}));
  CHECK(report.outcome == LandingOutcome::kReached);
  CHECK(report.moves == 18 * 60);
  // 60 shards of 100 s, and some that two racks were after at the same time.
  CHECK(report.transfers_in_vain < 18 * 60 / 50);
  CHECK(report.seconds >= 6000);
  CHECK(report.seconds <= 6300);
}

TEST_CASE("a target that cannot be met is reported and nothing hangs") {
  SECTION("no rate") {
    const LandingReport report = outcome(with({cool(1, 0)}));
    CHECK(report.outcome == LandingOutcome::kUnmet);
    CHECK(report.moves == 0);
    CHECK(report.bytes_short == 9 * 100e9);
  }
  SECTION("a rate at which one shard takes longer than a run can be") {
    CHECK(outcome(with({cool(1, 1e-3)})).outcome == LandingOutcome::kUnmet);
  }
  SECTION("fewer extents than the target wants") {
    auto options = with({cool(1, 1e9, 1.0)});
    options.extents_each = 40;  // 120 extents, one shard of each, for 600
    const LandingReport report = outcome(options);
    CHECK(report.outcome == LandingOutcome::kUnmet);
    CHECK(report.moves == 3 * 120);
    CHECK(report.bytes_short == (9 * 200 - 360) * 1e9);
  }
  SECTION("no data at all") {
    auto options = with({cool(1, 1e9)});
    options.extents_each = 0;
    CHECK(outcome(options).outcome == LandingOutcome::kUnmet);
  }
  SECTION("after the run") {
    CHECK(outcome(with({cool(25, 1e9)})).outcome == LandingOutcome::kAhead);
  }
  SECTION("the run ends first") {
    const LandingReport report = outcome(with({cool(23.5, 1e6)}));  // 1,000 s a shard
    CHECK(report.outcome == LandingOutcome::kFilling);
    CHECK(report.moves == 9);
  }
}

TEST_CASE("a zone lost while its racks fill leaves the target unmet") {
  LandingFleet fleet(with({cool(1, 5e6)}));
  const LandingRun& run = fleet.land();
  fleet.engine().call_at(LandingFleet::hours(3), sim::CellId(0), sim::EntityId(0),
                         [&](sim::Engine& engine) { fleet.state().lose_zone(engine.now(), 1); });
  fleet.engine().run_until(sim::Instant::never());
  const LandingReport report = run.report(0);
  CHECK(report.outcome == LandingOutcome::kUnmet);
  CHECK(fleet.engine().pending() == 0);
  CHECK(fleet.landed_shards(0).first == 300);
  // Before the loss: 2 h of 200 s a shard, a state that is at most an epoch ahead.
  CHECK(report.moves > 2 * 300 + 3 * 17);
  CHECK(report.moves < 2 * 300 + 3 * 60);
}

TEST_CASE("drives that fail while a rack fills cost transfers and no law") {
  auto options = with({cool(1, 2e6, 0.2, 2)});  // 80 shards a drive, 500 s each: 11 h
  options.capacity_shards = 400;
  options.extents_each = 200;
  LandingFleet fleet(options);
  const LandingRun& run = fleet.land();
  const Topology& topology = fleet.topology();
  const std::uint32_t landed = topology.drives_of_rack(topology.landing_rack(2, 1)).first + 1;
  for (const std::uint32_t drive : {3U, landed}) {
    fleet.engine().call_at(LandingFleet::hours(2.1 + drive % 7), sim::CellId(0),
                           sim::EntityId(drive),
                           [&fleet, drive](sim::Engine&) { fleet.fail(drive); });
  }
  fleet.engine().call_at(LandingFleet::hours(14), sim::CellId(0), sim::EntityId(0),
                         [&](sim::Engine&) { fleet.state().replace(landed); });
  fleet.run_to(24);
  CHECK(run.report(0).outcome == LandingOutcome::kFilling);  // that one is late
  CHECK(run.report(0).transfers_in_vain > 0);
  CHECK(run.report(0).bytes_short > 0);
  CHECK(fleet.violations() == std::vector<std::string>{});
}

TEST_CASE("landings that cannot be are refused with a reason") {
  const auto refused = [](const Landing& landing) {
    LandingFleet fleet(with({landing}));
    fleet.land();
  };
  CHECK_THROWS_WITH(refused(cool(1, 1e9, 0.5, 0)), Catch::Contains("0 racks"));
  CHECK_THROWS_WITH(refused(cool(-1, 1e9)), Catch::Contains("not before the run"));
  CHECK_THROWS_WITH(refused(cool(1, 1e9, 1.01)), Catch::Contains("target fill of 1.01"));
  CHECK_THROWS_WITH(refused(cool(1, 1e9, 0)), Catch::Contains("target fill of 0"));
  CHECK_THROWS_WITH(refused(cool(1, -1)), Catch::Contains("-1 B/s"));
  LandingFleet fleet(with({cool(1, 1e9)}));
  LandingInputs inputs;
  inputs.epoch = LandingFleet::kEpoch;
  CHECK_THROWS_WITH(LandingRun(inputs, fleet.engine(), fleet.state()),
                    Catch::Contains("0 racks a zone land in a fleet with 1"));
}

TEST_CASE("an outage that ends before a rack lands does not bring the rack up") {
  // What the journal says of the rack after each step: absent from the start, up from the landing.
  LandingFleet fleet(with({cool(100, 1e9)}));
  fleet.land();
  FleetState& state = fleet.state();
  const std::uint32_t rack = fleet.topology().landing_rack(1, 0);
  const DriveRange drives = fleet.topology().drives_of_rack(rack);
  fleet.journal().begin(LandingFleet::hours(0));
  const auto steps = [&] {
    std::vector<std::pair<double, bool>> out;
    for (const RackStep& step : fleet.journal().rack_steps()) {
      if (step.rack == rack) out.emplace_back(step.from, step.is_up);
    }
    return out;
  };
  using Steps = std::vector<std::pair<double, bool>>;
  CHECK_FALSE(fleet.journal().rack_is_up(rack));
  state.begin_rack_outage(LandingFleet::hours(1), rack);
  state.end_rack_outage(LandingFleet::hours(2), rack);
  state.begin_zone_outage(LandingFleet::hours(3), 1);
  state.end_zone_outage(LandingFleet::hours(4), 1);
  CHECK(steps().empty());
  CHECK_FALSE(state.can_read(drives.first));
  SECTION("landing between outages") {
    state.land_rack(LandingFleet::hours(5), rack);
    CHECK(steps() == Steps{{5, true}});
    CHECK(state.can_read(drives.first));
  }
  SECTION("landing within an outage") {
    state.begin_rack_outage(LandingFleet::hours(5), rack);
    state.land_rack(LandingFleet::hours(6), rack);
    CHECK(steps().empty());
    CHECK_FALSE(state.can_read(drives.first));
    state.end_rack_outage(LandingFleet::hours(7), rack);
    CHECK(steps() == Steps{{7, true}});
    CHECK(state.can_read(drives.first));
  }
}
