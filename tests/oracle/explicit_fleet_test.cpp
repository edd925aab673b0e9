// Explicit fleets under bounded repair against closed forms.
#include <catch2/catch.hpp>
#include <cmath>

#include "models/analytic/first_passage.hpp"
#include "models/analytic/scheme_chain.hpp"
#include "tests/support/explicit_cases.hpp"

using namespace spindle;
using namespace spindle::models;

namespace {

// Two copies, whose lost one is back a fixed time d after the loss. A cycle is an Exp(2 l) time
// with both and then min(d, Exp(l)); it ends in a loss where the other fails first. Extents that
// are left are lost at the rate r of E[exp(r C); no loss] = 1: 2 l / (2 l - r) exp((r - l) d) = 1.
double rate_of_two_copies(double l, double d) {
  double low = 0;
  double high = l;
  for (int i = 0; i < 200; ++i) {
    const double r = (low + high) / 2;
    (2 * l / (2 * l - r) * std::exp((r - l) * d) < 1 ? low : high) = r;
  }
  return low;
}

}  // namespace

// 95 % intervals: a fresh seed fails each of the two with probability .05.
TEST_CASE("explicit: two copies that are back a fixed time after the loss") {
  for (const double l : {.1, .4}) {
    DurabilityCase of = test::inflated(test::copies(2), l);
    of.rebuild.law = RepairLaw::kBandwidth;
    of.rebuild.used_bytes = 1;
    of.rebuild.bytes_per_s = 1e9;  // the work itself takes no time to speak of
    of.rebuild.detect_s = test::kRepair_s / 4;
    of.rebuild.own_rebuild_s = test::kRepair_s * 3 / 4;
    ExplicitOptions options;
    options.extents = 200;
    options.horizon_s = test::kRepair_s * 8 / l;
    options.warm_up_s = test::kRepair_s * 10;
    const ExplicitEstimate estimate = estimate_explicitly(of, options, sim::Seed{1}, 100);
    const double truth = rate_of_two_copies(l, 1) * sim::kSecondsPerYear / test::kRepair_s;
    const sim::Interval& rate = estimate.losses_per_year;
    INFO(rate.estimate << " [" << rate.low << ", " << rate.high << "], true " << truth);
    CHECK(rate.low < truth);
    CHECK(rate.high > truth);
    CHECK((rate.high - rate.low) / 2 < .05 * truth);
  }
}

// Few shards on many drives: lost ones come one by one in a Poisson process and are served for a
// fixed time s each, as in the queue M/D/1 at load u. Of two copies the second is lost with the
// rate l while the first is gone, so that extents are lost at 2 l times l E[T], with the sojourn
// E[T] = s + s u / (2 (1 - u)) (Pollaczek and Khinchine). What this neglects is within 2 %: drives
// that take two shards at once (+2 %), extents in the queue or lost, which lose no more (-1 %), l
// T. About 400 losses: half-width 10 %; a fresh seed fails with probability .05.
TEST_CASE("explicit: extents wait for one server as in M/D/1") {
  constexpr double kDrives = 10'000;
  constexpr double kExtents = 100;
  constexpr double kFailures = 1e-6;  // of a drive a second
  constexpr double kLoad = .6;
  constexpr double kService_s = kLoad / (2 * kExtents * kFailures);
  DurabilityCase of{test::copies(2), {10'000, 1, 10'000, 0, 1}, 0, {}};
  of.failures_per_year = kFailures * sim::kSecondsPerYear;
  of.rebuild.law = RepairLaw::kBandwidth;
  of.rebuild.used_bytes = 2 * kExtents / kDrives;           // shards of one byte
  of.rebuild.bytes_per_s = (1 + 1) / kService_s / kDrives;  // one read, one written
  ExplicitOptions options;
  options.extents = 100;
  options.horizon_s = 1 / kFailures;
  options.warm_up_s = .1 / kFailures;
  const ExplicitEstimate estimate = estimate_explicitly(of, options, sim::Seed{1}, 400);
  const double sojourn_s = kService_s * (1 + kLoad / (2 * (1 - kLoad)));
  const double truth = 2 * kFailures * kFailures * sojourn_s * sim::kSecondsPerYear;
  const sim::Interval& rate = estimate.losses_per_year;
  INFO(rate.estimate << " [" << rate.low << ", " << rate.high << "], true " << truth);
  CHECK(rate.low < truth);
  CHECK(rate.high > truth);
  CHECK((rate.high - rate.low) / 2 < .15 * truth);
}

// A fresh seed fails with probability .05.
TEST_CASE("explicit: a local code is lost as its chain says") {
  const Scheme code({.kind = SchemeKind::kLocal, .data = 4, .local_groups = 2, .global_parity = 2});
  const DurabilityCase of = test::inflated(code, .3);
  ExplicitOptions options;
  options.extents = 60;
  options.horizon_s = 10 * test::kRepair_s;
  const ExplicitEstimate estimate = estimate_explicitly(of, options, sim::Seed{1}, 100);
  const double truth = loss_probability(code, 0, .3, 1, 10);
  const sim::Interval& lost = estimate.loss_probability;
  INFO(lost.estimate << " [" << lost.low << ", " << lost.high << "], true " << truth);
  CHECK(lost.low < truth);
  CHECK(lost.high > truth);
  CHECK((lost.high - lost.low) / 2 < .1 * truth);
  // Three losses are always borne and five never: were four always, or never, it would be seen.
  CHECK(loss_probability(8, 4, .3, 1, RepairMode::kParallel, 10) < lost.low);
  CHECK(loss_probability(8, 5, .3, 1, RepairMode::kParallel, 10) > lost.high);
}
