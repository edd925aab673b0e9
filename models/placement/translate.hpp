#pragma once
// A placement made on the fleet without its landings, in the numbers of the fleet with them.
//
// Data is placed before any rack lands, so a landing must change nothing in where it lies: the base
// fleet is placed, and its drives are renamed.

#include <cstdint>
#include <vector>

#include "models/placement/placer.hpp"

namespace spindle::models {

// Per base drive its number in `full`. Throws std::invalid_argument where `base` is not `full`
// without its landings.
std::vector<std::uint32_t> full_numbers(const Topology& base, const Topology& full);

// Landed drives hold nothing. O(shards + drives). Throws as full_numbers, and where the placement
// is not one of `base`.
PlacementResult translate(const PlacementResult& placement, const Topology& base,
                          const Topology& full);

}  // namespace spindle::models
