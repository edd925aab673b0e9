#include "models/checkers/cooling_law.hpp"

#include <cmath>

#include "sim/math.hpp"

namespace spindle::models {

double law_at_age(const CoolingOptions& cooling, double age) {
  if (cooling.kind == CoolingKind::kNone) return 1;
  if (cooling.kind == CoolingKind::kExponential) return sim::exp(-age / cooling.tau.to_seconds());
  return sim::exp(-cooling.exponent * sim::log1p(age / cooling.scale.to_seconds()));
}

double law_integral(const CoolingOptions& cooling, double from, double until) {
  if (cooling.kind == CoolingKind::kNone) return until - from;
  if (cooling.kind == CoolingKind::kExponential) {
    const double tau = cooling.tau.to_seconds();
    return tau * sim::exp(-from / tau) * -sim::expm1((from - until) / tau);
  }
  const double scale = cooling.scale.to_seconds();
  const double log_ratio = sim::log1p((until - from) / (scale + from));
  const double rest = 1 - cooling.exponent;
  if (std::fabs(rest) < 1e-12) return scale * log_ratio;
  return scale * sim::exp(rest * sim::log1p(from / scale)) * sim::expm1(rest * log_ratio) / rest;
}

namespace {

// Integral of law_integral(0, y) over y from 0 to x, for the power law.
double power_double_integral(const CoolingOptions& cooling, double x) {
  const double scale = cooling.scale.to_seconds();
  const double log_ratio = sim::log1p(x / scale);
  const double rest = 1 - cooling.exponent;
  if (std::fabs(rest) < 1e-9) return scale * ((scale + x) * log_ratio - x);
  if (std::fabs(rest + 1) < 1e-9) return scale * (x - scale * log_ratio);
  return scale / rest * (scale * sim::expm1((rest + 1) * log_ratio) / (rest + 1) - x);
}

}  // namespace

// With J the double integral and L the length: 2 J(L) / L^2 at first, then the second difference
// (J((k + 1) L) - 2 J(k L) + J((k - 1) L)) / L^2; for the exponential law it has a closed form.
double evenly_born_law(const CoolingOptions& cooling, double epochs, double length_s) {
  if (cooling.kind == CoolingKind::kNone) return 1;
  if (cooling.kind == CoolingKind::kExponential) {
    const double scales = length_s / cooling.tau.to_seconds();
    const double lost = -sim::expm1(-scales);
    if (epochs == 0) return 2 * (scales - lost) / (scales * scales);
    return sim::exp(-(epochs - 1) * scales) * lost * lost / (scales * scales);
  }
  const auto at = [&](double k) { return power_double_integral(cooling, k * length_s); };
  const double sum = epochs == 0 ? 2 * at(1) : at(epochs + 1) - 2 * at(epochs) + at(epochs - 1);
  return sum / (length_s * length_s);
}

// Exponential ages are cut into panels by ratio: the share of ages in a panel times the law's mean
// over it, off by less than 1e-5 of a panel's half-width squared, some 1e-6 in all.
double mean_law_of_first(const CoolingOptions& cooling) {
  if (cooling.kind == CoolingKind::kNone) return 1;
  const double oldest = cooling.oldest.to_seconds();
  if (cooling.ages == AgeLaw::kUniform) {
    return oldest == 0 ? 1 : law_integral(cooling, 0, oldest) / oldest;
  }
  constexpr double kRatio = 1.005;
  constexpr double kLast = 40;
  double sum = 0;
  double from = 0;
  for (double until = 1e-12; from < kLast; until *= kRatio) {
    const double share = sim::exp(-from) * -sim::expm1(from - until);
    const double mean = cooling.mean_age_s;
    sum += share * law_integral(cooling, from * mean, until * mean) / ((until - from) * mean);
    from = until;
  }
  return sum;
}

}  // namespace spindle::models
