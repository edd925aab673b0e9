#include "models/tenant/shared_duty.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "sim/math.hpp"
#include "sim/special_functions.hpp"

namespace spindle::models {
namespace {

constexpr double kRootOfTwoPi = 0x1.40d931ff62706p+1;
constexpr int kHalvings = 60;
// Beyond this spread the duty lies between 0 and 1 in fewer than one period in 1e7.
constexpr double kWidest = 1e7;
// Cut so far out, a normal number keeps its mean and variance.
constexpr double kFarOut = 8;

double density(double x) {
  return sim::exp(-x * x / 2) / kRootOfTwoPi;
}

// E max(0, Z - x) and E max(0, Z - x)^2 of a standard normal Z.
double first_excess(double x) {
  return density(x) - x * sim::normal_tail(x);
}
double second_excess(double x) {
  return (1 + x * x) * sim::normal_tail(x) - x * density(x);
}

// X = mean + deviation Z cut to [0, 1] is X+ - (X - 1)+, and its square
// (X+)^2 - ((X - 1)+)^2 - 2 (X - 1)+.
double cut_mean(double mean, double deviation) {
  return deviation * (first_excess(-mean / deviation) - first_excess((1 - mean) / deviation));
}
double cut_square(double mean, double deviation) {
  const double above = (1 - mean) / deviation;
  return deviation * deviation * (second_excess(-mean / deviation) - second_excess(above)) -
         2 * deviation * first_excess(above);
}

// Newton's method, whose slope is P(0 < X < 1), kept within what is known by halving.
double mean_for(double duty, double deviation) {
  double low = -40 * deviation, high = 1 + 40 * deviation;
  double mean = duty;
  for (int i = 0; i < kHalvings && low < high; ++i) {
    const double excess = cut_mean(mean, deviation) - duty;
    (excess < 0 ? low : high) = mean;
    const double slope =
        sim::normal_tail(-mean / deviation) - sim::normal_tail((1 - mean) / deviation);
    double next = mean - excess / slope;
    if (!(next > low && next < high)) next = low + (high - low) / 2;
    if (std::fabs(next - mean) <= 1e-14 * (deviation + std::fabs(mean))) break;
    mean = next;
  }
  return mean;
}

}  // namespace

SharedDuty::SharedDuty(double duty, double correlation) : mean_(duty), deviation_(0) {
  if (!(duty > 0 && duty <= 1 && correlation >= 0 && correlation <= 1)) {
    throw std::invalid_argument(
        "duty or correlation of tenants is out of range (duty in (0, 1], correlation in [0, 1]) — "
        "give e.g. 0.05 and 0.01");
  }
  const double variance = correlation * duty * (1 - duty);
  deviation_ = std::sqrt(variance);
  if (std::min(duty, 1 - duty) >= kFarOut * deviation_) return;
  // Of those with the right mean, the wider the more variance: up to duty (1 - duty), where the
  // duty is 0 or 1.
  double low = correlation == 1 ? kWidest : deviation_, high = kWidest;
  for (int i = 0; i < kHalvings && high - low > 1e-12 * low; ++i) {
    const double middle = std::sqrt(low * high);
    const double square = cut_square(mean_for(duty, middle), middle);
    (square - duty * duty < variance ? low : high) = middle;
  }
  deviation_ = low;
  mean_ = mean_for(duty, low);
}

double SharedDuty::at(double z) const {
  return std::clamp(mean_ + deviation_ * z, 0.0, 1.0);
}

}  // namespace spindle::models
