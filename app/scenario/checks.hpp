#pragma once
// Checks that need several values at once: impossible combinations.

#include "app/scenario/json_document.hpp"
#include "app/scenario/problems.hpp"

namespace spindle::app {

// More shards than this and the explicit map of extents to drives (4 bytes a shard) passes 4.8 GB.
inline constexpr std::uint64_t kMaxPlacedShards = 1'200'000'000;
inline constexpr std::uint64_t kMaxEpochs = 20'000'000;

// `resolved` is what resolve() made of `root`; a check whose inputs are missing there is left out.
void check_combinations(const Value& root, const Json& resolved, ProblemList& problems);

}  // namespace spindle::app
