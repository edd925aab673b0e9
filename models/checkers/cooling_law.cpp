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

}  // namespace spindle::models
