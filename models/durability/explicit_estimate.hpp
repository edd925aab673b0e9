#pragma once
// Replications of an explicit fleet, and what they say of its losses.
//
// Intervals come from replications, since extents on one fleet are correlated. With fewer than 30
// losses the ends are at least as far out as Poisson's, so that no losses give no 0 above.

#include <cstdint>

#include "models/durability/explicit_fleet.hpp"
#include "sim/statistics.hpp"

namespace spindle::models {

struct ExplicitEstimate {
  std::uint32_t replications = 0;
  ExplicitCounts total;  // over all replications, in their order
  // 95 %. Of an extent until the horizon, first passage; ends within [0, 1].
  sim::Interval loss_probability;
  // Per year of an extent that is not lost, after the warm-up: all losses over all exposure, with
  // the variance of the ratio (its bias is of the order of 1 / replications, and covered). NaN
  // where no extent was left after the warm-up.
  sim::Interval losses_per_year;
};

// The same for any number of threads. Throws std::invalid_argument: no replications, what
// ExplicitFleet throws. Memory: threads x ExplicitFleet.
ExplicitEstimate estimate_explicitly(const DurabilityCase& of, const ExplicitOptions& options,
                                     sim::Seed seed, std::uint32_t replications,
                                     unsigned threads = 1);

}  // namespace spindle::models
