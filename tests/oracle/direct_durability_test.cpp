// The direct estimator against the chain it simulates, at inflated failure rates.
#include <catch2/catch.hpp>
#include <cmath>

#include "models/analytic/first_passage.hpp"
#include "sim/math.hpp"
#include "tests/support/failing_fleet.hpp"

using namespace spindle;
using namespace spindle::models;
using test::FailingFleet;
using test::PlacedFleet;

namespace {

constexpr double kUnitsPerYear = sim::kHoursPerYear / test::kRepairHours;

// MTTDL in units of 1/mu, at lambda/mu = 0.1; true: 468.33 and 433.29.
sim::Interval mttdl_of(const DirectEstimate& estimate) {
  const sim::Interval& rate = estimate.losses_per_year;
  return {kUnitsPerYear / rate.estimate, kUnitsPerYear / rate.high, kUnitsPerYear / rate.low};
}

FailingFleet fleet_of(std::uint32_t shards, std::uint32_t needed, std::uint32_t drives,
                      std::uint32_t extents, double run) {
  FailingFleet fleet;
  fleet.shards = shards;
  fleet.needed = needed;
  fleet.drives = drives;
  fleet.extents = extents;
  fleet.run = run;
  return fleet;
}

void check_mttdl(const FailingFleet& fleet, std::uint32_t replications, double truth,
                 double half_width) {
  const PlacedFleet placed(fleet, sim::Seed{1});
  const DirectEstimate estimate = placed.estimate(replications, 2);
  CHECK(estimate.violations.empty());
  const sim::Interval mttdl = mttdl_of(estimate);
  INFO(mttdl.estimate << " [" << mttdl.low << ", " << mttdl.high << "], true " << truth);
  CHECK(mttdl.low < truth);
  CHECK(mttdl.high > truth);
  CHECK((mttdl.high - mttdl.low) / 2 < half_width * truth);
  // First passage is exact, whatever the duration.
  const double lost = loss_probability(fleet.shards, fleet.needed, fleet.lambda, 1,
                                       RepairMode::kParallel, fleet.run);
  INFO(estimate.loss_probability.estimate << " lost, true " << lost);
  CHECK(estimate.loss_probability.low < lost);
  CHECK(estimate.loss_probability.high > lost);
}

}  // namespace

// A fresh seed fails each of the two intervals of each case with probability .05; the renewal bias
// of about +(1 + … + 1/m) / run (below .4 %) adds to that.
// tests/statistical/direct_coverage_test.cpp counts how often it happens.
TEST_CASE("direct: MTTDL 468.33 of 3 copies at lambda/mu = 0.1, half-width below 2 %") {
  check_mttdl(fleet_of(3, 1, 900, 1000, 800), 20, 468.33, 0.02);
}

TEST_CASE("direct: MTTDL 433.29 of 5 of 9 at lambda/mu = 0.1, half-width below 2 %") {
  check_mttdl(fleet_of(9, 5, 1200, 600, 800), 25, 433.29, 0.02);
}

TEST_CASE("first passage: closed forms") {
  for (const double time : {1e-6, 0.3, 7.0, 900.0}) {
    INFO(time);
    // One copy, and k = n: the first failure is the loss.
    CHECK(loss_probability(1, 1, .1, 1, RepairMode::kParallel, time) ==
          Approx(-sim::expm1(-.1 * time)).epsilon(1e-12));
    CHECK(loss_probability(4, 4, .1, 1, RepairMode::kSerial, time) ==
          Approx(-sim::expm1(-.4 * time)).epsilon(1e-12));
    // Without repair an extent is lost when the second of its two copies fails.
    const double dead = -sim::expm1(-.1 * time);
    CHECK(loss_probability(2, 1, .1, 0, RepairMode::kParallel, time) ==
          Approx(dead * dead).epsilon(1e-11));
  }
  CHECK(loss_probability(3, 1, 0, 1, RepairMode::kParallel, 10) == 0);
  CHECK(loss_probability(3, 1, 1, 1, RepairMode::kParallel, 0) == 0);
}

TEST_CASE("first passage: two copies, from the eigenvalues of the chain") {
  // States 0 and 1; s^2 + (3 l + m) s + 2 l^2 = 0 has the roots -a and -b, and
  // P = 1 - (b e^{-a t} - a e^{-b t}) / (b - a).
  const double l = 1e-3;
  const double sum = 3 * l + 1;
  const double root = std::sqrt(sum * sum - 8 * l * l);
  const double b = (sum + root) / 2;
  const double a = 2 * l * l / b;
  for (const double time : {1.0, 30.0, 1e4, 1e6}) {
    const double p = (-b * sim::expm1(-a * time) + a * sim::expm1(-b * time)) / (b - a);
    CHECK(loss_probability(2, 1, l, 1, RepairMode::kParallel, time) == Approx(p).epsilon(1e-10));
  }
}

TEST_CASE("first passage: far out it is the exponential of the MTTDL, less what a start whole is") {
  // 30 days at the rates of fleets, 24 h to repair: 1.5e-5, 6e-12 and 2e-18.
  const double lambda = .015 / sim::kHoursPerYear;
  for (const auto& [n, k] : {std::pair{2U, 1U}, {3U, 1U}, {9U, 5U}}) {
    double harmonic = 0;
    for (std::uint32_t i = 1; i <= n - k; ++i) harmonic += 1.0 / i;
    const double time = 1e5;
    const double rate = 1 / mttdl(n, k, lambda, 1 / 24.0, RepairMode::kParallel);
    CHECK(loss_probability(n, k, lambda, 1 / 24.0, RepairMode::kParallel, time) ==
          Approx(-sim::expm1(-rate * (time - 24 * harmonic))).epsilon(1e-5));
  }
  // However many steps: rows stay probabilities.
  CHECK(loss_probability(3, 1, lambda, 1e9, RepairMode::kParallel, 1.7e6) < 1e-20);
  CHECK(loss_probability(3, 1, 1, 1e9, RepairMode::kParallel, 1e30) == Approx(1).epsilon(1e-12));
}

TEST_CASE("first passage: impossible input is refused") {
  CHECK_THROWS_AS(loss_probability(3, 0, 1, 1, RepairMode::kParallel, 1), std::invalid_argument);
  CHECK_THROWS_AS(loss_probability(3, 4, 1, 1, RepairMode::kParallel, 1), std::invalid_argument);
  CHECK_THROWS_AS(loss_probability(3, 1, -1, 1, RepairMode::kParallel, 1), std::invalid_argument);
  CHECK_THROWS_AS(loss_probability(3, 1, 1, 1, RepairMode::kParallel, INFINITY),
                  std::invalid_argument);
}
