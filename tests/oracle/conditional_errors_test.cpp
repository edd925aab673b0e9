// Latent errors in the conditional estimator: the chain of one extent (docs/theory/scrub.md), and
// two estimators of one bounded fleet.
#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "models/analytic/latent_errors.hpp"
#include "models/analytic/markov.hpp"
#include "models/durability/conditional.hpp"
#include "models/durability/queued_replication.hpp"
#include "sim/time.hpp"
#include "tests/support/explicit_cases.hpp"

using namespace spindle;
using namespace spindle::models;

// Estimates of 2 %: off by more than twice that once in ten thousand.
TEST_CASE("conditional: with latent errors the annual losses are the chain's", "[oracle]") {
  struct Row {
    Scheme scheme;
    double per_year;
    double mttr_h;
    double share;
    double errors_per_year;
  };
  const std::vector<Row> rows = {
      {test::copies(3), .015, 24, 1e-4, 1e-3},   {test::copies(2), .015, 24, 0, 0.05},
      {test::copies(3), .015, 24, 1, 0},         {test::erasure(5, 4), .04, 168, 1e-3, 0.1},
      {test::erasure(17, 3), .01, 156, 0.02, 1},
  };
  for (const Row& row : rows) {
    DurabilityCase of{row.scheme, {}, row.per_year, {}};
    of.rebuild.mttr_s = row.mttr_h * 3600;
    of.errors = {row.share, row.errors_per_year / sim::kSecondsPerYear};
    EstimateOptions options;
    options.precision = 0.02;
    const DurabilityEstimate found = estimate_durability(of, options);
    const double hours = mttdl(
        row.scheme.shards(), row.scheme.needed(), row.per_year / sim::kHoursPerYear, 1 / row.mttr_h,
        RepairMode::kParallel, LatentErrors{row.share, row.errors_per_year / sim::kHoursPerYear});
    const double chain = sim::kHoursPerYear / hours;
    INFO(row.scheme.name() << ": " << found.losses_per_year.estimate << ", chain " << chain);
    CHECK(found.is_precise);
    CHECK(std::abs(found.losses_per_year.estimate / chain - 1) < 0.04);
  }
}

// Every extent whose last spare is gone is lost at once: n copies behave as n - 1.
TEST_CASE("conditional: errors everywhere cost one copy", "[oracle]") {
  DurabilityCase three = test::inflated(test::copies(3), 0.05);
  three.errors.share = 1;
  const ExtentClasses classes = extent_classes(three.scheme, three.errors);
  CHECK(classes.lost_at[1] == 0);
  CHECK(classes.lost_at[2] == 1);
  CHECK(classes.lost_at[3] == 1);
}

// Forced cycles and an honest run of one fleet, with losses by errors of both kinds. Intervals of
// 95 % each: apart by more than the sum of their halves in about one of 200.
TEST_CASE("conditional: forced and natural failures meet as many latent errors", "[oracle]") {
  DurabilityCase of{test::copies(3), {90, 1, 9, 0, 0}, 0.5, {}};
  of.rebuild.law = RepairLaw::kBandwidth;
  of.rebuild.detect_s = 86'400;
  of.rebuild.used_bytes = 16e12;
  of.rebuild.bytes_per_s = 10e6;
  of.rebuild.own_rebuild_s = 3600;
  of.errors = {1e-3, 5e-8};
  const ExtentClasses classes = extent_classes(of.scheme, of.errors);
  const LossStates states(classes, of.fleet, false);
  std::vector<ReplicationSample> forced;
  std::vector<ReplicationSample> natural;
  const CountedTime counted{0.5 * sim::kSecondsPerYear, 100 * sim::kSecondsPerYear};
  for (std::uint32_t r = 0; r < 60; ++r) {
    forced.push_back(forced_cycles(of, 32, classes, states, sim::Seed{1}, r));
    natural.push_back(queued_replication(of, counted, classes, states, sim::Seed{2}, r));
  }
  const sim::Interval a = losses_per_year(forced);
  const sim::Interval b = losses_per_year(natural);
  INFO("forced " << a.estimate << " [" << a.low << ", " << a.high << "], natural " << b.estimate
                 << " [" << b.low << ", " << b.high << "]");
  CHECK(std::abs(a.estimate - b.estimate) < (a.high - a.estimate) + (b.high - b.estimate));
  CHECK(a.high - a.estimate < 0.2 * a.estimate);
  CHECK(b.high - b.estimate < 0.2 * b.estimate);
  // Errors matter here: without them far less is lost.
  of.errors = {};
  const ExtentClasses plain = extent_classes(of.scheme);
  std::vector<ReplicationSample> without;
  for (std::uint32_t r = 0; r < 15; ++r) {
    without.push_back(forced_cycles(of, 32, plain, states, sim::Seed{1}, r));
  }
  CHECK(losses_per_year(without).estimate < 0.8 * a.estimate);
}
