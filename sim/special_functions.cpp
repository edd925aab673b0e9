#include "sim/special_functions.hpp"

#include <array>
#include <cmath>
#include <cstddef>

#include "sim/math.hpp"

namespace spindle::sim {
namespace {

constexpr double kPi = 0x1.921fb54442d18p+1;

// stirling_error(1) … (15), from 60-digit arithmetic.
constexpr std::array<double, 15> kStirlingErrors = {
    0x1.4c071bcda0a5bp-4, 0x1.52a9b923ea649p-5, 0x1.c579a268d80b3p-6, 0x1.54a2662fd78a9p-6,
    0x1.10b4e513fcbedp-6, 0x1.c6b167bebdf36p-7, 0x1.85d4d612e4a86p-7, 0x1.552805e7b3076p-7,
    0x1.2f4871b12ab64p-7, 0x1.10f9d4c0743a7p-7, 0x1.f0593088014f8p-8, 0x1.c7018733aa9c6p-8,
    0x1.a40514700f36cp-8, 0x1.86076c002d4a7p-8, 0x1.6c08f6f194a10p-8};

// Of sin(x) / x in x^2, the highest power first: (-1)^k / (2k + 1)! for k = 11 ... 0. At a quarter
// turn the first term left out is below 1e-20.
constexpr std::array<double, 12> kSineSeries = [] {
  std::array<double, 12> series{};
  double factorial = 1;
  for (std::size_t k = 0; k < series.size(); ++k) {
    const auto n = static_cast<double>(2 * k + 1);
    if (k > 0) factorial *= (n - 1) * n;
    series[series.size() - 1 - k] = (k % 2 == 0 ? 1 : -1) / factorial;
  }
  return series;
}();

// B(degrees / 2, 1/2), from B(1/2, 1/2) = pi or B(1, 1/2) = 2 by B(a + 1, b) = B(a, b) a / (a + b).
double beta_of_half(std::uint64_t degrees) {
  double a = degrees % 2 == 1 ? 0.5 : 1.0;
  double beta = degrees % 2 == 1 ? kPi : 2.0;
  const double last = static_cast<double>(degrees) / 2;
  for (; a < last; a += 1) beta *= a / (a + 0.5);
  return beta;
}

// The continued fraction of I_x(a, b) by Lentz's method; converges fast for x < (a + 1)/(a + b +
// 2).
double beta_fraction(double x, double a, double b) {
  constexpr double kTiny = 1e-300;
  constexpr int kMaxSteps = 500;
  const auto nonzero = [](double v) { return std::fabs(v) < kTiny ? kTiny : v; };
  double c = 1;
  double d = 1 / nonzero(1 - (a + b) * x / (a + 1));
  double value = d;
  for (int i = 1; i <= kMaxSteps; ++i) {
    const double m = i;
    const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / nonzero(1 + even * d);
    c = nonzero(1 + even / c);
    value *= d * c;
    const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / nonzero(1 + odd * d);
    c = nonzero(1 + odd / c);
    const double factor = d * c;
    value *= factor;
    if (std::fabs(factor - 1) < 1e-15) break;
  }
  return value;
}

}  // namespace

double stirling_error(std::uint64_t n) {
  if (n <= kStirlingErrors.size()) return kStirlingErrors[n - 1];
  const double x = static_cast<double>(n);
  const double x2 = x * x;
  // The asymptotic series; the next term, 1/(156 n^13), is below 2e-18 from n = 16 on.
  double sum = 1.0 / 1188 - 691.0 / 360360 / x2;
  for (const double coefficient : {1.0 / 1680, 1.0 / 1260, 1.0 / 360, 1.0 / 12}) {
    sum = coefficient - sum / x2;
  }
  return sum / x;
}

double deviance_term(double x, double mean) {
  if (x == 0) return mean;
  const double difference = x - mean;
  if (std::fabs(difference) >= 0.1 * (x + mean)) return x * log(x / mean) - difference;
  // With v = (x - mean)/(x + mean), log(x / mean) = 2 (v + v^3/3 + v^5/5 + …).
  const double v = difference / (x + mean);
  const double v2 = v * v;
  double sum = difference * v;
  double power = 2 * x * v;
  for (double j = 3;; j += 2) {
    power *= v2;
    const double next = sum + power / j;
    if (next == sum) return next;
    sum = next;
  }
}

double log_poisson_probability(std::uint64_t k, double mean) {
  if (k == 0) return -mean;
  const double x = static_cast<double>(k);
  return -0.5 * log(2 * kPi * x) - stirling_error(k) - deviance_term(x, mean);
}

double log_binomial_probability(std::uint64_t k, std::uint64_t n, double p) {
  const double trials = static_cast<double>(n);
  if (k == 0) return trials * log1p(-p);
  if (k == n) return trials * log(p);
  const double x = static_cast<double>(k);
  const double rest = static_cast<double>(n - k);
  const double corrections = stirling_error(n) - stirling_error(k) - stirling_error(n - k);
  const double deviances = deviance_term(x, trials * p) + deviance_term(rest, trials * (1 - p));
  return corrections - deviances + 0.5 * log(trials / (2 * kPi * x * rest));
}

// P(|T| > t) = I_x(v/2, 1/2), x = v / (v + t²).
double student_two_tails(double t, std::uint64_t degrees) {
  const double v = static_cast<double>(degrees);
  const double a = v / 2;
  const double sum = v + t * t;
  const double x = v / sum;
  const double y = t * t / sum;  // 1 - x, without cancellation
  const double front = pow(x, a) * std::sqrt(y) / beta_of_half(degrees);
  if (x < (a + 1) / (a + 2.5)) return front * beta_fraction(x, a, 0.5) / a;
  return 1 - front * beta_fraction(y, 0.5, a) / 0.5;
}

double sine_of_turn(double x) {
  double turn = x - std::floor(x + 0.5);  // in [-1/2, 1/2]
  if (turn > 0.25) turn = 0.5 - turn;
  if (turn < -0.25) turn = -0.5 - turn;
  const double angle = 2 * kPi * turn;
  const double square = angle * angle;
  double sum = 0;
  for (const double coefficient : kSineSeries) sum = coefficient + square * sum;
  return angle * sum;
}

double normal_tail(double x) {
  if (x < 0) return 1 - normal_tail(-x);
  constexpr double kRootOfTwoPi = 0x1.40d931ff62706p+1;
  const double density = exp(-x * x / 2) / kRootOfTwoPi;
  if (x < 2.5) {
    // P(0 < Z < x) = density * sum of x^(2k+1) / (1 * 3 * ... * (2k+1)) (Abramowitz and Stegun
    // 26.2.11); 40 terms leave less than 1e-16 below 2.5.
    double term = x, sum = x;
    for (int k = 1; k < 40; ++k) {
      term *= x * x / (2 * k + 1);
      sum += term;
    }
    return 0.5 - density * sum;
  }
  // density / (x + 1/(x + 2/(x + 3/(x + ...)))) (26.2.14), from its far end: the terms it takes
  // fall as 1 / x^2.
  double fraction = x;
  for (int k = 30 + static_cast<int>(700 / (x * x)); k > 0; --k) fraction = x + k / fraction;
  return density / fraction;
}

}  // namespace spindle::sim
