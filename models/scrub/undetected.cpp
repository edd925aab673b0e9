#include "models/scrub/undetected.hpp"

#include <fmt/format.h>

#include <cmath>
#include <stdexcept>

#include "sim/math.hpp"

namespace spindle::models {

ScrubLaw::ScrubLaw(ScrubOrder order, double period_s) : order_(order), period_s_(period_s) {
  if (!(period_s > 0 && std::isfinite(period_s))) {
    throw std::invalid_argument(
        fmt::format("a scrub's period of {} s (above 0 and finite) — check the units", period_s));
  }
}

double ScrubLaw::survival(double time) const {
  if (order_ == ScrubOrder::kRandom) return sim::exp(-time / period_s_);
  return time < period_s_ ? 1 - time / period_s_ : 0.0;
}

double ScrubLaw::mean_below(double time) const {
  if (order_ == ScrubOrder::kRandom) return -period_s_ * sim::expm1(-time / period_s_);
  return time < period_s_ ? time - time * time / (2 * period_s_) : period_s_ / 2;
}

double ScrubLaw::mean_undetected_s(double reads_per_s) const {
  if (order_ == ScrubOrder::kRandom) return 1 / (1 / period_s_ + reads_per_s);
  // With x = hT: T (1/x - (1 - e^-x)/x^2), which cancels for small x: there its series.
  const double x = reads_per_s * period_s_;
  if (x < 1e-3) return period_s_ * (0.5 - x / 6 + x * x / 24);
  return period_s_ * (1 + sim::expm1(-x) / x) / x;
}

double ScrubLaw::oldest_s(double units, double p, double limit_s) const {
  if (order_ == ScrubOrder::kSequential) return period_s_;
  // 1 - F p^(1/units), F = 1 - e^(-limit/T), without taking a complement of what is near 1.
  const double beyond = std::isfinite(limit_s) ? sim::exp(-limit_s / period_s_) : 0.0;
  const double older = beyond - (1 - beyond) * sim::expm1(sim::log(p) / units);
  return -period_s_ * sim::log(older);
}

double ScrubLaw::mean_oldest_s(double units) const {
  if (order_ == ScrubOrder::kSequential) return period_s_;
  // H_n by its asymptotic series, whose next term is 1/(120 n^4); small n are summed.
  constexpr double kEuler = 0.57721566490153286;
  constexpr double kFew = 100;
  if (units > kFew) {
    return period_s_ * (sim::log(units) + kEuler + 1 / (2 * units) - 1 / (12 * units * units));
  }
  double sum = 0;
  for (double i = 1; i <= units; ++i) sum += 1 / i;
  return period_s_ * sum;
}

double error_probability(double errors_per_s, double mean_undetected_s) {
  return -sim::expm1(-errors_per_s * mean_undetected_s);
}

}  // namespace spindle::models
