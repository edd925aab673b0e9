// How often the direct estimator's 95 % intervals hold the truth, and how wide they are.
#include <algorithm>
#include <catch2/catch.hpp>
#include <vector>

#include "models/analytic/first_passage.hpp"
#include "sim/parallel.hpp"
#include "tests/support/failing_fleet.hpp"

using namespace spindle;
using namespace spindle::models;
using test::FailingFleet;
using test::PlacedFleet;

namespace {

struct DirectCoverage {
  int in_run = 0;  // intervals that hold the truth
  int rate = 0;
  double median_half_width = 0;  // of the loss in the run, relative
};

DirectCoverage direct_coverage(const FailingFleet& fleet, std::uint32_t replications, int seeds) {
  const double lost = loss_probability(fleet.shards, fleet.needed, fleet.lambda, 1,
                                       RepairMode::kParallel, fleet.run);
  const double per_year = sim::kHoursPerYear / test::kRepairHours /
                          mttdl(fleet.shards, fleet.needed, fleet.lambda, 1, RepairMode::kParallel);
  std::vector<DirectEstimate> estimates(static_cast<std::size_t>(seeds));
  sim::for_each_index(2, estimates.size(), [&](std::size_t i) {
    estimates[i] = PlacedFleet(fleet, sim::Seed{i + 1}).estimate(replications);
  });
  DirectCoverage out;
  std::vector<double> widths;
  for (const DirectEstimate& estimate : estimates) {
    const sim::Interval& p = estimate.loss_probability;
    const sim::Interval& rate = estimate.losses_per_year;
    out.in_run += p.low <= lost && lost <= p.high ? 1 : 0;
    out.rate += rate.low <= per_year && per_year <= rate.high ? 1 : 0;
    widths.push_back((p.high - p.low) / 2 / p.estimate);
    CHECK(estimate.violations.empty());
  }
  std::nth_element(widths.begin(), widths.begin() + seeds / 2, widths.end());
  out.median_half_width = widths[static_cast<std::size_t>(seeds / 2)];
  return out;
}

}  // namespace

// 200 intervals of 95 %: fewer than 180 hold the truth with probability .0017 for fresh seeds
// (binomial).
TEST_CASE("direct: of 200 intervals at lambda/mu = 0.5, 180 hold the truth") {
  const DirectCoverage coverage =
      direct_coverage({.drives = 150, .lambda = 0.5, .extents = 200, .run = 10}, 10, 200);
  INFO(coverage.in_run << " hold it, half-width " << coverage.median_half_width);
  CHECK(coverage.in_run >= 180);
  CHECK(coverage.median_half_width <= 0.1);
}

// The same for few losses, where the interval is Poisson's and wider than 95 %.
TEST_CASE("direct: of 200 intervals with some ten losses each, 180 hold the truth") {
  const DirectCoverage coverage =
      direct_coverage({.drives = 150, .extents = 50, .run = 10}, 10, 200);
  INFO(coverage.in_run << " hold it, half-width " << coverage.median_half_width);
  CHECK(coverage.in_run >= 180);
}

// Both estimates; the rate's renewal bias, 1.5 / 400, is a tenth of the half-width.
TEST_CASE("direct: coverage at lambda/mu = 0.1", "[.large]") {
  for (const auto& [n, k] : {std::pair{3U, 1U}, {9U, 5U}}) {
    const DirectCoverage coverage = direct_coverage(
        {.drives = 300, .shards = n, .needed = k, .extents = 200, .run = 400}, 20, 200);
    INFO(n << ": " << coverage.in_run << " and " << coverage.rate << ", half-width "
           << coverage.median_half_width);
    CHECK(coverage.in_run >= 180);
    CHECK(coverage.rate >= 180);
    CHECK(coverage.median_half_width <= 0.1);
  }
}
