// Every distribution against its closed form. Seeds are fixed, so a test passes or fails for good;
// the false-alarm rate is the chance that fresh seeds would fail a correct generator: 1e-6 for each
// of the families below, by Bonferroni. The last tests show that errors of a few percent are
// caught.

#include "sim/distributions.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>
#include <vector>

#include "sim/digest.hpp"
#include "sim/discrete_distributions.hpp"
#include "sim/draw_each.hpp"
#include "sim/empirical.hpp"
#include "tests/support/goodness_of_fit.hpp"

namespace spindle::sim {
namespace {

using test::Check;

constexpr double kFamilyRate = 1e-6;
constexpr std::size_t kSampleSize = 200'000;

// A stream of its own for every check.
std::uint64_t entity_of(const std::string& name) {
  Digest digest;
  digest.add(std::string_view(name));
  return digest.value() >> 24;
}

template <class Distribution>
std::vector<double> sample_of(const Distribution& distribution, std::uint64_t entity) {
  RandomStream stream(Seed{2025}, 0, Purpose{1}, entity);
  std::vector<double> sample(kSampleSize);
  for (double& x : sample) x = static_cast<double>(distribution.draw(stream));
  return sample;
}

template <class Distribution>
Check continuous(std::string name, const Distribution& distribution,
                 std::function<double(double)> cdf) {
  const std::uint64_t entity = entity_of(name);
  return {std::move(name),
          [=] { return test::kolmogorov_p(sample_of(distribution, entity), cdf); }};
}

// Against the probabilities of low, low + 1, … high; what falls outside counts at the ends.
template <class Distribution>
Check discrete(std::string name, const Distribution& distribution, std::uint64_t low,
               std::uint64_t high, std::function<double(std::uint64_t)> probability) {
  const std::uint64_t entity = entity_of(name);
  return {std::move(name), [=] {
            std::vector<double> probabilities;
            for (std::uint64_t k = low; k <= high; ++k) probabilities.push_back(probability(k));
            const double sum = std::accumulate(probabilities.begin(), probabilities.end(), 0.0);
            if (!(std::abs(sum - 1) < 1e-6)) return 0.0;
            std::vector<std::uint64_t> counts(high - low + 1);
            for (const double x : sample_of(distribution, entity)) {
              const auto k = static_cast<std::uint64_t>(x);
              ++counts[std::clamp(k, low, high) - low];
            }
            return test::counts_p(counts, probabilities);
          }};
}

// Probabilities by 64-bit-mantissa gamma functions, not by the library's own formulas.
std::function<double(std::uint64_t)> poisson(double mean) {
  return [=](std::uint64_t k) {
    const auto x = static_cast<long double>(k);
    const auto m = static_cast<long double>(mean);
    return static_cast<double>(std::exp(x * std::log(m) - m - std::lgamma(x + 1)));
  };
}
std::function<double(std::uint64_t)> binomial(std::uint64_t n, double p) {
  return [=](std::uint64_t k) {
    const auto x = static_cast<long double>(k);
    const auto rest = static_cast<long double>(n - k);
    const auto trials = static_cast<long double>(n);
    const long double ways = std::lgamma(trials + 1) - std::lgamma(x + 1) - std::lgamma(rest + 1);
    return static_cast<double>(std::exp(ways + x * std::log(static_cast<long double>(p)) +
                                        rest * std::log1p(-static_cast<long double>(p))));
  };
}
// Of 1 … n; past the first thousand ranks the sum is Euler and Maclaurin's, good to 1e-12.
std::function<double(std::uint64_t)> zipf(std::uint64_t n, double exponent) {
  double sum = 0;
  const std::uint64_t direct = std::min<std::uint64_t>(n, 1000);
  for (std::uint64_t k = 1; k <= direct; ++k) {
    sum += std::pow(static_cast<double>(k), -exponent);
  }
  if (direct < n) {
    const auto antiderivative = [=](double x) {
      return exponent == 1 ? std::log(x) : std::pow(x, 1 - exponent) / (1 - exponent);
    };
    const double a = static_cast<double>(direct);
    const double b = static_cast<double>(n);
    sum += antiderivative(b) - antiderivative(a) +
           (std::pow(b, -exponent) - std::pow(a, -exponent)) / 2 +
           exponent / 12 * (std::pow(a, -exponent - 1) - std::pow(b, -exponent - 1));
  }
  return [=](std::uint64_t k) { return std::pow(static_cast<double>(k), -exponent) / sum; };
}

std::function<double(double)> weibull(double shape, double scale) {
  return [=](double x) { return -std::expm1(-std::pow(x / scale, shape)); };
}
std::function<double(double)> pareto(double shape, double scale) {
  return [=](double x) { return 1 - std::pow(scale / x, shape); };
}
std::function<double(double)> lognormal(double mu, double sigma) {
  return [=](double x) { return test::normal_cdf((std::log(x) - mu) / sigma); };
}
std::function<double(double)> normal(double mean, double deviation) {
  return [=](double x) { return test::normal_cdf((x - mean) / deviation); };
}

// One draw of each of kSampleSize entities, through a batch.
template <class Distribution>
Check across_entities(std::string name, const Distribution& distribution, std::uint64_t draw,
                      std::function<double(double)> cdf) {
  return {std::move(name), [=] {
            const RandomBatch batch(Seed{2025}, 3, Purpose{7});
            std::vector<std::uint64_t> entities(kSampleSize);
            std::iota(entities.begin(), entities.end(), 0);
            const std::vector<std::uint64_t> draws(kSampleSize, draw);
            std::vector<double> sample(kSampleSize);
            draw_each<Distribution, double>(distribution, batch, entities, draws, sample);
            return test::kolmogorov_p(sample, cdf);
          }};
}

TEST_CASE("distributions: continuous ones follow their closed forms") {
  const std::vector<double> edges = {-1, 0, 0.5, 4};
  const std::vector<double> weights = {1, 6, 3};
  const auto histogram_cdf = [](double x) {
    return x < 0 ? 0.1 * (x + 1) : x < 0.5 ? 0.1 + 1.2 * x : 0.7 + 0.3 * (x - 0.5) / 3.5;
  };
  const double variance = std::log1p(4.0);
  test::require_family(
      {continuous("exponential", Exponential(3), weibull(1, 3)),
       continuous("weibull, infant mortality", Weibull(0.4, 2), weibull(0.4, 2)),
       continuous("weibull, wear-out", Weibull(3.5, 1e9), weibull(3.5, 1e9)),
       continuous("pareto, infinite mean", Pareto(0.9, 2), pareto(0.9, 2)),
       continuous("pareto, light", Pareto(5, 1e-3), pareto(5, 1e-3)),
       continuous("lognormal", LogNormal(-2, 1.5), lognormal(-2, 1.5)),
       continuous("lognormal by its mean", LogNormal::of_mean(10, 2),
                  lognormal(std::log(10) - variance / 2, std::sqrt(variance))),
       continuous("histogram", Histogram(edges, weights), histogram_cdf),
       across_entities("exponential across entities", Exponential(2), 0, weibull(1, 2)),
       across_entities("weibull across entities", Weibull(1.3, 2), 5, weibull(1.3, 2)),
       across_entities("lognormal across entities", LogNormal(0, 1), 1, lognormal(0, 1)),
       across_entities("histogram across entities", Histogram(edges, weights), 2, histogram_cdf)},
      kFamilyRate);
}

TEST_CASE("distributions: Poisson counts, from rare to 2^50") {
  test::require_family(
      {discrete("poisson 0.01", Poisson(0.01), 0, 5, poisson(0.01)),
       discrete("poisson 1", Poisson(1), 0, 20, poisson(1)),
       discrete("poisson just below rejection", Poisson(9.999), 0, 60, poisson(9.999)),
       discrete("poisson just above rejection", Poisson(10), 0, 60, poisson(10)),
       discrete("poisson 37.5", Poisson(37.5), 0, 120, poisson(37.5)),
       discrete("poisson 1e3", Poisson(1e3), 700, 1300, poisson(1e3)),
       discrete("poisson 1e6", Poisson(1e6), 993'000, 1'007'000, poisson(1e6)),
       // By now a normal variable: what skewness adds, 1/(6 sqrt(mean)), is below 1e-7.
       continuous("poisson 1e13", Poisson(1e13), normal(1e13, std::sqrt(1e13))),
       continuous("poisson 2^50", Poisson(0x1p50), normal(0x1p50, 0x1p25))},
      kFamilyRate);
}

TEST_CASE("distributions: binomial counts, for any number of trials and any probability") {
  constexpr std::uint64_t kHuge = std::uint64_t{1} << 50;
  test::require_family(
      {discrete("one trial", Binomial(1, 0.3), 0, 1, binomial(1, 0.3)),
       discrete("inversion", Binomial(19, 0.5), 0, 19, binomial(19, 0.5)),
       discrete("inversion, mirrored", Binomial(50, 0.9), 0, 50, binomial(50, 0.9)),
       discrete("just above rejection", Binomial(20, 0.5), 0, 20, binomial(20, 0.5)),
       discrete("many trials, small p", Binomial(1'000'000'000, 3e-9), 0, 30,
                binomial(1'000'000'000, 3e-9)),
       discrete("rejection", Binomial(1000, 0.3), 150, 450, binomial(1000, 0.3)),
       discrete("rejection, mirrored", Binomial(1000, 0.97), 900, 1000, binomial(1000, 0.97)),
       discrete("rejection, skewed", Binomial(1'000'000, 2e-5), 0, 80, binomial(1'000'000, 2e-5)),
       discrete("a rack's failures", Binomial(1'000'000, 0.5), 496'000, 504'000,
                binomial(1'000'000, 0.5)),
       continuous("2^50 trials", Binomial(kHuge, 0.25), normal(0x1p48, std::sqrt(3.0) * 0x1p23))},
      kFamilyRate);
}

TEST_CASE("distributions: Zipf ranks") {
  // Beyond the ranks looked at lies one pooled cell.
  const auto with_tail = [](std::uint64_t n, double exponent, std::uint64_t last) {
    const auto probability = zipf(n, exponent);
    double head = 0;
    for (std::uint64_t k = 1; k < last; ++k) head += probability(k);
    return [=](std::uint64_t k) { return k < last ? probability(k) : 1 - head; };
  };
  constexpr std::uint64_t kHuge = std::uint64_t{1} << 48;
  test::require_family(
      {discrete("exponent 0 is uniform", Zipf(10, 0), 1, 10, zipf(10, 0)),
       discrete("exponent 0.5", Zipf(300, 0.5), 1, 300, zipf(300, 0.5)),
       discrete("exponent 1", Zipf(1000, 1), 1, 1000, zipf(1000, 1)),
       discrete("near exponent 1", Zipf(1000, 1 + 1e-12), 1, 1000, zipf(1000, 1)),
       discrete("exponent 1.2", Zipf(1'000'000, 1.2), 1, 2000, with_tail(1'000'000, 1.2, 2000)),
       discrete("exponent 2, 2^48 ranks", Zipf(kHuge, 2), 1, 500, with_tail(kHuge, 2, 500)),
       discrete("exponent 0.9, 2^48 ranks", Zipf(kHuge, 0.9), 1, 100, with_tail(kHuge, 0.9, 100)),
       discrete("exponent 6", Zipf(50, 6), 1, 50, zipf(50, 6))},
      kFamilyRate);
}

TEST_CASE("distributions: tables by the alias method") {
  const std::vector<double> uneven = {0, 5, 0.01, 0, 2, 1e-9, 12};
  std::vector<double> geometric(60);
  std::vector<double> many(5000);
  RandomStream random(Seed{3}, 0, Purpose{0}, 0);
  for (std::size_t i = 0; i < geometric.size(); ++i) geometric[i] = std::pow(0.8, i);
  for (double& weight : many) weight = random.exponential();
  const auto table = [](std::string name, const std::vector<double>& weights) {
    const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
    return discrete(std::move(name), Discrete(weights), 0, weights.size() - 1,
                    [=](std::uint64_t k) { return weights[k] / sum; });
  };
  test::require_family({table("uneven", uneven), table("geometric", geometric),
                        table("five thousand", many), table("equal", {1, 1, 1, 1, 1})},
                       kFamilyRate);
}

// 20,000 multinomial draws of 40 items: each class's count is binomial, and the pair's sum too
// (which holds the covariance).
TEST_CASE("distributions: multinomial classes and their sums are binomial") {
  const std::vector<double> weights = {3, 0, 1, 5.5, 0.5};
  constexpr std::uint64_t kItems = 40;
  constexpr int kRuns = 20'000;
  const Multinomial distribution(weights);
  RandomStream stream(Seed{9}, 0, Purpose{1}, 0);
  std::vector<std::vector<std::uint64_t>> seen(7, std::vector<std::uint64_t>(kItems + 1));
  std::vector<std::uint64_t> counts(5);
  for (int run = 0; run < kRuns; ++run) {
    distribution.draw(kItems, stream, counts);
    REQUIRE(std::accumulate(counts.begin(), counts.end(), std::uint64_t{0}) == kItems);
    for (std::size_t i = 0; i < 5; ++i) ++seen[i][counts[i]];
    ++seen[5][counts[0] + counts[2]];
    ++seen[6][counts[2] + counts[3]];
  }
  CHECK(seen[1][0] == kRuns);
  std::vector<Check> checks;
  for (const auto& [cell, p] : std::vector<std::pair<std::size_t, double>>{
           {0, 0.3}, {2, 0.1}, {3, 0.55}, {4, 0.05}, {5, 0.4}, {6, 0.65}}) {
    checks.push_back({"cell " + std::to_string(cell), [&seen, cell = cell, p = p] {
                        std::vector<double> probabilities;
                        for (std::uint64_t k = 0; k <= kItems; ++k) {
                          probabilities.push_back(binomial(kItems, p)(k));
                        }
                        return test::counts_p(seen[cell], probabilities);
                      }});
  }
  test::require_family(checks, kFamilyRate);
}

TEST_CASE("distributions: the tests above reject what is a few percent off") {
  // At the level of the largest family.
  test::require_rejected(
      {continuous("exponential mean 4 % off", Exponential(1.04), weibull(1, 1)),
       continuous("weibull shape 4 % off", Weibull(1.56, 1), weibull(1.5, 1)),
       continuous("pareto shape 4 % off", Pareto(1.04, 1), pareto(1, 1)),
       continuous("lognormal sigma 4 % off", LogNormal(0, 1.04), lognormal(0, 1)),
       continuous("poisson 1e13, deviation 4 % off", Poisson(1e13),
                  normal(1e13, 1.04 * std::sqrt(1e13))),
       discrete("poisson 1 % off", Poisson(30.3), 0, 120, poisson(30)),
       discrete("poisson for binomial", Poisson(300), 150, 450, binomial(1000, 0.3)),
       discrete("binomial p 1 % off", Binomial(1000, 0.303), 150, 450, binomial(1000, 0.3)),
       discrete("zipf exponent 2 % off", Zipf(1000, 1.02), 1, 1000, zipf(1000, 1)),
       discrete("a weight 5 % off", Discrete(std::vector<double>{1, 1.05, 1}), 0, 2,
                [](std::uint64_t) { return 1.0 / 3; }),
       discrete("an impossible outcome", Discrete(std::vector<double>{1, 1e-4, 1}), 0, 2,
                [](std::uint64_t k) { return k == 1 ? 0.0 : 0.5; })},
      kFamilyRate, 12);
}

}  // namespace
}  // namespace spindle::sim
