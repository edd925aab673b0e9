#pragma once
// Why an extent found no legal set of drives with room.

#include <cstdint>
#include <string>

#include "models/placement/policy.hpp"

namespace spindle::models {

// In counts: how many shards find room under the rule, by zone, and how many
// drives have room for one. O(drives).
std::string explain_no_room(const PolicyContext& context, const FleetView& view,
                            std::uint64_t shard_bytes);

}  // namespace spindle::models
