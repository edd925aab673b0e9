// Bulk placement with imperfect information, unequal shards and drives, cells and deletes, against
// published figures and fluid limits (docs/theory/placement.md).
//
// The sd of n nearly independent loads of kurtosis below 5 has a relative standard error below
// n^-1/2, and a published one of as many drives (1e5) as much: .32 % each. A tolerance of 2 % at
// 1e5 drives is 4.4 standard errors of the difference (once in 100,000), 3 % at 3e4 as much.
#include <array>
#include <catch2/catch.hpp>
#include <cmath>
#include <utility>
#include <vector>

#include "tests/support/bulk_fleets.hpp"

using namespace spindle;
using namespace spindle::models;
using test::bins;
using test::place_bulk;

namespace {

LoadDistribution stale(std::uint32_t d, std::uint64_t rounds) {
  constexpr std::uint32_t kDrives = 100'000;
  return place_bulk(bins(kDrives, 100, d, [&](BulkOptions& o) { o.refresh = kDrives * rounds; }))
      .load;
}

}  // namespace

// Extremes: one more or less than the published.
TEST_CASE("loads that are read again after a shard a drive cost two choices a quarter") {
  const LoadDistribution two = stale(2, 1);
  CHECK(two.sd == Approx(1.215).epsilon(0.02));
  CHECK(two.max == Approx(106.5).margin(1.6));
  const LoadDistribution three = stale(3, 1);
  CHECK(three.sd == Approx(1.14).epsilon(0.02));
  CHECK(three.max == Approx(108).margin(1.6));
}

TEST_CASE("on loads ten shards a drive old, more choices are worse") {
  const LoadDistribution two = stale(2, 10);
  CHECK(two.sd == Approx(3.90).epsilon(0.02));
  CHECK(two.max == Approx(121.5).margin(2.1));
  const LoadDistribution three = stale(3, 10);
  CHECK(three.sd == Approx(5.90).epsilon(0.02));
  CHECK(three.max == Approx(133).margin(3.1));
  CHECK(stale(10, 10).sd > 2 * two.sd);
}

TEST_CASE("half of the shards with two choices keep the spread below two") {
  const LoadDistribution load = place_bulk(bins(100'000, 200, 2, [](BulkOptions& o) {
                                  o.policy = BulkPolicy::kOnePlusBeta;
                                  o.beta = 0.5;
                                })).load;
  CHECK(load.sd == Approx(1.84).epsilon(0.02));
  CHECK(load.max == Approx(211).margin(3.1));
}

TEST_CASE("two choices on noisy loads spread as the root of the noise") {
  const std::vector<std::pair<double, double>> published = {
      {1, 1.18}, {2, 1.50}, {5, 2.21}, {10, 3.05}, {20, 4.27}};
  for (const auto& [noise, sd] : published) {
    CAPTURE(noise);
    CHECK(place_bulk(bins(30'000, 100, 2, [noise = noise](BulkOptions& o) {
            o.noise = noise;
          })).load.sd == Approx(sd).epsilon(0.03));
  }
}

TEST_CASE("two choices on loads in buckets spread as the root of the buckets") {
  const std::vector<std::pair<std::uint32_t, double>> published = {
      {2, 1.12}, {5, 1.53}, {10, 2.05}, {20, 2.79}, {50, 4.26}};
  for (const auto& [bucket, sd] : published) {
    CAPTURE(bucket);
    CHECK(place_bulk(bins(30'000, 100, 2, [bucket = bucket](BulkOptions& o) {
            o.bucket = bucket;
          })).load.sd == Approx(sd).epsilon(0.03));
  }
}

// One choice: compound Poisson, relative sd sqrt((1 + cv^2) / mean).
TEST_CASE("unequal sizes spread as fewer equal shards") {
  const auto sized = [](std::uint32_t d, BulkSizes sizes) {
    return place_bulk(bins(100'000, 100, d, [&](BulkOptions& o) { o.sizes = std::move(sizes); }));
  };
  const BulkSizes exponential{BulkSizes::Law::kExponential, 1, {}, {}};
  const BulkResult one = sized(1, exponential);
  CHECK(one.load.mean == Approx(100).epsilon(4 * std::sqrt(1 / 1e7)));
  CHECK(one.load.sd == Approx(std::sqrt(200)).epsilon(0.015));
  CHECK(one.effective_load == Approx(50).epsilon(0.01));
  const BulkResult two = sized(2, exponential);
  CHECK(two.load.sd == Approx(1.82).epsilon(0.02));
  CHECK(two.load.max == Approx(111.9).margin(2.5));
  // The sum of squares has relative variance 6 / 1e7 there; lognormal of cv 1.5: (1 + cv^2)^4 /
  // 1e7.
  const BulkResult heavy = sized(1, {BulkSizes::Law::kLognormal, 1.5, {}, {}});
  CHECK(heavy.effective_load == Approx(100 / 3.25).epsilon(0.015));
  CHECK(heavy.load.sd == Approx(std::sqrt(100 * 3.25)).epsilon(0.03));
  // cv^2 = (.75 1 + .25 49) / 6.25 - 1 = 1.08 with mean 2.5.
  const BulkResult table = sized(1, {BulkSizes::Law::kTable, 0, {1, 7}, {3, 1}});
  CHECK(table.effective_load == Approx(100 / 2.08).epsilon(0.005));
  CHECK(table.load.sd == Approx(std::sqrt(208)).epsilon(0.015));
}

namespace {

// Spread of the stationary fluid limit ds_i/dt = L (s_{i-1}^d - s_i^d) - i (s_i - s_{i+1}): L
// shards a drive come and every one leaves at rate 1.
double fluid_sd_with_deletes(int d, double load) {
  const auto levels = static_cast<std::size_t>(2 * load);
  std::vector<double> s(levels + 2, 0.0);
  for (std::size_t i = 0; i <= static_cast<std::size_t>(load); ++i) s[i] = 1;
  const auto slope = [&](const std::vector<double>& at) {
    std::vector<double> out(at.size(), 0.0);
    for (std::size_t i = 1; i <= levels; ++i) {
      out[i] = load * (std::pow(at[i - 1], d) - std::pow(at[i], d)) -
               static_cast<double>(i) * (at[i] - at[i + 1]);
    }
    return out;
  };
  const double h = 0.2 / load;  // below 2.8 / the greatest rate, 4 load
  const auto moved = [](std::vector<double> from, const std::vector<double>& along, double by) {
    for (std::size_t i = 1; i < from.size(); ++i) from[i] += by * along[i];
    return from;
  };
  for (double t = 0; t < 8; t += h) {
    const auto k1 = slope(s);
    const auto k2 = slope(moved(s, k1, h / 2));
    const auto k3 = slope(moved(s, k2, h / 2));
    const auto k4 = slope(moved(s, k3, h));
    for (std::size_t i = 1; i <= levels; ++i)
      s[i] += h / 6 * (k1[i] + 2 * k2[i] + 2 * k3[i] + k4[i]);
  }
  double mean = 0;
  double squares = 0;
  for (std::size_t i = 1; i <= levels; ++i) {
    mean += s[i];
    squares += (2 * static_cast<double>(i) - 1) * s[i];
  }
  return std::sqrt(squares - mean * mean);
}

}  // namespace

TEST_CASE("deletes at a steady count bring two choices to the fluid limit") {
  CHECK(fluid_sd_with_deletes(2, 100) == Approx(1.80364).epsilon(1e-4));
  CHECK(fluid_sd_with_deletes(3, 100) == Approx(1.18501).epsilon(1e-4));
  const auto sd = [](std::uint32_t d) {
    return place_bulk(bins(30'000, 100, d, [](BulkOptions& o) { o.turnovers = 3; })).load.sd;
  };
  CHECK(sd(1) == Approx(10).epsilon(0.02));
  CHECK(sd(2) == Approx(1.80364).epsilon(0.025));
  CHECK(sd(3) == Approx(1.18501).epsilon(0.025));
}

// Between cells of z drives loads differ as one choice among cells does: sqrt(mean / z). The
// variance among 100 cells is known to 14 %, of which .1 of 1.01 is made.
TEST_CASE("cells keep the spread of one choice between them") {
  const std::vector<std::pair<std::uint32_t, double>> published = {
      {2, 7.09}, {10, 3.33}, {100, 1.42}, {1000, 1.00}};
  for (const auto& [cell, sd] : published) {
    CAPTURE(cell);
    CHECK(place_bulk(bins(100'000, 100, 2, [cell = cell](BulkOptions& o) {
            o.cell = cell;
          })).load.sd == Approx(sd).epsilon(0.03));
  }
}

TEST_CASE("nine shards into the nine least loaded of many drives") {
  struct Row {
    std::uint32_t candidates;
    double anywhere, by_zone;
  };
  for (const Row& row : {Row{9, 9.95, 9.99}, Row{12, 1.71, 1.82}, Row{15, 1.00, 1.05},
                         Row{18, .773, .809}, Row{27, .541, .569}, Row{36, .450, .478}}) {
    const auto sd = [&](std::uint32_t zones) {
      return place_bulk(bins(30'000, 100, 2,
                             [&](BulkOptions& o) {
                               o.policy = BulkPolicy::kKOfD;
                               o.shards = 9;
                               o.candidates = row.candidates;
                               o.zones = zones;
                               o.spread = {9 / zones, 0};
                             }))
          .load.sd;
    };
    CAPTURE(row.candidates);
    CHECK(sd(1) == Approx(row.anywhere).epsilon(0.03));
    CHECK(sd(3) == Approx(row.by_zone).epsilon(0.03));
  }
}

namespace {

struct MixedRow {
  const char* name;
  BulkSampling sampling;
  BulkCompare compare;
  std::uint32_t choices;
  double sd;                    // of fill, percent of its plain mean over drives
  double sd_margin;             // 2 % and half of the last digit published
  std::array<double, 4> means;  // of the classes, percent of the fleet's fill
  double mean_margin;
};

constexpr auto kUniform = BulkSampling::kUniform;
constexpr auto kByCapacity = BulkSampling::kByCapacity;
constexpr auto kUnits = BulkCompare::kUnits;
constexpr auto kFill = BulkCompare::kFill;
// One choice by capacity fills a class to within a standard error of .085 % (8 TB), which .4 is 4.7
// of; sharp means are held to .1. Of three choices a plain loop gives .834 and 99.6, 3 % off what
// was published: that row is held to 4 %.
const std::vector<MixedRow> kMixed = {
    {"uniform", kUniform, kFill, 1, 49, 1.5, {210, 105, 76, 56}, .9},
    {"uniform, bytes", kUniform, kUnits, 2, 48, 1.5, {210, 105, 76, 56}, .6},
    {"uniform, fill", kUniform, kFill, 2, 1.85, .042, {101.3, 100.8, 100.1, 97.4}, .1},
    {"uniform, fill, 3", kUniform, kFill, 3, .81, .033, {99.7, 100.1, 100.1, 99.9}, .15},
    {"by capacity", kByCapacity, kFill, 1, 11.1, .27, {99.9, 100, 100, 100.1}, .4},
    {"by capacity, bytes", kByCapacity, kUnits, 2, 38, 1.3, {182, 111, 81, 60}, .6},
    {"by capacity, fill", kByCapacity, kFill, 2, 1.33, .032, {98.7, 99.9, 100.3, 100.5}, .1},
};

}  // namespace

// Drives of 8, 16, 22 and 30 TB (30, 30, 30 and 10 %), 100 shards a drive.
TEST_CASE("drives of mixed capacity by sampling and by what is compared") {
  for (const MixedRow& row : kMixed) {
    const BulkResult result = place_bulk(bins(100'000, 100, row.choices, [&](BulkOptions& o) {
      o.classes = {{80, .3}, {160, .3}, {220, .3}, {300, .1}};
      o.sampling = row.sampling;
      o.compare = row.compare;
    }));
    double plain = 0;
    for (const ClassResult& c : result.classes) {
      plain += c.fill_mean * static_cast<double>(c.drives) / 100'000;
    }
    CAPTURE(row.name);
    CHECK(100 * result.fill->sd / plain == Approx(row.sd).margin(row.sd_margin));
    for (std::size_t i = 0; i < 4; ++i) {
      CHECK(100 * result.classes[i].fill_mean / result.fill->mean ==
            Approx(row.means[i]).margin(row.mean_margin));
    }
  }
}
