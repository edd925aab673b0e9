// Failures and repairs in small fleets, and what must hold after any of them.
#include "models/repair/repair_run.hpp"

#include <rapidcheck.h>

#include <catch2/catch.hpp>

#include "tests/support/failing_fleet.hpp"

using namespace spindle;
using namespace spindle::models;
using test::FailingFleet;
using test::PlacedFleet;

TEST_CASE("repair: every state of a busy fleet passes the checker") {
  const bool ok = rc::check("repair: invariants", [] {
    auto fleet = test::any_fleet(1);
    if (!fleet) return true;
    fleet->detect = sim::Duration::hours(*rc::gen::inRange(0, 24));
    return test::passes_the_checker(*fleet, [](const RepairRun& run) {
      return run.state().under_protected() <= run.missing_shards();
    });
  });
  REQUIRE(ok);
}

TEST_CASE("repair: failures in the engine are the process's, one by one") {
  FailingFleet fleet;
  fleet.lambda = 1;
  const PlacedFleet placed(fleet, sim::Seed{5});
  const RepairInputs inputs = placed.inputs();
  RepairRun run(inputs, 2);
  run.run_until(placed.end());
  const FailureProcess process(placed.topology(), placed.failure(), sim::Seed{5}, 2);
  std::vector<std::vector<sim::Instant>> seen(placed.topology().drives());
  for (const DriveFailure& failure : run.failures()) seen[failure.slot].push_back(failure.at);
  for (std::uint32_t slot = 0; slot < placed.topology().drives(); ++slot) {
    CHECK(seen[slot] == process.failures_of(slot));
  }
}

TEST_CASE("repair: at failure rate 0 nothing happens") {
  FailingFleet fleet;
  fleet.lambda = 0;
  const auto estimate = PlacedFleet(fleet, sim::Seed{1}).estimate(20);
  CHECK(estimate.total.failures == 0);
  CHECK(estimate.total.losses == 0);
  CHECK(estimate.under_protected == 0);
  CHECK(estimate.loss_probability.low == 0);
  // Clopper and Pearson's bound for none of 20 x 1,000, less what few equal sets cost.
  CHECK(estimate.loss_probability.high > 3.68 / 20'000);
  CHECK(estimate.loss_probability.high < 4.2 / 20'000);
}

TEST_CASE("repair: detection at or beyond mttr is refused") {
  FailingFleet fleet;
  for (const double hours : {24.0, 25.0}) {
    fleet.detect = sim::Duration::hours(hours);
    const PlacedFleet placed(fleet, sim::Seed{1});
    CHECK_THROWS_WITH(placed.estimate(2), Catch::Contains("nothing would be left"));
  }
  fleet.detect = sim::Duration::nanoseconds(-1);
  CHECK_THROWS_AS(PlacedFleet(fleet, sim::Seed{1}).estimate(2), std::invalid_argument);
  fleet.detect = sim::Duration();
  CHECK_THROWS_WITH(PlacedFleet(fleet, sim::Seed{1}).estimate(0), Catch::Contains("replications"));
}

TEST_CASE("repair: a restored shard takes detection and rebuild, mttr on average") {
  FailingFleet fleet;
  fleet.detect = sim::Duration::hours(20);
  fleet.run = 1000;
  const auto estimate = PlacedFleet(fleet, sim::Seed{1}).estimate(2);
  REQUIRE(estimate.total.restored_shards > 100'000);
  CHECK(estimate.total.repair_s.min() >= 20 * 3600);
  // Median of 20 h + Exp(4 h); the histogram's bucket is 0.8 % wide, the sample's error below 0.1
  // %.
  CHECK(estimate.total.repair_s.quantile(0.5) == Approx((20 + 4 * 0.693147) * 3600).epsilon(0.01));
}

TEST_CASE("repair: one drive holds one copy: each failure loses all, each replacement restores") {
  FailingFleet fleet{.zones = 1, .racks_per_zone = 1, .drives = 1};
  fleet.shards = 1;
  fleet.extents = 10;
  fleet.spread = {0, 0};
  fleet.replace = sim::Duration::hours(30);
  const PlacedFleet placed(fleet, sim::Seed{1});
  const auto estimate = placed.estimate(50);
  CHECK(estimate.violations.empty());
  CHECK(estimate.distinct_sets == 1);
  CHECK(estimate.total.failures > 100);
  CHECK(estimate.total.losses == 10 * estimate.total.failures);
  CHECK(estimate.total.restored_shards == 0);  // there is nothing to rebuild from
}

TEST_CASE("repair: with k = n every failure is a loss at the rate n lambda") {
  FailingFleet fleet;
  fleet.shards = 3;
  fleet.needed = 3;
  fleet.lambda = 0.01;
  const auto estimate = PlacedFleet(fleet, sim::Seed{1}).estimate(40);
  const double units = sim::kHoursPerYear / test::kRepairHours;
  const double rate = 3 * fleet.lambda * units;
  INFO(estimate.losses_per_year.low << " … " << estimate.losses_per_year.high);
  // 95 % interval, fixed seed.
  CHECK(estimate.losses_per_year.low < rate);
  CHECK(estimate.losses_per_year.high > rate);
  CHECK(estimate.total.restored_shards == 0);
}

TEST_CASE("repair: without spare room shards wait, are counted, and return with the drives") {
  FailingFleet fleet{.zones = 1, .racks_per_zone = 3, .drives = 3, .capacity_shards = 10};
  fleet.extents = 10;  // each drive is full
  fleet.lambda = 0.01;
  fleet.run = 300;
  fleet.replace = sim::Duration::days(3);
  const PlacedFleet placed(fleet, sim::Seed{3});
  REQUIRE(placed.placement().unplaced_extents == 0);
  const RepairInputs inputs = placed.inputs();
  RepairRun run(inputs, 0);
  std::uint64_t most_waiting = 0;
  for (int day = 1; day <= 300; ++day) {
    run.run_until(sim::Instant() + sim::Duration::days(day));
    CHECK(placed.check(run).ok());
    most_waiting = std::max(most_waiting, run.waiting_shards());
    const auto down = static_cast<std::uint64_t>(std::count(
        run.state().takes_data().begin(), run.state().takes_data().end(), std::uint8_t{0}));
    CHECK(run.missing_shards() >= 10 * down);
  }
  CHECK(run.counts().failures > 3);
  CHECK(most_waiting > 0);
  CHECK(run.counts().restored_shards > 0);
}

TEST_CASE("repair: drives that are not replaced in the run are never used again") {
  FailingFleet fleet;
  fleet.drives = 30;
  fleet.extents = 100;
  fleet.replace = sim::Duration::days(200);
  fleet.lambda = 0.1;
  const PlacedFleet placed(fleet, sim::Seed{1});
  const RepairInputs inputs = placed.inputs();
  RepairRun run(inputs, 0);
  run.run_until(placed.end());
  CHECK(placed.check(run).ok());
  CHECK(run.counts().failures == 30);  // exp(-10) of a drive survives the run
  CHECK(run.missing_shards() == 300);
  CHECK(run.waiting_shards() > 0);
  CHECK(run.state().under_protected() == 100);
}

TEST_CASE("repair: an extent that was never placed plays no part") {
  FailingFleet fleet{.zones = 1, .racks_per_zone = 3, .drives = 3, .capacity_shards = 10};
  fleet.extents = 25;
  fleet.lambda = 0.1;
  const PlacedFleet placed(fleet, sim::Seed{1});
  REQUIRE(placed.placement().unplaced_extents == 15);
  const auto estimate = placed.estimate(10);
  CHECK(estimate.extents == 10);
  CHECK(estimate.violations.empty());
  CHECK(estimate.loss_probability.estimate <= 1);
}
