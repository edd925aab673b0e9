#include "sim/discrete_distributions.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>

#include "sim/math.hpp"
#include "sim/parameter_check.hpp"
#include "sim/special_functions.hpp"

namespace spindle::sim {
namespace {

// From this mean on Hormann's constants are valid.
constexpr double kRejectionFrom = 10;
// A mean below 10 puts less than 1e-70 above this count, which the search need not reach: there,
// what is left of the uniform number is its rounding.
constexpr std::uint64_t kSearchEnd = 150;

}  // namespace

Poisson::Poisson(double mean) : mean_(mean) {
  check_parameter(mean >= 0 && mean <= kLargestCount, "poisson: mean", mean, "0 to 2^50");
  if (mean < kRejectionFrom) {
    zero_ = exp(-mean);
    return;
  }
  b_ = 0.931 + 2.53 * std::sqrt(mean);
  a_ = -0.059 + 0.02483 * b_;
  inverse_alpha_ = 1.1239 + 1.1328 / (b_ - 3.4);
  v_r_ = 0.9277 - 3.6224 / (b_ - 2);
}

std::uint64_t Poisson::draw(RandomStream& random) const {
  if (mean_ < kRejectionFrom) {
    double left = random.uniform();
    double p = zero_;
    std::uint64_t k = 0;
    while (left > p && k < kSearchEnd) {
      left -= p;
      ++k;
      p *= mean_ / static_cast<double>(k);
    }
    return k;
  }
  for (;;) {
    const double u = random.uniform() - 0.5;
    const double v = random.uniform();
    const double us = 0.5 - std::fabs(u);
    const double x = std::floor((2 * a_ / us + b_) * u + mean_ + 0.43);
    if (us >= 0.07 && v <= v_r_) return static_cast<std::uint64_t>(x);
    if (x < 0 || x > 8 * kLargestCount || (us < 0.013 && v > us)) continue;
    const auto k = static_cast<std::uint64_t>(x);
    if (log(v * inverse_alpha_ / (a_ / (us * us) + b_)) <= log_poisson_probability(k, mean_)) {
      return k;
    }
  }
}

Binomial::Binomial(std::uint64_t trials, double p)
    : trials_(trials), mirrored_(p > 0.5), p_(mirrored_ ? 1 - p : p) {
  const double n = static_cast<double>(trials);
  check_parameter(n <= kLargestCount, "binomial: number of trials", n, "at most 2^50");
  check_parameter(p >= 0 && p <= 1, "binomial: probability", p, "0 to 1");
  if (n * p_ < kRejectionFrom) {
    zero_ = exp(n * log1p(-p_));
    return;
  }
  const double deviation = std::sqrt(n * p_ * (1 - p_));
  b_ = 1.15 + 2.53 * deviation;
  a_ = -0.0873 + 0.0248 * b_ + 0.01 * p_;
  c_ = n * p_ + 0.5;
  alpha_ = (2.83 + 5.1 / b_) * deviation;
  v_r_ = 0.92 - 4.2 / b_;
  const auto mode = static_cast<std::uint64_t>((n + 1) * p_);
  log_mode_ = log_binomial_probability(mode, trials, p_);
}

std::uint64_t Binomial::draw(RandomStream& random) const {
  const bool invert = static_cast<double>(trials_) * p_ < kRejectionFrom;
  const std::uint64_t k = invert ? by_inversion(random) : by_rejection(random);
  return mirrored_ ? trials_ - k : k;
}

std::uint64_t Binomial::by_inversion(RandomStream& random) const {
  const double odds = p_ / (1 - p_);
  const std::uint64_t end = std::min(trials_, kSearchEnd);
  double left = random.uniform();
  double probability = zero_;
  std::uint64_t k = 0;
  while (left > probability && k < end) {
    left -= probability;
    probability *= odds * (static_cast<double>(trials_ - k) / static_cast<double>(k + 1));
    ++k;
  }
  return k;
}

std::uint64_t Binomial::by_rejection(RandomStream& random) const {
  const double n = static_cast<double>(trials_);
  for (;;) {
    const double u = random.uniform() - 0.5;
    const double v = random.uniform();
    const double us = 0.5 - std::fabs(u);
    const double x = std::floor((2 * a_ / us + b_) * u + c_);
    if (us >= 0.07 && v <= v_r_) return static_cast<std::uint64_t>(x);
    if (x < 0 || x > n) continue;
    const auto k = static_cast<std::uint64_t>(x);
    const double height = log(v * alpha_ / (a_ / (us * us) + b_));
    if (height <= log_binomial_probability(k, trials_, p_) - log_mode_) return k;
  }
}

Multinomial::Multinomial(std::span<const double> weights) : shares_(weights.size()) {
  double rest = 0;
  for (std::size_t i = weights.size(); i-- > 0;) {
    const double weight = weights[i];
    check_parameter(weight >= 0 && std::isfinite(weight), "multinomial: weight", weight,
                    "finite weights of 0 or more");
    rest += weight;
    shares_[i] = rest > 0 ? weight / rest : 0;
  }
  check_parameter(rest > 0 && std::isfinite(rest), "multinomial: sum of weights", rest,
                  "at least one weight above 0, and a finite sum");
}

void Multinomial::draw(std::uint64_t n, RandomStream& random,
                       std::span<std::uint64_t> counts) const {
  if (counts.size() != shares_.size()) {
    throw std::invalid_argument("multinomial: " + std::to_string(counts.size()) + " counts for " +
                                std::to_string(shares_.size()) + " classes — give one a class");
  }
  // The last class of positive weight has share 1 and takes all that is left.
  for (std::size_t i = 0; i < counts.size(); ++i) {
    counts[i] = Binomial(n, shares_[i]).draw(random);
    n -= counts[i];
  }
}

Zipf::Zipf(std::uint64_t ranks, double exponent) : ranks_(ranks), exponent_(exponent) {
  check_parameter(ranks >= 1 && ranks <= (std::uint64_t{1} << 48), "zipf: number of ranks",
                  static_cast<double>(ranks), "1 to 2^48");
  check_parameter(exponent >= 0 && exponent <= 100, "zipf: exponent", exponent, "0 to 100");
  first_ = integral(1.5) - 1;
  last_ = integral(static_cast<double>(ranks) + 0.5);
  sure_ = 2 - inverse(integral(2.5) - hat(2));
}

std::uint64_t Zipf::draw(RandomStream& random) const {
  const double ranks = static_cast<double>(ranks_);
  for (;;) {
    const double value = last_ + random.uniform() * (first_ - last_);
    const double x = inverse(value);
    const double rank = std::clamp(std::floor(x + 0.5), 1.0, ranks);
    if (rank - x <= sure_ || value >= integral(rank + 0.5) - hat(rank)) {
      return static_cast<std::uint64_t>(rank);
    }
  }
}

double Zipf::hat(double x) const {
  return exp(-exponent_ * log(x));
}

// (x^(1 - s) - 1)/(1 - s), which goes to log x as s goes to 1.
double Zipf::integral(double x) const {
  const double log_x = log(x);
  const double t = (1 - exponent_) * log_x;
  return std::fabs(t) > 1e-8 ? expm1(t) / (1 - exponent_) : log_x * (1 + t / 2);
}

double Zipf::inverse(double value) const {
  // Rounding may carry t below -1, where x is infinite for exponents above 1.
  const double t = std::max(-1.0, (1 - exponent_) * value);
  return exp(std::fabs(t) > 1e-8 ? log1p(t) / (1 - exponent_) : value * (1 - t / 2));
}

}  // namespace spindle::sim
