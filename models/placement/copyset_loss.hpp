#pragma once
// How likely it is that failures at the same time lose data, by the number of drive sets in use.

#include <cstdint>

#include "models/placement/placer.hpp"

namespace spindle::models {

// Probability that at least `at_least` of `drawn` drives, drawn from `population` without
// replacement, are among `marked` ones: the hypergeometric tail. At most 64 drawn, marked and drawn
// at most the population: std::invalid_argument otherwise. O(drawn).
double hypergeometric_tail(std::uint32_t population, std::uint32_t marked, std::uint32_t drawn,
                           std::uint32_t at_least);

// Distinct sets of drives that hold extents. O(extents log extents).
std::uint64_t distinct_sets(const PlacementResult& placement);

// Probability that `failed` of `drives` drives, drawn at random, hold `fatal` shards or more of
// some set of `shards` drives, where the sets are independent: 1 - (1 - p)^sets. Sets that share
// drives fail together, so that an exact count gives less. Throws as hypergeometric_tail.
double simultaneous_loss(std::uint64_t sets, std::uint32_t shards, std::uint32_t fatal,
                         std::uint32_t drives, std::uint32_t failed);

}  // namespace spindle::models
