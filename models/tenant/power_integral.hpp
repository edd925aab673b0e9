#pragma once
// The integral of a power law, as ages of data and ranks of objects have it.

#include <cmath>

#include "sim/math.hpp"

namespace spindle::models::detail {

// Integral of x^-exponent over [low, low + length], low > 0.
inline double power_integral(double low, double length, double exponent) {
  const double rest = 1 - exponent;
  const double log_ratio = sim::log1p(length / low);
  // ((low + length)^rest - low^rest) / rest, which cancels where rest is small.
  const double grown =
      std::fabs(rest * log_ratio) < 1e-9 ? log_ratio : sim::expm1(rest * log_ratio) / rest;
  return sim::pow(low, rest) * grown;
}

}  // namespace spindle::models::detail
