#pragma once
// CRUSH's choice of drives for the positions of an extent (Weil, Brandt, Miller and Maltzahn, SC
// 2006, "independent" ranks for erasure coding), by straws over a tree.
//
// Position p of n takes attempts r = p, p + n, p + 2n, …: what is refused at one (the rack is at
// its limit, the drive is taken, out or full) is tried again at the next, from the zone down. All
// positions make their first attempt before any makes a second: a position that must look elsewhere
// then takes nothing away from one that need not, and most shards stay where they are when the
// fleet changes. After `tries` attempts a position stays empty.
//
// The decision depends on the extent's hash, the tree and what is refused: it is the same for any
// order of extents, and knows nothing of load.

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "models/placement/crush/crush_tree.hpp"
#include "models/placement/movement.hpp"
#include "models/redundancy/scheme.hpp"

namespace spindle::models::crush {

struct MapRule {
  std::uint32_t max_per_rack = 1;  // 0: no limit; the same of an extent's drives in one zone
  std::uint32_t tries = 50;        // attempts a position
  std::uint32_t leaf_tries = 5;    // of them within one rack
};

// Fills out[0..n) with distinct drives of `zone`, kNoItem at what stays empty; false if any does.
// Entries that are not kNoItem at the start are kept, and count. `accepts(drive)` says whether a
// drive takes the extent beyond what the tree says (room), and where it does, it holds a shard from
// then on; one that refused may be asked again. n <= kMaxShards.
// Cost: O(children on the way down) an attempt, n + O(collisions) attempts.
template <class Accepts>
bool choose_in_zone(const CrushTree& tree, const MapRule& rule, std::uint32_t zone,
                    std::uint64_t extent, std::span<std::uint32_t> out, Accepts accepts) {
  const Topology& topology = tree.topology();
  const auto count = static_cast<std::uint32_t>(out.size());
  std::uint32_t open = count;
  for (const std::uint32_t drive : out) open -= drive != kNoItem ? 1U : 0U;
  const auto rack_has_room = [&](std::uint32_t rack) {
    std::uint32_t held = 0;
    for (const std::uint32_t drive : out) {
      held += drive != kNoItem && topology.rack_of(drive) == rack ? 1U : 0U;
    }
    return rule.max_per_rack == 0 || held < rule.max_per_rack;
  };
  for (std::uint32_t round = 0; round < rule.tries && open > 0; ++round) {
    for (std::uint32_t position = 0; position < count; ++position) {
      if (out[position] != kNoItem) continue;
      const std::uint32_t attempt = position + round * count;
      const std::uint32_t rack = tree.choose_rack(zone, extent, attempt);
      if (rack == kNoItem) return false;
      if (!rack_has_room(rack)) continue;
      for (std::uint32_t leaf = 0; leaf < rule.leaf_tries; ++leaf) {
        const std::uint32_t drive = tree.choose_drive(rack, extent, attempt + leaf * count);
        const bool is_taken = std::find(out.begin(), out.end(), drive) != out.end();
        if (is_taken || !tree.accepts(drive, extent) || !accepts(drive)) continue;
        out[position] = drive;
        --open;
        break;
      }
    }
  }
  return open == 0;
}

// Fills out[0..n) with distinct zones, the first choice first; false if fewer could be chosen.
bool choose_zones(const CrushTree& tree, const MapRule& rule, std::uint64_t extent,
                  std::span<std::uint32_t> out);

// The whole map of extents 0, 1, …: `zones` zones, `per_zone` drives in each, position by position
// [extent * zones * per_zone + position]; kNoItem at what stays empty. `seed` makes the hashes.
// Throws std::invalid_argument where zones or per_zone is 0 or they need more than kMaxShards.
struct MapShape {
  std::uint32_t extents = 0;
  std::uint32_t zones = 3;
  std::uint32_t per_zone = 3;
};
std::vector<std::uint32_t> map_extents(const CrushTree& tree, const MapRule& rule,
                                       const MapShape& shape, std::uint64_t seed);

// What CRUSH moves when the tree's options change, beside the least that any map must move (a share
// of all shards). Extents and shares as in map_extents and even_zone_shares, which may throw.
struct ChangeEffect {
  Movement movement;
  double least = 0;
};
ChangeEffect effect_of_change(const Topology& topology, const TreeOptions& before,
                              const TreeOptions& after, const MapRule& rule, const MapShape& shape,
                              std::uint64_t seed);

}  // namespace spindle::models::crush
