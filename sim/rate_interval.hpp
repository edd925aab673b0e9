#pragma once
// Intervals of 95 % for rates of rare events, from replications.

#include <span>

#include "sim/statistics.hpp"

namespace spindle::sim {

// What one replication saw.
struct CountOverExposure {
  double count = 0;
  double exposure = 0;
};

// The replications' rates around the ratio of sums r: r + (count - r exposure) / mean exposure has
// the mean r and, to first order, the variance of r times the number of replications (linearised
// ratio; Cochran, Sampling Techniques, 1977, section 6.3). NaN throughout without exposure.
Moments linearised_rates(std::span<const CountOverExposure> samples);

// Their Student interval around r, with a low end of at least 0.
Interval ratio_interval(std::span<const CountOverExposure> samples);

// Student's interval of the replications' rates. With fewer than 30 events the mean over
// replications is not normal enough: the ends are then at least as far out as Poisson's for `count`
// events in `exposure` (of all replications together), of which `alike` come at once. The low end
// is at least 0; the high end of no events is Poisson's.
Interval rare_interval(const Moments& rates, double count, double exposure, double alike = 1);

}  // namespace spindle::sim
