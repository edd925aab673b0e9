// Draws against their distributions. Seeds are fixed, so a test passes or fails for good; the
// false-alarm rate is the chance that a fresh seed would fail a correct generator.

#include "sim/random_stream.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <utility>
#include <vector>

#include "sim/statistics.hpp"
#include "tests/support/goodness_of_fit.hpp"

namespace spindle::sim {
namespace {

// Normal quantile of the upper 1e-4, and Kolmogorov's of 1e-4: sqrt(-ln(1e-4 / 2) / 2).
constexpr double kZ = 3.719016485;
constexpr double kKolmogorov = 2.225238;

// Pearson's statistic against equal expected counts must stay below the 1 - 1e-4 quantile of chi²
// (Wilson-Hilferty, good to 1 % here). False alarms: 1e-4 a call.
void require_equal_counts(const std::vector<std::uint64_t>& counts) {
  double total = 0;
  for (const std::uint64_t count : counts) total += static_cast<double>(count);
  const double expected = total / static_cast<double>(counts.size());
  double statistic = 0;
  for (const std::uint64_t count : counts) {
    statistic += std::pow(static_cast<double>(count) - expected, 2) / expected;
  }
  const double degrees = static_cast<double>(counts.size() - 1);
  const double root = 1 - 2 / (9 * degrees) + kZ * std::sqrt(2 / (9 * degrees));
  REQUIRE(statistic < degrees * root * root * root);
}

// Kolmogorov-Smirnov distance below the asymptotic 1 - 1e-4 quantile. False alarms: 1e-4 a call.
template <class Cdf>
void require_distribution(std::vector<double> sample, Cdf cdf) {
  const auto n = static_cast<double>(sample.size());
  REQUIRE(test::kolmogorov_distance(std::move(sample), cdf) < kKolmogorov / std::sqrt(n));
}

template <class Draw>
std::vector<double> sample_of(std::size_t n, std::uint64_t entity, Draw draw) {
  RandomStream stream(Seed{2024}, 0, Purpose{1}, entity);
  std::vector<double> sample(n);
  for (double& x : sample) x = draw(stream);
  return sample;
}

TEST_CASE("random stream: words are uniform, and so are pairs of neighbours") {
  // 2 chi² tests of 256 cells: false alarms 2e-4.
  RandomStream stream(Seed{1}, 0, Purpose{1}, 1);
  std::vector<std::uint64_t> bytes(256);
  std::vector<std::uint64_t> pairs(256);
  std::uint32_t last = stream.next_u32();
  for (int i = 0; i < 400'000; ++i) {
    const std::uint32_t word = stream.next_u32();
    for (unsigned shift = 0; shift < 32; shift += 8) ++bytes[(word >> shift) & 0xff];
    // Pairs that do not overlap keep the counts independent.
    if (i % 2 == 0) ++pairs[(word >> 28) << 4 | (last >> 28)];
    last = word;
  }
  require_equal_counts(bytes);
  require_equal_counts(pairs);
}

TEST_CASE("random stream: neighbouring streams are independent") {
  // First draws of 200,000 entities: uniform, and uncorrelated with the next entity's. One chi² and
  // one z test: false alarms 3e-4.
  std::vector<std::uint64_t> counts(1024);
  double product = 0;
  double last = 0.5;
  constexpr int kEntities = 200'000;
  for (int entity = 0; entity < kEntities; ++entity) {
    RandomStream stream(Seed{7}, 0, Purpose{2}, static_cast<std::uint64_t>(entity));
    const double u = stream.uniform();
    ++counts[static_cast<std::size_t>(u * 1024)];
    product += (u - 0.5) * (last - 0.5);
    last = u;
  }
  require_equal_counts(counts);
  // Products of two centred uniforms have variance 1/144.
  CHECK(std::abs(product) < kZ * std::sqrt(kEntities / 144.0));
}

TEST_CASE("random stream: below is uniform, for powers of two and others") {
  // 5 chi² tests: false alarms 5e-4.
  for (const std::uint32_t n : {2U, 7U, 64U, 100U, 1000U}) {
    RandomStream stream(Seed{1}, 0, Purpose{3}, n);
    std::vector<std::uint64_t> counts(n);
    for (int i = 0; i < 300'000; ++i) ++counts[stream.below(n)];
    require_equal_counts(counts);
  }
}

TEST_CASE("random stream: below has no bias where 2^32 mod n is large") {
  // Without rejection, n = 3 * 2^30 would give the residues 0 mod 3 half of all draws.
  // One chi² test: false alarms 1e-4.
  RandomStream stream(Seed{1}, 0, Purpose{3}, 0);
  std::vector<std::uint64_t> counts(3);
  for (int i = 0; i < 300'000; ++i) ++counts[stream.below(3U << 30) % 3];
  require_equal_counts(counts);
  CHECK(stream.below(1) == 0);
}

TEST_CASE("random stream: uniform, exponential and normal follow their distributions") {
  // 3 Kolmogorov-Smirnov tests: false alarms 3e-4.
  constexpr std::size_t kDraws = 500'000;
  require_distribution(sample_of(kDraws, 1, [](RandomStream& s) { return s.uniform(); }),
                       [](double x) { return x; });
  require_distribution(sample_of(kDraws, 2, [](RandomStream& s) { return s.exponential(); }),
                       [](double x) { return -std::expm1(-x); });
  require_distribution(sample_of(kDraws, 3, [](RandomStream& s) { return s.normal(); }),
                       [](double x) { return 0.5 * std::erfc(-x / std::sqrt(2.0)); });
}

TEST_CASE("random stream: moments of the draws") {
  // Means within 3.72 standard errors (two-sided 2e-4 each): false alarms 1e-3 in all.
  constexpr std::size_t kDraws = 1'000'000;
  const auto check_mean = [](const std::vector<double>& sample, double mean, double sd) {
    Moments moments;
    for (const double x : sample) moments.add(x);
    CHECK(std::abs(moments.mean() - mean) < kZ * sd / std::sqrt(static_cast<double>(kDraws)));
  };
  const auto exponential = [](RandomStream& s) { return s.exponential(); };
  const auto exponential_squared = [](RandomStream& s) { return std::pow(s.exponential(), 2); };
  const auto normal_squared = [](RandomStream& s) { return std::pow(s.normal(), 2); };
  const auto normal_to_4 = [](RandomStream& s) { return std::pow(s.normal(), 4); };
  const auto coin = [](RandomStream& s) { return s.bernoulli(0.01) ? 1.0 : 0.0; };
  check_mean(sample_of(kDraws, 11, exponential), 1, 1);
  check_mean(sample_of(kDraws, 12, exponential_squared), 2, std::sqrt(20.0));
  check_mean(sample_of(kDraws, 13, normal_squared), 1, std::sqrt(2.0));
  check_mean(sample_of(kDraws, 14, normal_to_4), 3, std::sqrt(96.0));
  check_mean(sample_of(kDraws, 15, coin), 0.01, std::sqrt(0.01 * 0.99));
}

}  // namespace
}  // namespace spindle::sim
