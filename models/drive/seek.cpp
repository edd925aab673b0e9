#include "models/drive/seek.hpp"

#include <algorithm>
#include <cmath>

namespace spindle::models {

namespace {

// Density of the distance z = |x - y| (fractions of the stroke) of two points that are independent
// with density alpha - beta x on [0, 1]: h(z) = constant + linear z + cubic z^3 (the square term
// cancels).
struct DistanceDensity {
  double constant;
  double linear;
  double cubic;
};

DistanceDensity distance_density(double inner_to_outer) {
  const double alpha = 2.0 / (1.0 + inner_to_outer);
  const double beta = alpha * (1.0 - inner_to_outer);
  const double common = alpha * (alpha - beta);
  return {2.0 * (common + beta * beta / 3.0), -2.0 * (common + beta * beta / 2.0),
          beta * beta / 3.0};
}

double integer_power(double base, int exponent) {
  double result = 1.0;
  for (int i = 0; i < exponent; ++i) result *= base;
  return result;
}

// Integral of z^(half_powers / 2) h(z) from 0 to z.
double partial_moment(const DistanceDensity& density, int half_powers, double z) {
  const double root = std::sqrt(z);
  const auto term = [&](double coefficient, int power) {
    const int doubled = half_powers + 2 * power + 2;
    return coefficient * integer_power(root, doubled) / (0.5 * doubled);
  };
  return term(density.constant, 0) + term(density.linear, 1) + term(density.cubic, 3);
}

}  // namespace

double seek_seconds(const SeekCurve& curve, double distance) {
  if (distance <= 0) return 0;
  if (distance < curve.switch_at) {
    return curve.short_base_s + curve.short_s_per_sqrt_cylinder * std::sqrt(distance);
  }
  return curve.long_base_s + curve.long_s_per_cylinder * distance;
}

SeekTime random_seek(const SeekCurve& curve, double inner_to_outer) {
  const DistanceDensity density = distance_density(inner_to_outer);
  const double split = std::clamp(curve.switch_at / curve.stroke, 0.0, 1.0);
  const auto below = [&](int half_powers) { return partial_moment(density, half_powers, split); };
  const auto above = [&](int half_powers) {
    return partial_moment(density, half_powers, 1.0) - below(half_powers);
  };

  const double a = curve.short_base_s;
  const double b = curve.short_s_per_sqrt_cylinder * std::sqrt(curve.stroke);
  const double c = curve.long_base_s;
  const double e = curve.long_s_per_cylinder * curve.stroke;
  const double mean = a * below(0) + b * below(1) + c * above(0) + e * above(2);
  const double square = a * a * below(0) + 2.0 * a * b * below(1) + b * b * below(2) +
                        c * c * above(0) + 2.0 * c * e * above(2) + e * e * above(4);
  // Rounding may leave a constant seek with a variance of -1e-20.
  return {mean, std::max(0.0, square - mean * mean)};
}

}  // namespace spindle::models
