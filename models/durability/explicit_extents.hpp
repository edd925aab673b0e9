#pragma once
// Which slot holds which shard of which extent, and where a further shard may go under the spread
// rule: the plain map of an explicit fleet.
//
// Slots are numbered rack by rack, racks zone by zone; racks differ by at most one slot. The rule's
// limits are nested (slot in rack in zone), so that what it allows is a laminar matroid: as long as
// a whole extent fits, every part of one can be completed, whatever was chosen before, and a legal
// slot for a missing shard always exists.
//
// Memory: 8 B a shard. Cost: O(shards of an extent) a draw while most slots are legal.

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "models/durability/durability_case.hpp"
#include "sim/random_stream.hpp"

namespace spindle::models {

class ExplicitExtents {
 public:
  static constexpr std::uint32_t kNowhere = std::numeric_limits<std::uint32_t>::max();

  // All shards nowhere. Throws std::invalid_argument: no drives, zones or racks, fewer drives than
  // racks, 2^31 drives or more, no extents, 2^32 shards or more, a rule that a whole extent cannot
  // keep.
  ExplicitExtents(const DurabilityFleet& fleet, std::uint32_t shards_per_extent,
                  std::uint32_t extents);

  [[nodiscard]] std::uint32_t slots() const { return slots_; }
  [[nodiscard]] std::uint32_t extents() const { return extents_; }
  [[nodiscard]] std::uint32_t rack_of(std::uint32_t slot) const {
    return static_cast<std::uint32_t>(std::uint64_t{slot} * racks_ / slots_);
  }
  [[nodiscard]] std::uint32_t zone_of(std::uint32_t slot) const {
    return rack_of(slot) / racks_per_zone_;
  }
  // The slots of an extent's shards; kNowhere for those that are missing.
  [[nodiscard]] std::span<const std::uint32_t> of(std::uint32_t extent) const {
    return std::span(slot_of_).subspan(std::size_t{extent} * shards_, shards_);
  }
  [[nodiscard]] std::uint32_t slot_of(std::uint32_t shard) const { return slot_of_[shard]; }
  // Numbers of the shards on a slot: extent * shards + place in the extent.
  [[nodiscard]] std::span<const std::uint32_t> on(std::uint32_t slot) const { return held_[slot]; }

  // Puts a missing shard onto a slot drawn uniformly among the legal ones.
  void put_anywhere(std::uint32_t shard, sim::RandomStream& random);
  // All shards on the slot become missing. Returned in the order in which they came there.
  std::vector<std::uint32_t> clear(std::uint32_t slot);

 private:
  [[nodiscard]] bool is_legal(std::uint32_t slot, std::uint32_t extent) const;
  [[nodiscard]] std::uint32_t draw_legal(std::uint32_t extent, sim::RandomStream& random) const;
  [[nodiscard]] std::uint64_t room_of_an_extent() const;

  std::uint32_t slots_;
  std::uint32_t zones_;
  std::uint32_t racks_per_zone_;
  std::uint32_t racks_;
  std::uint32_t zone_limit_;  // never 0
  std::uint32_t rack_limit_;  // never 0
  std::uint32_t shards_;      // of an extent
  std::uint32_t extents_;
  std::vector<std::uint32_t> slot_of_;            // per shard
  std::vector<std::vector<std::uint32_t>> held_;  // per slot
};

}  // namespace spindle::models
