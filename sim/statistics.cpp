#include "sim/statistics.hpp"

#include <array>
#include <cmath>

#include "sim/math.hpp"
#include "sim/parameter_check.hpp"
#include "sim/special_functions.hpp"

namespace spindle::sim {
namespace {

constexpr double kNormal95 = 1.959963984540054;  // 0.975 quantile of N(0, 1)

// 0.975 quantiles of Student's t for 1 … 30 degrees of freedom.
constexpr std::array<double, 30> kStudent95 = {
    12.7062047361747,  4.302652729749464, 3.18244630528371,  2.776445105197794, 2.570581835636316,
    2.44691185114497,  2.364624251592785, 2.306004135204167, 2.262157162798206, 2.228138851986275,
    2.20098516009164,  2.178812829667229, 2.160368656462793, 2.144786687917804, 2.131449545559776,
    2.119905299221255, 2.109815577833317, 2.100922040241038, 2.09302405440831,  2.085963447265865,
    2.07961384472768,  2.073873067904026, 2.068657610419049, 2.063898561628026, 2.059538552753298,
    2.055529438642873, 2.051830516480286, 2.048407141795245, 2.045229642132704, 2.042272456301238};

// The expansion in 1/degrees around the normal quantile x (Abramowitz and Stegun 26.7.5, four
// terms): for x = 1.96, 1.3e-8 off at 31 degrees, less above; for x = 4, 1e-12 at 1,000.
double student_expansion(double x, std::uint64_t degrees) {
  const double x2 = x * x;
  const double g1 = x * (x2 + 1) / 4;
  const double g2 = x * ((5 * x2 + 16) * x2 + 3) / 96;
  const double g3 = x * (((3 * x2 + 19) * x2 + 17) * x2 - 15) / 384;
  const double g4 = x * ((((79 * x2 + 776) * x2 + 1482) * x2 - 1920) * x2 - 945) / 92160;
  const double v = 1.0 / static_cast<double>(degrees);
  return x + v * (g1 + v * (g2 + v * (g3 + v * g4)));
}

Interval interval_with(const Moments& sample, double quantile) {
  if (sample.count() < 2) return {sample.mean(), -kInfinity, kInfinity};
  const double half = quantile * std::sqrt(sample.variance() / static_cast<double>(sample.count()));
  return {sample.mean(), sample.mean() - half, sample.mean() + half};
}

}  // namespace

double Moments::standard_deviation() const {
  return std::sqrt(variance());
}

double student_95(std::uint64_t degrees) {
  if (degrees <= kStudent95.size()) return kStudent95[degrees - 1];
  return student_expansion(kNormal95, degrees);
}

double student_quantile(double confidence, std::uint64_t degrees) {
  check_parameter(confidence > 0 && confidence < 1, "student: confidence", confidence,
                  "more than 0, less than 1");
  check_parameter(degrees > 0, "student: degrees of freedom", static_cast<double>(degrees),
                  "at least 1");
  if (degrees > 1000) return student_expansion(inverse_normal_cdf(0.5 + confidence / 2), degrees);
  // The tails fall from 1 to 0: bracket by doubling, then halve until the bracket is two numbers.
  const double tails = 1 - confidence;
  double low = 0;
  double high = 1;
  while (student_two_tails(high, degrees) > tails) {
    low = high;
    high *= 2;
  }
  for (;;) {
    const double middle = low + (high - low) / 2;
    if (middle <= low || middle >= high) return high;
    (student_two_tails(middle, degrees) > tails ? low : high) = middle;
  }
}

Interval student_interval(const Moments& sample) {
  return interval_with(sample, sample.count() < 2 ? 0.0 : student_95(sample.count() - 1));
}

Interval student_interval(const Moments& sample, double confidence) {
  const std::uint64_t degrees = sample.count() < 2 ? 1 : sample.count() - 1;
  return interval_with(sample, student_quantile(confidence, degrees));
}

Interval normal_interval(const Moments& sample) {
  return interval_with(sample, kNormal95);
}

Interval poisson_interval(double count) {
  if (count <= 0) return {0, 0, 3.688879454113936};
  // chi^2 with 2 a degrees of freedom, halved: a (1 - 1/(9a) +- z/(3 sqrt a))^3.
  const auto half_chi2 = [](double a, double z) {
    const double root = std::max(0.0, 1 - 1 / (9 * a) + z / (3 * std::sqrt(a)));
    return a * root * root * root;
  };
  return {count, half_chi2(count, -kNormal95), half_chi2(count + 1, kNormal95)};
}

}  // namespace spindle::sim
