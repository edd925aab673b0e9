#pragma once
// p-values of Pearson's and Kolmogorov's tests, and families of checks with one false-alarm rate.

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace spindle::test {

// Regularised upper incomplete gamma function Q(a, x): the series of P below a + 1, Lentz's
// continued fraction above (Numerical Recipes 6.2).
inline double upper_gamma(double a, double x) {
  if (x <= 0) return 1;
  const double front = std::exp(a * std::log(x) - x - std::lgamma(a));
  if (x < a + 1) {
    double term = 1 / a;
    double sum = term;
    for (double n = a + 1; term > sum * 1e-16; ++n) sum += term *= x / n;
    return 1 - front * sum;
  }
  double b = x + 1 - a;
  double c = 1e300;
  double d = 1 / b;
  double h = d;
  for (int i = 1; i < 100'000; ++i) {
    const double an = -i * (i - a);
    b += 2;
    d = 1 / (an * d + b);
    c = b + an / c;
    h *= d * c;
    if (std::abs(d * c - 1) < 1e-15) break;
  }
  return front * h;
}

inline double chi_square_p(double statistic, double degrees) {
  return upper_gamma(degrees / 2, statistic / 2);
}

// Pearson's test of counts against probabilities that add up to 1, neighbours pooled until ten are
// expected (where chi² holds). Anything seen where nothing can be has p = 0.
inline double counts_p(const std::vector<std::uint64_t>& counts,
                       const std::vector<double>& probabilities) {
  double total = 0;
  for (const std::uint64_t count : counts) total += static_cast<double>(count);
  double statistic = 0;
  double degrees = -1;
  double seen = 0;
  double expected = 0;
  double left = total;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (probabilities[i] == 0 && counts[i] > 0) return 0;
    seen += static_cast<double>(counts[i]);
    expected += total * probabilities[i];
    left -= total * probabilities[i];
    // What follows must fill a cell too, or it belongs to this one.
    if (expected < 10 || (left < 10 && i + 1 < counts.size())) continue;
    statistic += (seen - expected) * (seen - expected) / expected;
    degrees += 1;
    seen = expected = 0;
  }
  return degrees < 1 ? std::numeric_limits<double>::quiet_NaN() : chi_square_p(statistic, degrees);
}

// Largest distance between the sample's distribution function and `cdf`.
inline double kolmogorov_distance(std::vector<double> sample,
                                  const std::function<double(double)>& cdf) {
  std::sort(sample.begin(), sample.end());
  const auto n = static_cast<double>(sample.size());
  double distance = 0;
  for (std::size_t i = 0; i < sample.size(); ++i) {
    const double p = cdf(sample[i]);
    const auto rank = static_cast<double>(i);
    distance = std::max({distance, p - rank / n, (rank + 1) / n - p});
  }
  return distance;
}

// Kolmogorov and Smirnov's test against a continuous distribution function, by the limiting
// distribution with Stephens' correction (JRSS B 32, 1970).
inline double kolmogorov_p(std::vector<double> sample, const std::function<double(double)>& cdf) {
  const auto n = static_cast<double>(sample.size());
  const double distance = kolmogorov_distance(std::move(sample), cdf);
  const double lambda = (std::sqrt(n) + 0.12 + 0.11 / std::sqrt(n)) * distance;
  double sum = 0;
  for (int k = 1; k < 100; ++k) {
    sum += (k % 2 == 1 ? 2 : -2) * std::exp(-2.0 * k * k * lambda * lambda);
  }
  return lambda < 0.2 ? 1.0 : std::clamp(sum, 0.0, 1.0);
}

inline double normal_cdf(double z) {
  return 0.5 * std::erfc(-z / std::sqrt(2.0));
}
inline double two_sided_normal_p(double z) {
  return std::erfc(std::abs(z) / std::sqrt(2.0));
}

struct Check {
  std::string name;
  std::function<double()> p_value;
};

// Every p-value must lie above rate / number of checks (Bonferroni): the chance that fresh seeds
// would fail a correct generator is below `rate` for the whole family.
inline void require_family(const std::vector<Check>& checks, double rate) {
  REQUIRE(!checks.empty());
  for (const Check& check : checks) {
    INFO(check.name);
    const double p = check.p_value();
    CHECK(p >= rate / static_cast<double>(checks.size()));
  }
}

// The same tests must reject each of these, wrong on purpose, at the level of a family of `size`.
inline void require_rejected(const std::vector<Check>& checks, double rate, double size) {
  REQUIRE(!checks.empty());
  for (const Check& check : checks) {
    INFO(check.name);
    const double p = check.p_value();
    CHECK(p < rate / size);
  }
}

}  // namespace spindle::test
