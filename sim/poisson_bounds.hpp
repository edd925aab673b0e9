#pragma once
// Exact bounds of a Poisson mean.

#include <cstdint>

#include "sim/statistics.hpp"

namespace spindle::sim {

// The interval of Garwood (1936) at any confidence: with a = (1 - confidence) / 2, the means under
// which as many as `count` or more, and as many or fewer, have the probability a. Relative error
// below 1e-9 of either end; cost grows as the root of the count. Throws std::invalid_argument
// unless 0 < confidence < 1.
Interval exact_poisson_interval(std::uint64_t count, double confidence);

}  // namespace spindle::sim
