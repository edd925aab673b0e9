#pragma once
// Chooses the drive that a restored shard goes to, under the spread rule.
//
// As placement does: of the zones that may take one more shard of the extent, the one with the
// fewest, ties at random; in it a legal drive with probability proportional to capacity. Legal: up,
// with room, holding no shard of the extent, its rack and a guard rail's platform below their
// limits. Where a zone has no legal
// drive the next one is tried. A policy's own subsets and sets are not kept.
// Cost: O(1) expected; O(drives of the zones) where draws fail. Never more than one pass a zone.

#include <cstdint>
#include <span>
#include <vector>

#include "models/placement/policy.hpp"

namespace spindle::models {

// Read-only state of the fleet at the moment of a choice.
struct RepairView {
  std::span<const std::uint64_t> used_bytes;   // per drive, room that is promised included
  std::span<const std::uint8_t> is_up;         // per drive
  std::span<const std::uint32_t> open_drives;  // per zone: drives that are up and have room
};

class TargetChooser {
 public:
  static constexpr std::uint32_t kNone = 0xffffffffU;
  // At most so many 32-bit words are drawn for one choice.
  static constexpr std::uint64_t kMostWords = std::uint64_t{1} << 16;

  // `topology` must outlive it. Throws std::invalid_argument for more than 64 zones.
  TargetChooser(const Topology& topology, const SpreadRule& rule, std::uint64_t shard_bytes);

  // A drive for one more shard of an extent whose other shards are on `held`; kNone where no legal
  // drive exists. Precondition: at most kMaxShards - 1 held.
  [[nodiscard]] std::uint32_t choose(std::span<const std::uint32_t> held, const RepairView& view,
                                     sim::RandomStream& random) const;
  [[nodiscard]] bool is_legal(std::uint32_t drive, std::span<const std::uint32_t> held,
                              const RepairView& view) const;
  // From now on the rule allows so many shards a zone; 0: no limit.
  void set_zone_limit(std::uint32_t limit);
  [[nodiscard]] bool has_room(std::uint32_t drive, std::uint64_t used_bytes) const {
    const std::uint64_t capacity = topology_.capacity_of(drive).value;
    return shard_bytes_ <= capacity && used_bytes <= capacity - shard_bytes_;
  }

 private:
  [[nodiscard]] bool is_legal_in_zone(std::uint32_t drive, std::span<const std::uint32_t> held,
                                      const RepairView& view) const;
  [[nodiscard]] std::uint32_t choose_in_zone(std::uint32_t zone,
                                             std::span<const std::uint32_t> held,
                                             const RepairView& view,
                                             sim::RandomStream& random) const;

  const Topology& topology_;
  std::uint32_t zone_limit_;           // never 0
  std::uint32_t rack_limit_;           // never 0
  std::vector<std::uint8_t> guarded_;  // per rack; empty without a guard rail
  std::uint32_t guard_limit_;
  std::uint64_t shard_bytes_;
  double largest_capacity_ = 0;
};

}  // namespace spindle::models
