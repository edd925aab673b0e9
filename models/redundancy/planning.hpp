#pragma once
// How many drives a load asks for: once for its bytes, once for its heat. The larger one decides.
//
// A ratio within 1e-12 (relative) above a whole number counts as that number: 1 PB on 20 TB drives
// is 50 drives, whatever the last bit of the division says.
// The number is whole, and a double: an absurd load asks for more drives than integers count.

#include "models/units.hpp"

namespace spindle::models {

// Drives that hold `physical_bytes` (overhead included) when each is filled to `fill_target`, a
// fraction of `capacity` in (0, 1]. Throws std::invalid_argument: negative or NaN bytes, capacity
// 0, target outside (0, 1], an infinite result.
double drives_for_capacity(double physical_bytes, Bytes capacity, double fill_target);

// Drives that serve `disk_seconds_per_second` of offered disk time when each is busy at most
// `heat_target`, in (0, 1]. Throws std::invalid_argument: negative or NaN load, target outside
// (0, 1], an infinite result.
double drives_for_heat(double disk_seconds_per_second, double heat_target);

}  // namespace spindle::models
