#include "sim/distributions.hpp"

#include <cmath>

#include "sim/math.hpp"
#include "sim/parameter_check.hpp"

namespace spindle::sim {

Exponential::Exponential(double mean) : mean_(mean) {
  check_parameter(mean > 0 && mean <= 1e300, "exponential: mean", mean,
                  "a mean above 0 and at most 1e300");
}

Weibull::Weibull(double shape, double scale) : inverse_shape_(1 / shape), scale_(scale) {
  check_parameter(shape >= 0.01 && shape <= 1e6, "weibull: shape", shape, "0.01 to 1e6");
  check_parameter(scale > 0 && scale <= 1e100, "weibull: scale", scale,
                  "a scale above 0 and at most 1e100");
}

// A third of pow's cost: its care for the last bits (here some 40 / shape ulp) is lost on a draw.
double Weibull::from_exponential(double e) const {
  return scale_ * exp(log(e) * inverse_shape_);
}

Pareto::Pareto(double shape, double scale) : inverse_shape_(1 / shape), scale_(scale) {
  check_parameter(shape >= 0.1 && shape <= 1e6, "pareto: shape", shape, "0.1 to 1e6");
  check_parameter(scale > 0 && scale <= 1e100, "pareto: scale", scale,
                  "a scale above 0 and at most 1e100");
}

double Pareto::from_exponential(double e) const {
  return scale_ * exp(e * inverse_shape_);
}

LogNormal::LogNormal(double mu, double sigma) : mu_(mu), sigma_(sigma) {
  check_parameter(mu >= -510 && mu <= 510, "lognormal: mu", mu, "-510 to 510");
  check_parameter(sigma >= 0 && sigma <= 20, "lognormal: sigma", sigma, "0 to 20");
}

LogNormal LogNormal::of_mean(double mean, double cv) {
  check_parameter(mean >= 1e-200 && mean <= 1e200, "lognormal: mean", mean, "1e-200 to 1e200");
  check_parameter(cv >= 0 && cv <= 1e20, "lognormal: coefficient of variation", cv, "0 to 1e20");
  const double variance = log1p(cv * cv);
  return {log(mean) - variance / 2, std::sqrt(variance)};
}

double LogNormal::from_uniform(double u) const {
  return exp(mu_ + sigma_ * inverse_normal_cdf(u));
}

}  // namespace spindle::sim
