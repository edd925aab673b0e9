#pragma once
// What a change of the fleet moves: two maps of the same extents, compared.
//
// A shard that leaves its drive is copied whoever stays beside it. In erasure coding the shards of
// an extent differ, so one that keeps its drive but takes another position must be rewritten too:
// positions count those as well.

#include <cstdint>
#include <span>

namespace spindle::models {

struct Movement {
  std::uint64_t shards = 0;             // compared
  std::uint64_t nodes_changed = 0;      // shards of the new map on drives that the extent had not
  std::uint64_t positions_changed = 0;  // positions with another drive than before
  std::uint64_t extents_touched = 0;    // with a position that changed

  void add(const Movement& other) {
    shards += other.shards;
    nodes_changed += other.nodes_changed;
    positions_changed += other.positions_changed;
    extents_touched += other.extents_touched;
  }
};

// Both maps have the drive of a shard at [extent * shards_per_extent + shard], 0xffffffff where it
// has none (such a shard is on no node). Throws std::invalid_argument where their lengths differ or
// are no multiple of shards_per_extent. O(shards * shards_per_extent).
Movement count_movement(std::span<const std::uint32_t> before, std::span<const std::uint32_t> after,
                        std::uint32_t shards_per_extent);

// The least share of all shards that must move when the drives' shares of them change: the sum of
// what drives lose. Precondition: one entry a drive in both, each summing to the same.
double least_movement(std::span<const double> before, std::span<const double> after);

}  // namespace spindle::models
