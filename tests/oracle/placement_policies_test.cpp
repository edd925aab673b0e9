// Policies with old or noisy loads, few choices, few candidates: against published tables
// (docs/theory/placement.md). An sd over n nearly independent drives is known to 1 / sqrt(2 n):
// tolerances are at least 4 of these beside the published digits, one false alarm in 15,000.

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cmath>
#include <utility>

#include "models/placement/copyset_loss.hpp"
#include "models/purposes.hpp"
#include "tests/support/balls_into_bins.hpp"

using namespace spindle;
using namespace spindle::models;
using test::balls_into_bins;
using test::standard_deviation;

namespace {

double sd_of(std::uint32_t bins, std::uint32_t per_bin, const PlacementOptions& options) {
  return standard_deviation(balls_into_bins(bins, bins * per_bin, options, 1));
}

}  // namespace

// 0.5 % a standard error at 20,000 drives.
TEST_CASE("a second choice half of the time leaves the published spread") {
  PlacementOptions options = test::policy("one_plus_beta");
  options.beta = 0.5;
  const auto counts = balls_into_bins(20'000, 20'000 * 200, options, 1);
  CHECK(standard_deviation(counts) == Approx(1.84).epsilon(0.025));
  CHECK(test::excess(counts) == Approx(11).margin(3));  // of 1e5 drives; the tail is about e^-x

  options.beta = 1;
  CHECK(sd_of(20'000, 100, options) == Approx(0.953).epsilon(0.025));
  options.beta = 0;
  CHECK(sd_of(20'000, 100, options) == Approx(10).epsilon(0.025));
}

TEST_CASE("old loads spread drives as published, and more choices make it worse") {
  constexpr std::uint32_t kDrives = 20'000;
  const auto stale = [&](std::uint32_t d, std::uint32_t looks_per_drive) {
    PlacementOptions options = test::choices(d);
    options.refresh = looks_per_drive * kDrives;
    return sd_of(kDrives, 100, options);
  };
  CHECK(stale(2, 1) == Approx(1.215).epsilon(0.025));
  CHECK(stale(3, 1) == Approx(1.14).epsilon(0.025));
  CHECK(stale(2, 10) == Approx(3.90).epsilon(0.025));
  CHECK(stale(3, 10) == Approx(5.90).epsilon(0.025));
}

// The table gives the noise in balls; at 1,000 a drive, where the noise grows with the load by less
// than a ball while a drive answers to it, 5 balls are 0.5 % of the load. 1.1 % a standard error.
TEST_CASE("noisy loads spread drives as published") {
  for (const auto& [balls, sd] : {std::pair{2.0, 1.50}, {5.0, 2.21}, {20.0, 4.27}}) {
    PlacementOptions options = test::choices(2);
    options.noise = balls / 1000;
    CAPTURE(balls);
    CHECK(sd_of(4000, 1000, options) == Approx(sd).epsilon(0.05));
  }
}

// Between cells the number of extents is binomial, of variance avg / z a drive squared: with C
// cells that part is known to sqrt(2 / C).
TEST_CASE("cells leave the spread of one choice between them") {
  struct Row {
    std::uint32_t cell, drives;
    double sd, tolerance;
  };
  for (const Row& row : {Row{2, 20'000, 7.09, 0.03}, Row{10, 20'000, 3.33, 0.06},
                         Row{100, 30'000, 1.42, 0.08}, Row{1000, 30'000, 1.00, 0.06}}) {
    PlacementOptions options = test::choices(2);
    options.cell = row.cell;
    CAPTURE(row.cell);
    CHECK(sd_of(row.drives, 100, options) == Approx(row.sd).epsilon(row.tolerance));
  }
}

TEST_CASE("nine shards to the least loaded of some candidates spread drives as published") {
  constexpr std::uint32_t kDrives = 20'001;
  const Topology one_zone = test::fleet(1, 1, kDrives, 1'000'000);
  const Topology three_zones = test::fleet(3, 1, kDrives, 1'000'000);
  const ExtentTable table = test::equal_tenants(1, kDrives * 100 / 9, 1);
  struct Row {
    std::uint32_t candidates;
    double in_one, in_three;
  };
  for (const Row& row : {Row{9, 9.95, 9.99}, Row{12, 1.71, 1.82}, Row{15, 1.00, 1.05},
                         Row{18, .773, .809}, Row{27, .541, .569}, Row{36, .450, .478}}) {
    PlacementOptions options = test::policy("k_of_d");
    options.candidates = row.candidates;
    CAPTURE(row.candidates);
    const auto sd = [&](const Topology& topology, SpreadRule rule) {
      const auto result = place_all({topology, rule, 9, 1, {1}}, options, table);
      return standard_deviation(test::shards_per_drive(result, kDrives));
    };
    CHECK(sd(one_zone, {0, 0}) == Approx(row.in_one).epsilon(0.03));
    CHECK(sd(three_zones, {3, 0}) == Approx(row.in_three).epsilon(0.03));
  }
}

TEST_CASE("the least loaded of all drives leaves them one shard apart") {
  const auto counts = balls_into_bins(5000, 5000 * 20 + 777, test::policy("least_loaded"), 1);
  CHECK(std::count(counts.begin(), counts.end(), 21U) == 777);
  CHECK(std::count(counts.begin(), counts.end(), 20U) == 5000 - 777);
}

// An empty rack among 100 takes 1 - .99^d of what is written: 40,000 draws, so that the share of 1
// % (d = 1) is known to 5 %, of 18 % to 1 %; tolerances are 4 standard errors.
TEST_CASE("an empty rack attracts writes by the number of choices") {
  const Topology topology = test::fleet(1, 100, 1000, 1'000'000);
  std::vector<std::uint64_t> used(1000, 500'000);
  std::fill(used.begin(), used.begin() + 10, 0);
  const std::vector<double> heat(1000);
  constexpr std::uint32_t kDraws = 40'000;
  const auto share = [&](const PlacementOptions& options) {
    const auto policy = make_policy(options, {topology, {0, 1}, 1, 1, {1}});
    const auto state = policy->make_state();
    std::uint32_t hits = 0;
    for (std::uint32_t extent = 0; extent < kDraws; ++extent) {
      sim::RandomStream random(sim::Seed{1}, 0, purpose::kPlacement, extent);
      std::uint32_t drive = 0;
      REQUIRE(policy->place({ExtentId(extent), TenantId(0), 1, {}}, {topology, used, heat}, *state,
                            random, std::span(&drive, 1)));
      hits += drive < 10 ? 1U : 0U;
    }
    return static_cast<double>(hits) / kDraws;
  };
  for (const std::uint32_t d : {1U, 2U, 10U, 20U}) {
    const double expected = 1 - std::pow(0.99, d);
    CAPTURE(d);
    CHECK(share(test::choices(d)) ==
          Approx(expected).margin(4 * std::sqrt(expected * (1 - expected) / kDraws)));
  }
  CHECK(share(test::policy("least_loaded")) == 1);
}

TEST_CASE("hypergeometric tails and losses equal what is published") {
  // 20 new drives of 1,000, objects of nine shards, a million of them.
  const std::array<double, 5> published = {166'900, 12'580, 533.5, 13.8, .225};
  for (std::uint32_t j = 1; j <= 5; ++j) {
    CHECK(1e6 * hypergeometric_tail(1000, 20, 9, j) == Approx(published[j - 1]).epsilon(0.005));
  }
  CHECK(hypergeometric_tail(10, 3, 4, 0) == Approx(1).epsilon(1e-14));
  CHECK(hypergeometric_tail(10, 3, 4, 4) == 0);
  // C(2,1) C(2,1) / C(4,2) and 1 / C(4,2) of two in four
  CHECK(hypergeometric_tail(4, 2, 2, 1) == Approx(5.0 / 6).epsilon(1e-14));
  CHECK_THROWS_AS(hypergeometric_tail(10, 11, 4, 1), std::invalid_argument);
  CHECK_THROWS_AS(hypergeometric_tail(100, 11, 65, 1), std::invalid_argument);

  // Copysets of three, one permutation, 1 % of the drives fail at once.
  for (const auto& [drives, percent] :
       {std::pair{500U, .008}, {1000U, .024}, {2000U, .057}, {5000U, .157}, {10'000U, .323}}) {
    CAPTURE(drives);
    CHECK(100 * simultaneous_loss(drives / 3, 3, 3, drives, drives / 100) ==
          Approx(percent).margin(0.0006));
  }
  CHECK(simultaneous_loss(0, 3, 3, 10, 5) == 0);
  CHECK(simultaneous_loss(7, 3, 3, 5, 5) == 1);
}
