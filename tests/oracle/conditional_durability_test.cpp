// The conditional estimator against the chain of one extent (docs/theory/exposure.md).
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdint>
#include <vector>

#include "models/analytic/first_passage.hpp"
#include "models/analytic/markov.hpp"
#include "models/durability/conditional.hpp"
#include "models/durability/independent_exposure.hpp"
#include "models/durability/queued_exposure.hpp"
#include "models/durability/queued_replication.hpp"
#include "models/durability/replication.hpp"
#include "sim/math.hpp"
#include "sim/time.hpp"
#include "tests/support/schemes.hpp"

using namespace spindle;
using models::DurabilityCase;
using models::DurabilityEstimate;
using models::RepairLaw;

namespace {

DurabilityCase independent_case(const models::Scheme& scheme, double per_year, double mttr_h) {
  DurabilityCase of{scheme, {}, per_year, {}};
  of.rebuild.mttr_s = mttr_h * 3600;
  return of;
}

double chain_losses_per_year(const DurabilityCase& of) {
  const double hours = models::mttdl(of.scheme.shards(), of.scheme.needed(),
                                     of.failures_per_year / sim::kHoursPerYear,
                                     3600 / of.rebuild.mttr_s, models::RepairMode::kParallel);
  return sim::kHoursPerYear / hours;
}

}  // namespace

// At real rates what settling and the first loss do to the rate is far below 1 %: the published
// annual losses are rates of the chain. A precise estimate is off by more than twice its half width
// in about one of ten thousand.
TEST_CASE("conditional: annual losses at real rates are the chain's", "[oracle]") {
  struct Row {
    models::Scheme scheme;
    double per_year;
    double mttr_h;
    std::uint64_t drives;
    double published;
  };
  const std::vector<Row> rows = {
      {test::copies(2), .015, 24, 1'000, 1.2e-6},
      {test::copies(3), .015, 24, 100'000, 7.6e-11},
      {test::copies(4), .04, 168, 100'000, 7.2e-11},
      {test::erasure(5, 4), .04, 168, 100'000, 8.66e-12},
      {test::erasure(17, 3), .01, 156, 57'600, 1.08951e-9},
      {test::erasure(17, 3), .00405, 156, 200, 2.93921e-11},
      {test::erasure(11, 7), .015, 24, 10'000, 1.0e-27},
  };
  for (const Row& row : rows) {
    DurabilityCase of = independent_case(row.scheme, row.per_year, row.mttr_h);
    of.fleet.drives = row.drives;
    models::EstimateOptions options;
    options.precision = 0.02;
    const DurabilityEstimate found = models::estimate_durability(of, options);
    INFO(of.scheme.name() << " " << found.losses_per_year.estimate);
    REQUIRE(found.is_precise);
    const double exact = chain_losses_per_year(of);
    CHECK(found.losses_per_year.estimate == Approx(exact).epsilon(0.04));
    CHECK(found.losses_per_year.estimate == Approx(row.published).epsilon(0.06));
    CHECK(found.effective_samples > 30);
  }
}

TEST_CASE("conditional: one failure after another, by hand", "[oracle]") {
  // Three copies. All drives fail at once on three of ten: the extent is on them with probability
  // 3/10 * 2/9 * 1/8 if each failure takes its share of what is there.
  const models::ExtentClasses classes = models::extent_classes(test::copies(3));
  models::IndependentExposure extent(classes, 0);
  CHECK(extent.fail(0.1) == 0);
  CHECK(extent.missing(1) == Approx(0.3));
  CHECK(extent.fail(1.0 / 9) == 0);
  CHECK(extent.missing(2) == Approx(0.3 * 2 / 9));
  CHECK(extent.fail(1.0 / 8) == Approx(0.3 * 2 / 9 / 8));
  CHECK(extent.alive() == Approx(1 - 0.3 * 2 / 9 / 8));
  // Two missing shards, each back with probability 1 - e^-1 within a mean time to repair.
  models::IndependentExposure repaired(classes, 1);
  repaired.fail(1.0 / 3);
  repaired.fail(1.0 / 2);
  CHECK(repaired.missing(2) == Approx(1));
  repaired.pass(1);
  const double stays = sim::exp(-1);
  CHECK(repaired.missing(2) == Approx(stays * stays));
  CHECK(repaired.missing(1) == Approx(2 * stays * (1 - stays)));
  CHECK(repaired.missing(0) == Approx((1 - stays) * (1 - stays)));
}

// First passage by a time, at rates where a tenth and more of all extents are lost. 200 seeds a
// case: at 95 % coverage fewer than 180 intervals that hold the truth come once in 600.
TEST_CASE("conditional: intervals cover the chain's first passage", "[oracle]") {
  constexpr double kRate = 0.1;  // failures of a drive in a mean time to repair, 1 s here
  constexpr std::uint32_t kReplications = 45;
  const std::vector<models::Scheme> schemes = {test::copies(2), test::copies(3), test::copies(4),
                                               test::erasure(5, 4), test::erasure(10, 4)};
  for (const models::Scheme& scheme : schemes) {
    const models::ExtentClasses classes = models::extent_classes(scheme);
    const models::IndependentSetup setup{200, kRate, 1, {0, 10}};
    const double exact = models::loss_probability(scheme.shards(), scheme.needed(), kRate, 1,
                                                  models::RepairMode::kParallel, 10);
    int covered = 0;
    std::vector<double> widths;
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
      sim::Moments lost;
      for (std::uint32_t r = 0; r < kReplications; ++r) {
        lost.add(models::independent_replication(setup, classes, sim::Seed{seed}, r).losses);
      }
      const sim::Interval interval = sim::student_interval(lost);
      if (interval.low <= exact && exact <= interval.high) ++covered;
      widths.push_back((interval.high - interval.low) / 2 / interval.estimate);
    }
    std::sort(widths.begin(), widths.end());
    INFO(scheme.name() << ": " << exact << ", covered " << covered << ", half width "
                       << widths[100]);
    CHECK(covered >= 180);
    CHECK(widths[100] <= 0.1);
  }
}

// The two ways of simulating bounded repair are the same fleet: forced cycles, and failures one
// after another. Each is within 3 %, so that they differ by more than 10 % once in 1e8.
TEST_CASE("conditional: forced cycles agree with failures at their own pace", "[oracle]") {
  for (const models::RebuildOrder order :
       {models::RebuildOrder::kMostExposedFirst, models::RebuildOrder::kFirstComeFirstServed}) {
    DurabilityCase of{test::copies(3), {}, 3, {}};
    of.fleet.drives = 300;
    of.rebuild.law = RepairLaw::kBandwidth;
    of.rebuild.detect_s = 3'600;
    of.rebuild.bytes_per_s = 20e6;
    of.rebuild.used_bytes = 16e12;
    of.rebuild.order = order;
    const models::ExtentClasses classes = models::extent_classes(of.scheme);
    const models::LossStates states(classes, of.fleet, false);
    sim::Moments forced;
    for (std::uint32_t r = 0; r < 600; ++r) {
      const auto sample = models::forced_cycles(of, 32, classes, states, sim::Seed{1}, r);
      forced.add(sample.losses / sample.exposure_years);
    }
    sim::Moments natural;
    const models::CountedTime counted{1e6, 1e6 + 20 * sim::kSecondsPerYear};
    for (std::uint32_t r = 0; r < 100; ++r) {
      const auto sample = models::queued_replication(of, counted, classes, states, sim::Seed{2}, r);
      natural.add(sample.losses / sample.exposure_years);
    }
    const sim::Interval a = sim::student_interval(forced);
    const sim::Interval b = sim::student_interval(natural);
    INFO(a.estimate << " +- " << a.high - a.estimate << ", " << b.estimate << " +- "
                    << b.high - b.estimate);
    CHECK(a.high - a.estimate < 0.04 * a.estimate);
    CHECK(b.high - b.estimate < 0.04 * b.estimate);
    CHECK(a.estimate == Approx(b.estimate).epsilon(0.1));
  }
}

// Work that takes no time leaves the detection: every shard is back d after its own loss, and
// repairs that are independent lose as many extents as exponential ones of that mean, to leading
// order: (n over m+1) (m+1) lambda (lambda d)^m. Next orders are some n lambda d = 1e-5. Within
// three half widths of 3 %: wrong once in 1e8.
TEST_CASE("conditional: repair that is all detection is the chain's to leading order", "[oracle]") {
  struct Row {
    models::Scheme scheme;
    std::uint64_t drives;
  };
  for (const Row& row : {Row{test::copies(2), 1'000}, Row{test::copies(3), 30'000},
                         Row{test::erasure(5, 4), 1'000}, Row{test::erasure(5, 4), 300'000}}) {
    DurabilityCase of{row.scheme, {}, 0.015, {}};
    of.fleet.drives = row.drives;
    of.rebuild.law = RepairLaw::kBandwidth;
    of.rebuild.detect_s = 1'800;
    of.rebuild.used_bytes = 1;
    of.rebuild.bytes_per_s = 1e9;
    models::EstimateOptions options;
    options.precision = 0.03;
    const DurabilityEstimate found = models::estimate_durability(of, options);
    const std::uint32_t m = of.scheme.tolerated();
    double expected = 0.015;
    for (std::uint32_t i = 0; i < m; ++i) {
      expected *= 0.015 / sim::kSecondsPerYear * of.rebuild.detect_s;
    }
    for (std::uint32_t i = 0; i <= m; ++i) expected *= of.scheme.shards() - i;
    for (std::uint32_t i = 1; i <= m; ++i) expected /= i;
    INFO(of.scheme.name() << " on " << row.drives);
    REQUIRE(found.is_precise);
    CHECK(found.losses_per_year.estimate == Approx(expected).epsilon(0.09));
  }
}

// 20 million drives that fail at 1.5 % a year, 16 TB each, five shards read for one: 821 failures a
// day and 38 kB/s read a drive. 24,600 failures in 30 days: both within 2 % but once in 600.
TEST_CASE("conditional: what repair reads", "[oracle]") {
  DurabilityCase of{test::erasure(5, 4), {}, 0.015, {}};
  of.fleet.drives = 20'000'000;
  of.rebuild.law = RepairLaw::kBandwidth;
  of.rebuild.used_bytes = 16e12;
  of.rebuild.bytes_per_s = 1e6;
  const models::ExtentClasses classes = models::extent_classes(of.scheme);
  const models::LossStates states(classes, of.fleet, false);
  models::QueuedExposure fleet(of, classes, states, false);
  const double drives = 20e6;
  models::FailureGaps gaps(sim::Seed{1}, 0, drives * of.failures_per_year / sim::kSecondsPerYear);
  constexpr double kMonth_s = 30 * 86'400.0;
  std::uint64_t failures = 0;
  for (double now_s = gaps.next_s(); now_s < kMonth_s; now_s += gaps.next_s()) {
    fleet.pass(now_s);
    fleet.fail(0);
    ++failures;
  }
  CHECK(static_cast<double>(failures) / 30 == Approx(821).epsilon(0.02));
  const double read = fleet.repaired_bytes() * 5 / 6;
  CHECK(read / (drives * kMonth_s) == Approx(38e3).epsilon(0.02));
}

// However short one extent's own rebuild is, a pass takes a bounded number of steps; what it
// delays is below the noise. Each is within 10 %: apart by more than 25 % once in 1e4.
TEST_CASE("conditional: rebuilds of no time and of almost none lose the same", "[oracle]") {
  DurabilityCase of{test::erasure(5, 4), {}, 0.015, {}};
  of.rebuild.law = RepairLaw::kBandwidth;
  of.rebuild.detect_s = 900;
  of.rebuild.used_bytes = 16e12;
  of.rebuild.bytes_per_s = 5e6;
  models::EstimateOptions options;
  options.precision = 0.1;
  const DurabilityEstimate none = models::estimate_durability(of, options);
  of.rebuild.own_rebuild_s = 4e-5;
  const DurabilityEstimate short_one = models::estimate_durability(of, options);
  REQUIRE(none.is_precise);
  REQUIRE(short_one.is_precise);
  CHECK(short_one.losses_per_year.estimate == Approx(none.losses_per_year.estimate).epsilon(0.25));
}

TEST_CASE("conditional: without rebuilds the mean time to loss is that of deaths alone",
          "[oracle]") {
  DurabilityCase of{test::erasure(5, 4), {}, 0.02, {}};
  of.rebuild.law = RepairLaw::kBandwidth;
  of.rebuild.used_bytes = 16e12;
  models::EstimateOptions options;
  options.precision = 0.01;
  const DurabilityEstimate found = models::estimate_durability(of, options);
  double years = 0;
  for (int left = 9; left >= 5; --left) years += 1 / (0.02 * left);
  REQUIRE(found.is_precise);
  CHECK(found.losses_per_year.estimate == Approx(1 / years).epsilon(0.02));
}

TEST_CASE("conditional: drives that never fail lose nothing", "[oracle]") {
  const DurabilityEstimate found =
      models::estimate_durability(independent_case(test::copies(3), 0, 24), {});
  CHECK(found.losses_per_year.estimate == 0);
  CHECK(found.losses_per_year.high == 0);
  CHECK(found.is_precise);
}

TEST_CASE("conditional: estimates are the same for any number of threads", "[oracle]") {
  DurabilityCase of = independent_case(test::erasure(5, 4), 0.04, 168);
  models::EstimateOptions options;
  const DurabilityEstimate one = models::estimate_durability(of, options);
  options.threads = 3;
  const DurabilityEstimate three = models::estimate_durability(of, options);
  CHECK(one.losses_per_year.estimate == three.losses_per_year.estimate);
  CHECK(one.losses_per_year.high == three.losses_per_year.high);
  CHECK(one.events == three.events);
}
