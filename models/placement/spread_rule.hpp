#pragma once
// The spread rule: how many shards of one extent a failure domain may hold.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "models/fleet/topology.hpp"
#include "sim/random_stream.hpp"

namespace spindle::models {

struct SpreadRule {
  std::uint32_t max_per_zone = 3;
  std::uint32_t max_per_rack = 1;  // a drive never holds two shards of an extent
};

// Why `shards` shards of an extent cannot be placed under the rule on this shape ("5 shards need 5
// racks at 1 a rack, but a zone has 4"), or nothing where they can. Called by the scenario reader
// before anything is built, and by every policy's constructor.
std::optional<std::string> why_infeasible(const SpreadRule& rule, std::uint32_t shards,
                                          std::uint32_t zones, std::uint32_t racks_per_zone,
                                          std::uint32_t min_drives_per_rack);

// Shards per zone for one extent: as even as the number of zones allows, the remainder to zones
// drawn at random. `out` has one entry a zone; their sum is `shards`.
void draw_zone_counts(const SpreadRule& rule, std::uint32_t shards, sim::RandomStream& random,
                      std::span<std::uint32_t> out);

}  // namespace spindle::models
