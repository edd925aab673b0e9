#include "models/turnover/turnover.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "models/purposes.hpp"
#include "tests/support/landing_fleet.hpp"

using namespace spindle;
using namespace spindle::models;
using test::LandingFleet;

namespace {

using Place = DemandColumns::Place;

Place unit_weight(std::uint32_t tenant, sim::Instant /*birth*/) {
  return {tenant, 1.0F};
}

Landing lands(LandingPolicy policy, double target = 0.5, std::uint32_t racks = 1) {
  return {LandingFleet::hours(0), racks, policy, target, 50e6};
}

constexpr double kExtentPerHour = 5e9 / 3600;  // bytes/s that make one extent an hour

}  // namespace

TEST_CASE("written bytes become extents at the moment they are complete") {
  LandingFleet fleet({});
  std::vector<double> births_h;
  const Turnover& turnover = fleet.turn_over({1}, [&](std::uint32_t tenant, sim::Instant birth) {
    CHECK(tenant == 1);
    births_h.push_back(birth.to_seconds() / 3600);
    return Place{tenant, 1.0F};
  });
  // The first extent is begun by a part drawn evenly; 3.2 are written in 8 hours, then 20 in 8.
  sim::RandomStream random(sim::Seed{5}, 0, purpose::kWritePhase, 1);
  const double begun = random.uniform();
  fleet.run_to(8, 0.4 * kExtentPerHour);
  const auto slow = static_cast<std::size_t>(3.2 + begun);
  CHECK(turnover.counts().born == slow);
  fleet.run_to(16, 2.5 * kExtentPerHour);
  const auto all = static_cast<std::size_t>(23.2 + begun);
  CHECK(turnover.counts().born == all);
  CHECK(turnover.counts().unplaced == 0);
  REQUIRE(births_h.size() == all);
  CHECK(births_h[0] == Approx((1 - begun) / 0.4));
  CHECK(births_h[2] == Approx((3 - begun) / 0.4));
  const double whole = static_cast<double>(slow) + 1;
  CHECK(births_h[slow] == Approx(8 + (whole - 3.2 - begun) / 2.5));
  CHECK(std::is_sorted(births_h.begin(), births_h.end()));
  CHECK(fleet.violations() == std::vector<std::string>{});
  // Nothing of the other tenants was touched, and first writing took its time.
  for (const std::uint32_t extent : {0U, 50U, 99U, 200U, 299U}) {
    const auto before = fleet.placement().drives_of(extent);
    const auto now = fleet.state().map().of(extent);
    CHECK(std::equal(now.begin(), now.end(), before.begin(), before.end()));
  }
  double told = 0;
  for (std::uint32_t drive = 0; drive < 45; ++drive) told += fleet.directed_s(drive);
  CHECK(told == Approx(static_cast<double>(all) * 9 * LandingFleet::kWriteSeconds));
}

TEST_CASE("old data is drawn evenly among the tenant's extents") {
  LandingFleet fleet({});
  std::vector<std::uint32_t> renewed(300);
  fleet.turn_over({0, 1, 2}, [&](std::uint32_t tenant, sim::Instant) {
    return Place{tenant + 3, 1.0F};  // columns of their own: who was renewed shows
  });
  fleet.run_to(48, 100.0 / 48 * kExtentPerHour);
  const auto& column = fleet.state().demand().column;
  const auto old = std::count_if(column.begin(), column.end(), [](auto c) { return c < 3; });
  // 100 draws of 100 leave (1 - 1/100)^100 = 0.366 undrawn: 109.8 of 300, sd 5.3 (occupancy:
  // n (e^-1 - 2 e^-2) a tenant). Five sd: a false alarm in 2e6.
  CHECK(std::abs(static_cast<double>(old) - 109.8) < 5 * 5.3);
  CHECK(fleet.violations() == std::vector<std::string>{});
}

TEST_CASE("new data goes to landed racks by their share of the capacity") {
  test::LandingFleetOptions options;
  options.landings = {lands(LandingPolicy::kNone)};
  options.extents_each = 200;
  LandingFleet fleet(options);
  const LandingRun& run = fleet.land();
  const Turnover& turnover = fleet.turn_over({0, 1, 2}, unit_weight);
  fleet.run_to(96, 2000.0 / 96 * kExtentPerHour);  // all is replaced ten times
  CHECK(turnover.counts().born == 3 * 2000);
  CHECK(turnover.counts().unplaced == 0);
  CHECK(run.report(0).outcome == LandingOutcome::kNoTarget);
  for (std::uint32_t zone = 0; zone < 3; ++zone) {
    const auto [landed, all] = fleet.landed_shards(zone);
    CHECK(all == 600 * 3);
    // One shard of each of the 600 extents with probability 3 / 6: 300, sd 12.2; five sd.
    CHECK(std::abs(static_cast<double>(landed) - 300) < 5 * 12.2);
  }
  CHECK(fleet.violations() == std::vector<std::string>{});
}

// Epochs may be long: what was deleted since the policy last looked must not count as being there,
// or drives seem full one after the other, and new data crowds on those that landed.
TEST_CASE("new data written over and over keeps its spread, however long the epochs") {
  test::LandingFleetOptions options;
  options.shards = 3;
  options.needed = 1;
  options.spread = {1, 1};
  options.capacity_shards = 40;  // 20 of them there at the start
  options.landings = {lands(LandingPolicy::kAsPlaced)};
  LandingFleet fleet(options);
  fleet.land();
  const Turnover& turnover = fleet.turn_over({0, 1, 2}, unit_weight);
  fleet.run_to(8);
  // 1,230 shards, where there was room for 1,260, in fewer epochs than a look at the fleet lasts.
  fleet.run_to(24, 410.0 / 3 / 16 * static_cast<double>(fleet.extent_bytes()) / 3600);
  CHECK(turnover.counts().born >= 408);
  double landed = 0;
  for (std::uint32_t zone = 0; zone < 3; ++zone) {
    landed += static_cast<double>(fleet.landed_shards(zone).first);
  }
  // A sixth of the 900 shards, less what was not renewed: (1 - 1/100)^137 = .25 of them. Five sd.
  const double share = 1.0 / 6 * (1 - std::pow(0.99, 410.0 / 3));
  CHECK(std::abs(landed - 900 * share) < 5 * std::sqrt(900 * share * (1 - share)));
  CHECK(fleet.violations() == std::vector<std::string>{});
}

// A share x of empty drives takes each shard that has one of them among its d candidates:
// 1 - (1 - x)^d of what is written, d times its share where x is small.
TEST_CASE("landed racks that the policy sees attract what is written, by its choices") {
  for (const std::uint32_t d : {1U, 2U, 3U}) {
    CAPTURE(d);
    test::LandingFleetOptions options;
    options.shards = 3;
    options.needed = 1;
    options.spread = {1, 1};
    options.policy = test::choices(d);
    options.landings = {lands(LandingPolicy::kAsPlaced)};
    LandingFleet fleet(options);
    const LandingRun& run = fleet.land();
    const Turnover& turnover = fleet.turn_over({0, 1, 2}, [](std::uint32_t tenant, sim::Instant) {
      return Place{tenant, 3.0F};  // told from old data by its weight
    });
    fleet.run_to(8);
    CHECK(run.report(0).outcome == LandingOutcome::kNoTarget);
    fleet.run_to(16, 30.0 / 8 * static_cast<double>(fleet.extent_bytes()) / 3600);
    CHECK(turnover.counts().born == 90);
    CHECK(turnover.counts().unplaced == 0);
    double renewed = 0;
    for (const float weight : fleet.state().demand().weight) renewed += weight == 3.0F ? 1 : 0;
    double landed = 0;
    for (std::uint32_t zone = 0; zone < 3; ++zone) {
      landed += static_cast<double>(fleet.landed_shards(zone).first);
    }
    // A sixth of each zone's drives. Deletions do not ask where data lies: what is left is drawn as
    // all was. Five sd.
    const double p = 1 - std::pow(5.0 / 6, d);
    const double shards = 3 * renewed;
    CHECK(std::abs(landed - shards * p) < 5 * std::sqrt(shards * p * (1 - p)));
    CHECK(fleet.violations() == std::vector<std::string>{});
  }
}

TEST_CASE("new data first fills the landed racks to their target and no further") {
  for (const std::uint32_t racks : {1U, 2U}) {
    test::LandingFleetOptions options;
    options.landings = {lands(LandingPolicy::kNewDataFirst, 0.25, racks)};
    LandingFleet fleet(options);
    const LandingRun& run = fleet.land();
    const Turnover& turnover = fleet.turn_over({0, 1, 2}, [](std::uint32_t tenant, sim::Instant) {
      return Place{tenant, 3.0F};  // told from old data by its weight
    });
    // As far as the rule allows: one shard of each new extent for every landed rack, and old ones
    // that lie there are deleted as often as any.
    fleet.run_to(8, 5 * kExtentPerHour);
    CHECK(turnover.counts().born == 120);
    std::uint64_t renewed = 0;
    for (std::uint32_t extent = 0; extent < 300; ++extent) {
      renewed += fleet.state().demand().weight[extent] == 3.0F ? 1U : 0U;
    }
    CHECK(renewed > 80);
    for (std::uint32_t zone = 0; zone < 3; ++zone) {
      CHECK(fleet.landed_shards(zone).first == std::min<std::uint64_t>(renewed, 150) * racks);
    }
    CHECK(run.report(0).outcome == LandingOutcome::kFilling);
    CHECK(run.report(0).bytes_short > 0);
    fleet.run_to(40, 5 * kExtentPerHour);
    CHECK(run.report(0).outcome == LandingOutcome::kReached);
    CHECK(run.report(0).seconds > 8 * 3600);
    CHECK(run.report(0).moves == 0);
    CHECK(turnover.counts().unplaced == 0);
    CHECK(fleet.violations() == std::vector<std::string>{});
  }
}

TEST_CASE("new data avoids what is down, and waits where the rule cannot be kept") {
  test::LandingFleetOptions options;
  options.landings = {lands(LandingPolicy::kNone)};
  LandingFleet fleet(options);
  fleet.land();
  const Turnover& turnover = fleet.turn_over({0, 1, 2}, unit_weight);
  FleetState& state = fleet.state();
  fleet.run_to(8, 2 * kExtentPerHour);
  CHECK(turnover.counts().born == 48);
  SECTION("a drive and a rack") {
    fleet.engine().call_at(LandingFleet::hours(8), sim::CellId(0), sim::EntityId(0),
                           [&](sim::Engine& engine) {
                             fleet.fail(4);
                             state.begin_rack_outage(engine.now(), 7);
                           });
    std::vector<std::uint64_t> before(state.used_bytes().begin(), state.used_bytes().end());
    fleet.run_to(16, 2 * kExtentPerHour);
    CHECK(turnover.counts().born == 96);
    CHECK(turnover.counts().redraws > 0);  // of what the drive lost
    CHECK(state.used_bytes()[4] == 0);
    const DriveRange rack = fleet.topology().drives_of_rack(7);
    for (std::uint32_t drive = rack.first; drive < rack.last; ++drive) {
      CHECK(state.used_bytes()[drive] <= before[drive]);
    }
    CHECK(fleet.violations() == std::vector<std::string>{});
  }
  SECTION("a zone, for a time") {
    const sim::Instant now = fleet.engine().now();
    state.begin_zone_outage(now, 2);
    fleet.run_to(16, 2 * kExtentPerHour);
    CHECK(turnover.counts().born == 48);
    CHECK(turnover.counts().unplaced == 48);
    state.end_zone_outage(fleet.engine().now(), 2);
    fleet.run_to(24, 2 * kExtentPerHour);
    CHECK(turnover.counts().born == 96);
    CHECK(turnover.counts().unplaced == 48);
  }
  SECTION("a zone, for good") {
    state.lose_zone(fleet.engine().now(), 0);
    fleet.run_to(16, 2 * kExtentPerHour);
    CHECK(turnover.counts().unplaced == 48);
  }
}

TEST_CASE("a full fleet takes no new data and says so") {
  test::LandingFleetOptions options;
  options.capacity_shards = 60;  // 300 extents of 9 on 45 drives: each is full
  options.policy = test::choices(2);
  LandingFleet fleet(options);
  CHECK(fleet.placement().unplaced_extents < 10);
  const Turnover& turnover = fleet.turn_over({0, 1, 2}, unit_weight);
  fleet.run_to(16, kExtentPerHour);
  CHECK(turnover.counts().born + turnover.counts().unplaced == 48);
  CHECK(turnover.counts().unplaced > 0);
  CHECK(fleet.violations() == std::vector<std::string>{});
}

TEST_CASE("a tenant whose extents are all broken or absent bears nothing") {
  test::LandingFleetOptions options;
  options.extents_each = 0;
  LandingFleet empty(options);
  const Turnover& none = empty.turn_over({0, 1}, unit_weight);
  empty.run_to(8, kExtentPerHour);
  CHECK(none.counts().unplaced == 16);

  LandingFleet fleet({});
  for (std::uint32_t drive = 0; drive < 45; ++drive) fleet.fail(drive);
  const Turnover& turnover = fleet.turn_over({0}, unit_weight);
  fleet.run_to(8, kExtentPerHour);
  CHECK(turnover.counts().born == 0);
  CHECK(turnover.counts().unplaced == 8);
}

TEST_CASE("a tenant's new data does not depend on what others write") {
  const auto map_after = [](std::vector<std::uint32_t> tenants) {
    LandingFleet fleet({});
    fleet.turn_over(std::move(tenants), [](std::uint32_t tenant, sim::Instant) {
      return Place{tenant + 3, 1.0F};
    });
    fleet.run_to(24, 3 * kExtentPerHour);
    std::vector<std::uint32_t> out;
    for (std::uint32_t extent = 100; extent < 200; ++extent) {
      out.push_back(fleet.state().demand().column[extent]);
      for (const std::uint32_t drive : fleet.state().map().of(extent)) out.push_back(drive);
    }
    return out;
  };
  CHECK(map_after({1}) == map_after({0, 1, 2}));
}

TEST_CASE("turnover that cannot be is refused with a reason") {
  LandingFleet fleet({});
  CHECK_THROWS_WITH(fleet.turn_over({3}, unit_weight), Catch::Contains("tenant 3 of 3"));
  CHECK_THROWS_WITH(fleet.turn_over({0}, nullptr), Catch::Contains("no columns"));
  Turnover& turnover = fleet.turn_over({0}, unit_weight);
  const std::vector<double> rates(3, 0.0);
  turnover.write(LandingFleet::hours(2), LandingFleet::kEpoch, rates);
  CHECK_THROWS_AS(turnover.write(LandingFleet::hours(2), LandingFleet::kEpoch, rates),
                  std::logic_error);
}
