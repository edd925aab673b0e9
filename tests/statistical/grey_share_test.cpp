// The share of drives' time in which they are slow before they fail.
#include <catch2/catch.hpp>
#include <cmath>

#include "tests/support/living_fleet.hpp"

using namespace spindle;
using namespace spindle::models;

// At any moment a drive at work, of exponential life, fails within L from then on with probability
// 1 - e^{-lambda L}, which a share s announces: lambda L s where that is little. 1,000 drives for
// 60 units of time, lambda = .5 a unit, L = .1, s = .4: 30,000 failures, 12,000 announced, each
// slow for at most L with a relative sd of .13. The sum's relative sd is at most sqrt(1 + .13^2) /
// sqrt(12,000) = .92 %: 4 % is more than four of these, a false alarm in 7e4 cases.
TEST_CASE("grey: the share of drive time is AFR times length times share", "[statistical]") {
  test::FailingFleet fleet;
  fleet.zones = 1;
  fleet.racks_per_zone = 10;
  fleet.drives = 1000;
  fleet.extents = 1;
  fleet.lambda = 0.5;
  fleet.run = 60;
  fleet.replace = {};
  const test::PlacedFleet placed(fleet, sim::Seed{3});
  RepairInputs inputs = placed.inputs();
  inputs.failure.grey = {sim::Duration::hours(0.1 * test::kRepairHours), 4, 0.4};
  RepairRun run(inputs, 0);
  run.run_until(placed.end());
  const double drive_s = 1000 * 60 * test::kRepairHours * 3600;
  const double share = run.repair().slow_s(placed.end()) / drive_s;
  CHECK(share == Approx(0.4 * -std::expm1(-0.05)).epsilon(0.04));
  CHECK(share == Approx(0.5 * 0.1 * 0.4).epsilon(0.04 + 0.025));
  CHECK(static_cast<double>(run.failures().size()) == Approx(30'000).epsilon(0.03));
}
