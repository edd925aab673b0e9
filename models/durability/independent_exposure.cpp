#include "models/durability/independent_exposure.hpp"

#include "sim/math.hpp"

namespace spindle::models {

IndependentExposure::IndependentExposure(const ExtentClasses& classes, double mu)
    : classes_(classes), mu_(mu) {
  mass_[0] = 1;
}

double IndependentExposure::pass(double seconds) {
  const double lost = meet_errors(seconds);
  if (mu_ == 0) return lost;
  const double x = mu_ * seconds;
  // Each from the form that keeps its digits.
  const double back = x < 0.5 ? -sim::expm1(-x) : 1 - sim::exp(-x);
  const double stays = x < 0.5 ? 1 - back : sim::exp(-x);
  const std::uint32_t most = classes_.most;
  // Binomial thinning turns the generating function G(x) into G(back + stays x): a Taylor shift by
  // Horner's scheme, then a scaling.
  for (std::uint32_t i = most; i-- > 0;) {
    for (std::uint32_t j = i; j < most; ++j) mass_[j] += back * mass_[j + 1];
  }
  double power = stays;
  for (std::uint32_t j = 1; j <= most; ++j) {
    mass_[j] *= power;
    power *= stays;
  }
  return lost;
}

// Nothing comes to lack `most` between failures: those that do leave at the rates of errors and of
// `most` rebuilds.
double IndependentExposure::meet_errors(double seconds) {
  if (classes_.errors_per_s == 0) return 0;
  double& exposed = mass_[classes_.most];
  const double leaving = classes_.errors_per_s + classes_.most * mu_;
  const double lost = exposed * classes_.errors_per_s / leaving * -sim::expm1(-leaving * seconds);
  exposed -= lost;
  return lost;
}

double IndependentExposure::fail(double share) {
  double lost = 0;
  for (std::uint32_t i = classes_.most + 1; i-- > 0;) {
    const double hit = mass_[i] * static_cast<double>(classes_.shards - i) * share;
    const double gone = hit * classes_.lost_at[i + 1];
    mass_[i] -= hit;
    if (i < classes_.most) mass_[i + 1] += hit - gone;
    lost += gone;
  }
  return lost;
}

double IndependentExposure::alive() const {
  double sum = 0;
  for (std::uint32_t i = classes_.most + 1; i-- > 0;) sum += mass_[i];
  return sum;
}

void IndependentExposure::renew() {
  const double sum = alive();
  for (std::uint32_t i = 0; i <= classes_.most; ++i) mass_[i] /= sum;
}

}  // namespace spindle::models
