// How often the intervals of explicit fleets hold the chain's truth, and how wide they are.
#include <algorithm>
#include <catch2/catch.hpp>
#include <vector>

#include "models/analytic/first_passage.hpp"
#include "sim/math.hpp"
#include "sim/parallel.hpp"
#include "tests/support/explicit_cases.hpp"

using namespace spindle;
using namespace spindle::models;
using test::copies;
using test::erasure;

namespace {

constexpr std::size_t kSeeds = 200;
constexpr std::uint32_t kReplications = 20;

struct Study {
  Scheme scheme;
  double lambda = 0.1;  // failures of a drive in a mean repair
  double run = 0;       // in mean repairs; the first quarter is the warm-up
  std::uint32_t extents = 60;
};

struct Coverage {
  int lost = 0;  // intervals that hold the truth
  int rate = 0;
  double half_width = 0;  // median, of the loss by the horizon, relative
};

double lost_by(const Study& study, double time) {
  return loss_probability(study.scheme.shards(), study.scheme.needed(), study.lambda, 1,
                          RepairMode::kParallel, time);
}

Coverage coverage_of(const Study& study) {
  const double lost = lost_by(study, study.run);
  const double years = .75 * study.run * test::kRepair_s / sim::kSecondsPerYear;
  // Of those that are left, the share that is lost falls at a constant rate once the chain has
  // settled, long before a quarter of the run.
  const double rate = -sim::log((1 - lost) / (1 - lost_by(study, study.run / 4))) / years;
  ExplicitOptions options;
  options.extents = study.extents;
  options.horizon_s = study.run * test::kRepair_s;
  options.warm_up_s = options.horizon_s / 4;
  const DurabilityCase of = test::inflated(study.scheme, study.lambda);
  std::vector<ExplicitEstimate> all(kSeeds);
  sim::for_each_index(2, all.size(), [&](std::size_t i) {
    all[i] = estimate_explicitly(of, options, sim::Seed{i + 1}, kReplications);
  });
  Coverage out;
  std::vector<double> widths;
  for (const ExplicitEstimate& estimate : all) {
    const sim::Interval& p = estimate.loss_probability;
    const sim::Interval& r = estimate.losses_per_year;
    out.lost += p.low <= lost && lost <= p.high ? 1 : 0;
    out.rate += r.low <= rate && rate <= r.high ? 1 : 0;
    widths.push_back((p.high - p.low) / 2 / p.estimate);
  }
  std::nth_element(widths.begin(), widths.begin() + kSeeds / 2, widths.end());
  out.half_width = widths[kSeeds / 2];
  return out;
}

// Fewer than 180 of 200 intervals of 95 % hold the truth with probability .0017 for fresh seeds
// (binomial), in each of the two counts.
void check(const Study& study) {
  const Coverage coverage = coverage_of(study);
  INFO(study.scheme.name() << ": " << coverage.lost << " and " << coverage.rate
                           << " hold the truth, half-width " << coverage.half_width);
  CHECK(coverage.lost >= 180);
  CHECK(coverage.rate >= 180);
  CHECK(coverage.half_width <= .1);
}

}  // namespace

TEST_CASE("explicit: of 200 intervals of two copies at lambda/mu = 0.1, 180 hold the truth") {
  check({copies(2), .1, 40, 50});
}

TEST_CASE("explicit: of 200 intervals of three copies at lambda/mu = 0.5, 180 hold the truth") {
  check({copies(3), .5, 12});
}

TEST_CASE("explicit: of 200 intervals of 5+4 at lambda/mu = 0.5, 180 hold the truth") {
  check({erasure(5, 4), .5, 4});
}

TEST_CASE("explicit: coverage at lambda/mu = 0.1", "[.large]") {
  check({copies(3), .1, 200});
  check({copies(4), .1, 1600});
  check({erasure(5, 4), .1, 200});
  check({erasure(10, 4), .1, 40});
}
