// Bulk placement of equal shards against balls into bins and the fluid limit
// (docs/theory/placement.md). "Published" are figures of other simulations, to the digits given.
#include "models/placement/bulk/bulk_placement.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "tests/support/bulk_fleets.hpp"

using namespace spindle;
using namespace spindle::models;
using test::bins;
using test::place_bulk;

namespace {

// Drives with at least `level` shards / drives, from a histogram of bars one shard wide.
double tail(const BulkResult& result, double level) {
  double at_least = 0;
  double all = 0;
  for (const LoadBar& bar : result.histogram) {
    REQUIRE(bar.high - bar.low == 1);
    all += static_cast<double>(bar.drives);
    if (bar.low >= level) at_least += static_cast<double>(bar.drives);
  }
  return at_least / all;
}

using Tail = std::vector<double>;

// ds_i/dt = s_{i-1}^d - s_i^d, s_0 = 1.
Tail slope(const Tail& s, int d) {
  Tail out(s.size(), 0.0);
  for (std::size_t i = 1; i < s.size(); ++i) out[i] = std::pow(s[i - 1], d) - std::pow(s[i], d);
  return out;
}

// Classical Runge-Kutta from the empty fleet.
Tail fluid_limit(int d, double t, std::size_t levels) {
  const int steps = static_cast<int>(std::ceil(t * 100));
  const double h = t / steps;
  const auto moved = [](const Tail& from, const Tail& along, double by) {
    Tail out = from;
    for (std::size_t i = 1; i < out.size(); ++i) out[i] += by * along[i];
    return out;
  };
  Tail s(levels + 1, 0.0);
  s[0] = 1;
  for (int step = 0; step < steps; ++step) {
    const Tail k1 = slope(s, d);
    const Tail k2 = slope(moved(s, k1, h / 2), d);
    const Tail k3 = slope(moved(s, k2, h / 2), d);
    const Tail k4 = slope(moved(s, k3, h), d);
    for (std::size_t i = 1; i < s.size(); ++i)
      s[i] += h / 6 * (k1[i] + 2 * k2[i] + 2 * k3[i] + k4[i]);
  }
  return s;
}

}  // namespace

TEST_CASE("the fluid limit of the bulk test equals the published table") {
  CHECK(fluid_limit(2, 1, 8)[1] == Approx(std::tanh(1.0)).epsilon(1e-8));
  CHECK(fluid_limit(2, 1, 8)[3] == Approx(0.008895258).epsilon(1e-6));
  CHECK(fluid_limit(3, 1, 8)[2] == Approx(0.1764518).epsilon(1e-6));
  const Tail wave = fluid_limit(2, 100, 120);
  CHECK(wave[97] == Approx(0.9973525).epsilon(1e-6));
  CHECK(wave[100] == Approx(0.7454090).epsilon(1e-6));
  CHECK(wave[102] == Approx(0.02466803).epsilon(1e-5));
}

// Loads of different drives are independent or repel each other, so a share s of n drives has a
// standard error of at most sqrt(s (1 - s) / n); 4 of them and half a drive are exceeded once in
// 16,000 comparisons, of which there are 15. At s = .009 that is .9 %: tails are held to 1 %.
TEST_CASE("ten million drives with a shard each follow the fluid limit") {
  constexpr std::uint32_t kDrives = 10'000'000;
  for (int d = 1; d <= 4; ++d) {
    const BulkResult result = place_bulk(bins(kDrives, 1, static_cast<std::uint32_t>(d)));
    const Tail expected = fluid_limit(d, 1, 12);
    for (std::size_t level = 1; level <= 5; ++level) {
      const double s = expected[level];
      if (s * kDrives < 10) continue;
      CAPTURE(d, level);
      CHECK(tail(result, static_cast<double>(level)) ==
            Approx(s).margin(4 * std::sqrt(s * (1 - s) / kDrives) + 0.5 / kDrives));
    }
  }
}

// As one test, for a million drives take long to fill.
//
// The wave: P(load >= level) of the fluid limit, within 4 standard errors.
//
// The spread: the sd of n nearly independent loads of kurtosis k has a relative standard error of
// sqrt((k - 1) / 4 n): .07 % for one choice (k = 3), below .1 % for the wave (k < 5). 4 of them.
//
// The extremes, published: min -45, max +49 of one choice; -8, +3 of two; -5, +2 of three. An
// extreme of one choice has a standard error of 10 sd (ln n)^-1/2 pi / sqrt(12) = 2.4 shards there
// and here: 12 is 3.5 of the difference. Of two choices the mean number of drives at -10 is .01, at
// +5 1e-9 n.
TEST_CASE("a million drives with a hundred shards each are spread as published") {
  constexpr std::uint32_t kDrives = 1'000'000;
  const auto check_wave = [](const BulkResult& result, int d) {
    const Tail expected = fluid_limit(d, 100, 120);
    for (std::size_t level = 96; level <= 103; ++level) {
      const double s = expected[level];
      CAPTURE(d, level);
      CHECK(tail(result, static_cast<double>(level)) ==
            Approx(s).margin(4 * std::sqrt(s * (1 - s) / kDrives) + 0.5 / kDrives));
    }
  };

  const LoadDistribution one = place_bulk(bins(kDrives, 100, 1)).load;
  // Each shard is at a given drive with probability 1/n: a binomial load.
  CHECK(one.sd == Approx(std::sqrt(100 * (1 - 1.0 / kDrives))).epsilon(0.003));
  CHECK(one.min == Approx(55).margin(12));
  CHECK(one.max == Approx(149).margin(12));
  CHECK(one.p0_1 == Approx(71).margin(1));
  CHECK(one.p99_9 == Approx(132).margin(1));

  const BulkResult two = place_bulk(bins(kDrives, 100, 2));
  check_wave(two, 2);
  CHECK(two.load.sd == Approx(0.953814).epsilon(0.004));
  CHECK(two.load.min == Approx(92).margin(2));
  CHECK(two.load.max == Approx(103).margin(1));
  CHECK((two.load.p0_1 == 96 && two.load.p99_9 == 102));

  const BulkResult three = place_bulk(bins(kDrives, 100, 3));
  check_wave(three, 3);
  CHECK(three.load.sd == Approx(0.651617).epsilon(0.004));
  CHECK(three.load.min == Approx(95).margin(1));
  CHECK(three.load.max == Approx(102).margin(1));
  CHECK((three.load.p0_1 == 98 && three.load.p99_9 == 101));
}

// 30,000 drives: a standard error of .55 % each, so 4 % are 5 of a difference.
TEST_CASE("with two choices and more, the spread does not depend on how much drives hold") {
  for (std::uint32_t d : {2U, 3U, 10U}) {
    const double sd = place_bulk(bins(30'000, 30, d)).load.sd;
    CAPTURE(d);
    CHECK(place_bulk(bins(30'000, 100, d)).load.sd == Approx(sd).epsilon(0.04));
    CHECK(place_bulk(bins(30'000, 500, d)).load.sd == Approx(sd).epsilon(0.04));
  }
}

namespace {

// P(Poisson(mean) <= k).
double poisson_cdf(double mean, double k) {
  double term = std::exp(-mean / 2);  // in two halves: exp(-mean) may vanish
  double sum = 0;
  for (double i = 0; i <= k; ++i) {
    sum += term;
    term *= mean / (i + 1);
  }
  return sum * std::exp(-mean / 2);
}

}  // namespace

// How many shards a drive put the emptiest of n drives 30 % below the mean in half of all fleets:
// published 234 at n = 1e6, where n P(load <= .7 mean) = ln 2 lies between two whole shards.
// Numbers of drives in the tail are Poisson, and 4 sd + 1 of them are exceeded once in 5,000.
TEST_CASE("the emptiest of a million drives by one choice is 30 % below at 234 shards a drive") {
  constexpr std::uint32_t kDrives = 1'000'000;
  constexpr double kMean = 234;
  CHECK(kDrives * poisson_cdf(kMean, std::floor(0.7 * kMean)) < std::log(2.0));
  CHECK(kDrives * poisson_cdf(kMean, std::ceil(0.7 * kMean)) > std::log(2.0));
  BulkPlacement placement(bins(kDrives, kMean, 1));
  placement.run();
  for (const double level : {170.0, 180.0, 190.0, 210.0}) {
    double found = 0;
    for (std::uint32_t drive = 0; drive < kDrives; ++drive) {
      found += static_cast<double>(placement.load(drive)) <= level ? 1 : 0;
    }
    const double expected = kDrives * poisson_cdf(kMean, level);
    CAPTURE(level, expected);
    CHECK(found == Approx(expected).margin(4 * std::sqrt(expected) + 1));
  }
}

// Published: sd .175 %, -1.65 %, +.55 % of two choices; -18.3 %, +20.9 % of one (here within 4
// standard errors of 1 % of such an extreme).
TEST_CASE("a million drives of 546 shards are 18 % apart by one choice and 1 % by two",
          "[.large]") {
  const BulkResult two = place_bulk(bins(1'000'000, 546, 2));
  CHECK(100 * two.load.sd / 546 == Approx(0.175).epsilon(0.005));
  CHECK(100 * two.under == Approx(1.65).margin(0.4));
  CHECK(100 * two.over == Approx(0.55).margin(0.2));
  const BulkResult one = place_bulk(bins(1'000'000, 546, 1));
  CHECK(100 * one.under == Approx(18.3).margin(4));
  CHECK(100 * one.over == Approx(20.9).margin(4));
}

// Filling until the first drive is full strands what the fullest drive exceeds the mean by.
TEST_CASE(
    "filling until the first drive is full strands a fifth by one choice, and next to none by "
    "two") {
  const auto fill = [](std::uint32_t d) {
    return place_bulk(bins(100'000, 0, d, [](BulkOptions& o) {
      o.until_full = true;
      o.classes = {{546, 1}};
    }));
  };
  // z = 4.4 of 100,000 normals: m + 4.4 sqrt(m) = 546 gives m = 452, with a standard error of 1.5
  // %.
  const BulkResult one = fill(1);
  CHECK(one.is_full);
  CHECK(one.load.max == 546);
  CHECK(one.stranded == Approx(1 - 452.0 / 546).margin(0.05));
  const BulkResult two = fill(2);
  CHECK(two.load.max == 546);
  CHECK(two.stranded == Approx(3.0 / 546).margin(1.1 / 546));
}

// Nine shards under 3 a zone and 1 a rack: each drive of the zone is as likely, and two choices
// nearly those without a rule (published: .956 for nine separate choices).
TEST_CASE("the spread rule leaves the spread of one and two choices as it is") {
  const auto erasure = [](std::uint32_t d) {
    return place_bulk(bins(99'000, 100, d, [](BulkOptions& o) {
      o.shards = 9;
      o.zones = 3;
      o.racks_per_zone = 100;
      o.spread = {3, 1};
    }));
  };
  CHECK(erasure(1).load.sd == Approx(10).epsilon(0.02));
  CHECK(erasure(2).load.sd == Approx(0.956).epsilon(0.02));
}

// A share x of empty drives draws 1 - (1 - x)^d of the writes. 1e5 drives and more: the number that
// it receives is binomial, with 4 standard errors exceeded once in 16,000.
TEST_CASE("an empty rack among a hundred attracts d times its share of the writes") {
  for (const std::uint32_t d : {1U, 2U, 10U, 20U}) {
    for (const double x : {0.01, 0.1}) {
      const BulkResult result =
          place_bulk(bins(200'000, 50, d, [x](BulkOptions& o) { o.empty_share = x; }));
      REQUIRE(result.cohort);
      const double share = 1 - std::pow(1 - x, d);
      const auto writes = static_cast<double>(result.cohort->writes);
      CAPTURE(d, x, writes);
      CHECK(static_cast<double>(result.cohort->received) ==
            Approx(writes * share).margin(4 * std::sqrt(writes * share * (1 - share))));
      CHECK(*result.cohort->expected == Approx(share / x).epsilon(1e-12));
      CHECK(result.cohort->multiplier ==
            Approx(static_cast<double>(result.cohort->received) / writes / x).epsilon(1e-9));
    }
  }
}
