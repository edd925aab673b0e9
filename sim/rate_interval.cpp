#include "sim/rate_interval.hpp"

#include <algorithm>

namespace spindle::sim {
namespace {

constexpr double kFewEvents = 30;

}  // namespace

Moments linearised_rates(std::span<const CountOverExposure> samples) {
  double count = 0;
  double exposure = 0;
  for (const CountOverExposure& each : samples) {
    count += each.count;
    exposure += each.exposure;
  }
  const double ratio = count / exposure;
  const double mean_exposure = exposure / static_cast<double>(samples.size());
  Moments rates;
  for (const CountOverExposure& each : samples) {
    rates.add(ratio + (each.count - ratio * each.exposure) / mean_exposure);
  }
  return rates;
}

Interval ratio_interval(std::span<const CountOverExposure> samples) {
  Interval out = student_interval(linearised_rates(samples));
  out.low = std::max(out.low, 0.0);  // NaN stays
  return out;
}

Interval rare_interval(const Moments& rates, double count, double exposure, double alike) {
  Interval out = student_interval(rates);
  const double independent = count / alike;
  if (independent < kFewEvents) {
    const Interval poisson = poisson_interval(independent);
    const double low = poisson.low * alike / exposure;
    const double high = poisson.high * alike / exposure;
    // One replication alone says nothing of its spread.
    const bool is_alone = rates.count() < 2;
    out.low = is_alone ? low : std::min(out.low, low);
    out.high = is_alone ? high : std::max(out.high, high);
  }
  out.low = std::max(out.low, 0.0);  // NaN stays
  return out;
}

}  // namespace spindle::sim
