// What clusters do to the loss of two copies: replications of the direct estimator against the rate
// at which a second failure finds the first one's copy not yet rebuilt.
#include <catch2/catch.hpp>
#include <cmath>

#include "tests/support/failing_fleet.hpp"

using namespace spindle;
using namespace spindle::models;
using test::FailingFleet;
using test::PlacedFleet;

namespace {

constexpr std::uint32_t kNode = 6;
constexpr std::uint32_t kRacks = 6;
constexpr std::uint32_t kRack = 36;
constexpr std::uint32_t kDrives = kRacks * kRack;
constexpr ClusterLaw kClusters{kNode, {{{0.05, 0.05, 1800}, {0.05, 0.1, 86400}}}};

// In hours: lambda of a drive, the rebuild's mean time.
constexpr double kLambda = 0.002 / test::kRepairHours;

FailingFleet fleet(std::uint32_t max_per_rack) {
  return {.zones = 1,
          .racks_per_zone = kRacks,
          .drives = kDrives,
          .capacity_shards = 4000,
          .lambda = kLambda * test::kRepairHours,
          .shards = 2,
          .needed = 1,
          .extents = 50'000,
          .spread = {0, max_per_rack},
          .run = 365,
          .replace = sim::Duration()};
}

// Further failures in the rack before an exponential rebuild of mean tau ends, beyond chance:
// integral of G(t) exp(-t / tau) / tau, by the midpoints of 4,000 quantiles.
double excess_before_rebuild(double tau_s) {
  constexpr int kSteps = 4000;
  double sum = 0;
  for (int i = 0; i < kSteps; ++i) {
    const double t = -tau_s * std::log((i + 0.5) / kSteps);
    sum += excess_failures(kClusters, kRack / kNode, t).rack / kSteps;
  }
  return sum;
}

struct Losses {
  double per_hour = 0;  // of an extent
  double error = 0;     // standard, of the mean over replications
};

Losses losses(std::uint32_t max_per_rack, const ClusterLaw& clusters) {
  const PlacedFleet placed(fleet(max_per_rack), sim::Seed{1});
  const RepairInputs inputs = placed.inputs();
  FailureOptions failure = inputs.failure;
  failure.clusters = clusters;
  const DirectEstimate estimate = estimate_directly(
      inputs.topology, inputs.spread, inputs.needed, test::equal_tenants(1, 50'000, 100),
      inputs.placement, inputs.repair, failure, inputs.seed, {.replications = 20, .threads = 2});
  for (const std::string& line : estimate.violations) UNSCOPED_INFO(line);
  CHECK(estimate.violations.empty());
  const sim::Interval& rate = estimate.losses_per_year;
  // Student's 95 % interval of 20.
  return {rate.estimate / sim::kHoursPerYear,
          (rate.high - rate.low) / 2 / 2.09 / sim::kHoursPerYear};
}

}  // namespace

TEST_CASE("cluster loss: copies apart from each other's racks are lost as by chance, others more") {
  // A failure of either copy, then the other before the rebuild: to leading order in lambda / mu.
  const double alone = 2 * kLambda * kLambda * test::kRepairHours;
  const double excess = excess_before_rebuild(test::kRepairHours * 3600);
  // Any of the other drives is the partner, all alike.
  const double together = alone + 2 * kLambda * excess / (kDrives - 1);
  CHECK(together > 1.4 * alone);  // or the comparison says nothing
  const Losses by_chance = losses(0, {});
  const Losses apart = losses(1, kClusters);
  const Losses any = losses(0, kClusters);
  // Four standard errors (1e-4 each) and 2 %: what is of second order in lambda / mu, and the
  // clusters of the days before the run.
  for (const auto& [found, expected] :
       {std::pair(by_chance, alone), std::pair(apart, alone), std::pair(any, together)}) {
    INFO(found.per_hour << " for " << expected << ", standard error " << found.error);
    CHECK(std::abs(found.per_hour - expected) < 4 * found.error + 0.02 * expected);
    CHECK(found.error < 0.1 * expected);
  }
}
