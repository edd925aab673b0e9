// Isolation against counting: cards, coins and bursts (docs/theory/placement.md).

#include "models/placement/isolation.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>

#include "tests/support/goodness_of_fit.hpp"
#include "tests/support/placement_world.hpp"

using namespace spindle;
using namespace spindle::models;

namespace {

constexpr std::uint64_t kRoomy = 1'000'000'000;

// One extent a tenant that takes its whole subset.
struct Hands {
  Topology topology;
  ExtentTable extents;
  PlacementResult result;
  Hands(std::uint32_t drives, std::uint32_t width, std::uint32_t tenants)
      : topology(test::fleet(1, 1, drives, kRoomy)), extents(test::equal_tenants(tenants, 1, 1)) {
    result = place_all({topology, {0, 0}, width, tenants, {1}},
                       test::policy("shuffle_shard", width), extents);
  }
};

// C(k, j) C(n - k, k - j) / C(n, k), by ratios from j = 0.
std::vector<double> hypergeometric(double n, double k, std::size_t most) {
  double p = 1;
  for (double i = 0; i < k; ++i) p *= (n - k - i) / (n - i);
  std::vector<double> out;
  for (double j = 0; j <= static_cast<double>(most); ++j) {
    out.push_back(p);
    p *= (k - j) * (k - j) / ((j + 1) * (n - 2 * k + j + 1));
  }
  return out;
}

double choose(double n, double k) {
  return std::exp(std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1));
}

}  // namespace

TEST_CASE("the hypergeometric law of the tests equals the published table") {
  const auto eight = hypergeometric(8, 2, 2);
  CHECK(eight[0] == Approx(0.5357).epsilon(1e-3));
  CHECK(eight[1] == Approx(0.4286).epsilon(1e-3));
  CHECK(eight[2] == Approx(0.03571).epsilon(1e-3));
  const auto thousand = hypergeometric(1000, 10, 4);
  CHECK(thousand[0] == Approx(0.9040).epsilon(1e-3));
  CHECK(thousand[1] == Approx(0.0921).epsilon(2e-3));
  CHECK(thousand[2] == Approx(0.00380).epsilon(2e-3));
  const auto million = hypergeometric(1e6, 1000, 3);
  CHECK(million[0] == Approx(0.3675).epsilon(1e-3));
  CHECK(million[1] == Approx(0.3682).epsilon(1e-3));
  CHECK(million[2] == Approx(0.1841).epsilon(1e-3));
}

// Pairs of a few thousand tenants, almost independent: each row fails once in 1,000 seeds.
TEST_CASE("tenants share drives as hands share cards") {
  const auto p_of = [](std::uint32_t drives, std::uint32_t width, std::uint64_t pairs) {
    const Hands hands(drives, width, 4000);
    const DriveOverlap overlap =
        drive_overlap(TenantDrives(hands.topology, hands.extents, hands.result), pairs, {1});
    auto counts = overlap.with_shared;
    counts.resize(width + 1, 0);
    const auto expected = hypergeometric(drives, width, width);
    const double mean = static_cast<double>(width) * width / drives;
    CHECK(overlap.pairs == pairs);
    CHECK(overlap.mean == Approx(mean).epsilon(0.05));
    return test::counts_p(counts, expected);
  };
  test::require_family({{"2 of 8", [&] { return p_of(8, 2, 100'000); }},
                        {"10 of 1,000", [&] { return p_of(1000, 10, 100'000); }},
                        {"4 of 52", [&] { return p_of(52, 4, 100'000); }}},
                       1e-3);
}

// 5 of 9 from random drives, a share h of them hot: fixed shards meet one with 1 - (1-h)^5, any
// five cannot avoid one with P(at least five of nine hot). 3 standard deviations of the 5e5
// extents.
TEST_CASE("reads of five fixed shards meet hot drives, of any five hardly ever") {
  constexpr std::uint32_t kDrives = 20'000;
  constexpr std::uint32_t kExtents = 500'000;
  const Topology topology = test::fleet(1, 1, kDrives, kRoomy);
  const PlacementResult result = place_all({topology, {0, 0}, 9, 1, {1}}, test::policy("random"),
                                           test::equal_tenants(1, kExtents, 1));
  std::vector<double> heat(kDrives);
  std::iota(heat.begin(), heat.end(), 0.0);
  for (const double h : {0.1, 0.05, 0.01}) {
    CAPTURE(h);
    const HotReads reads = hot_reads(result, hottest_drives(heat, h), 5);
    const double fixed = 1 - std::pow(1 - h, 5);
    double bound = 0;
    for (int i = 5; i <= 9; ++i) bound += choose(9, i) * std::pow(h, i) * std::pow(1 - h, 9 - i);
    CHECK(reads.fixed == Approx(fixed).margin(3 * std::sqrt(fixed / kExtents)));
    CHECK(reads.bound == Approx(bound).margin(3 * std::sqrt(bound / kExtents)));
    if (h == 0.1) {
      CHECK(fixed == Approx(0.41).margin(0.005));
      CHECK(bound == Approx(8.9e-4).epsilon(0.01));
    }
  }
}

// 10,000 tenants on for an hour a day, on 1,000 drives: sqrt(D / (M s p) (1 - s p / D)). The part
// that is due to where they lie (p of the variance) is known to 4 %: 1 % is ample.
TEST_CASE("load evens out as each tenant is spread over more drives") {
  constexpr std::uint32_t kDrives = 1000;
  constexpr std::uint32_t kTenants = 10'000;
  const std::vector<double> mean(kTenants, 1.0);
  const std::vector<double> duty(kTenants, 1.0 / 24);
  const auto expected = [](double s) {
    const double sp = s / 24;
    return std::sqrt(kDrives / (kTenants * sp) * (1 - sp / kDrives));
  };
  CHECK(expected(1) == Approx(1.55).margin(0.005));
  CHECK(expected(1000) == Approx(0.048).margin(0.0005));
  for (const std::uint32_t s : {1U, 9U, 50U}) {
    const Hands hands(kDrives, s, kTenants);
    CAPTURE(s);
    CHECK(instant_load(hands.topology, hands.extents, hands.result, mean, duty).cov ==
          Approx(expected(s)).epsilon(0.01));
  }
  const Topology topology = test::fleet(1, 1, kDrives, kRoomy);
  PlacementResult everywhere;
  everywhere.shards_per_extent = kDrives;
  everywhere.drive_of_shard.resize(std::size_t{kTenants} * kDrives);
  for (std::size_t i = 0; i < everywhere.drive_of_shard.size(); ++i) {
    everywhere.drive_of_shard[i] = static_cast<std::uint32_t>(i % kDrives);
  }
  const LoadVariation floor =
      instant_load(topology, test::equal_tenants(kTenants, 1, 1), everywhere, mean, duty);
  CHECK(floor.cov == Approx(expected(1000)).epsilon(1e-6));
  CHECK(floor.over_drives == Approx(0).margin(1e-9));
}
