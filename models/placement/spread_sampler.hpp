#pragma once
// Draws the drives of one extent under the spread rule: zones first, then a drive for each shard.
//
// A candidate is drawn with probability proportional to capacity among the legal drives of its
// zone: room for the shard, not yet holding a shard of the extent, rack below its limit, and under
// a guard rail not one shard too many on its platform. Drives of
// equal capacity are equally likely; with mixed ones fill fractions are equal in expectation, but
// for what distinct racks bend (docs/theory/placement.md). With several
// choices the candidates of a shard are independent (with replacement), and the one that would have
// the least load *after* placing wins, the first drawn on ties. (Before or after differs only where
// capacities differ: docs/theory/placement.md.)
//
// Legal sets under the limits of zones and racks are the independent sets of a laminar matroid, so
// that choosing drive by drive never paints itself into a corner within a zone; where a zone lacks
// room for its even share, the shards are levelled over the zones anew by the room they really
// have. A guard rail crosses zones: what later zones need of it is set aside for them, and the zone
// that comes first is drawn, so that all have the same part in it.
// Cost: O(shards * choices) expected while drives have room; O(drives of the zone) for a shard
// whose 64 draws all failed, on a pool that has then forgotten its full drives.

#include <cstdint>
#include <span>
#include <vector>

#include "models/placement/chooser.hpp"
#include "models/placement/drive_pool.hpp"
#include "models/placement/policy.hpp"

namespace spindle::models {

class SpreadSampler {
 public:
  // Reused between extents: no allocation per extent.
  struct Scratch {
    struct Candidate {
      double load;
      std::uint32_t order;  // of drawing
      std::uint32_t drive;
    };
    KnownLoads loads;
    std::vector<std::uint32_t> counts;
    std::vector<std::uint32_t> needs;
    std::vector<std::uint32_t> rooms;
    std::vector<ZoneRoom> measured;
    std::vector<std::uint32_t> legal;
    std::vector<Candidate> candidates;
  };
  // How an extent is divided: shards a zone; under a guard rail also, by zone, how many of them
  // only its platform can take. Zones take their turns from `first` on.
  struct ZoneSplit {
    std::span<const std::uint32_t> counts;
    std::span<const std::uint32_t> needs;
    std::uint32_t first = 0;
  };

  // Throws std::invalid_argument where the rule cannot hold on the fleet, or shards > kMaxShards.
  explicit SpreadSampler(const PolicyContext& context);

  // As PlacementPolicy::place, from `pools` (one a zone, in zone order).
  bool place(const ExtentRequest& request, const FleetView& view, const Chooser& chooser,
             std::span<DrivePool> pools, Scratch& scratch, sim::RandomStream& random,
             std::span<std::uint32_t> out) const;

  // Divides the extent over the zones and calls fill(split), which places the shards or returns
  // false; then once more, by the room that the pools really have. False where neither worked.
  template <class Fill>
  bool divide(const ExtentRequest& request, const FleetView& view, std::span<DrivePool> pools,
              Scratch& scratch, sim::RandomStream& random, Fill fill) const {
    if (fill(draw_split(scratch, random))) return true;
    ZoneSplit split;
    return level_split(request, view, pools, scratch, random, split) && fill(split);
  }

  [[nodiscard]] bool has_room(const FleetView& view, std::uint32_t drive,
                              std::uint64_t shard_bytes) const {
    // Subtracting first: the sum of two 64-bit counts may wrap.
    const std::uint64_t capacity = capacity_[topology_.rack_of(drive)];
    return shard_bytes <= capacity && view.used_bytes[drive] <= capacity - shard_bytes;
  }
  [[nodiscard]] const Topology& topology() const { return topology_; }
  [[nodiscard]] const SpreadRule& rule() const { return rule_; }
  [[nodiscard]] std::uint32_t shards() const { return shards_; }
  [[nodiscard]] std::uint32_t rack_limit() const { return rack_limit_; }  // never 0
  [[nodiscard]] bool has_guard() const { return !guarded_.empty(); }
  // Precondition: has_guard().
  [[nodiscard]] bool is_guarded(std::uint32_t rack) const { return guarded_[rack] != 0; }
  [[nodiscard]] bool has_equal_capacity() const { return equal_capacity_; }

  // Whether these pools, were their drives empty, could hold an extent.
  [[nodiscard]] bool can_hold(std::span<const DrivePool> pools) const;
  // A pool of all drives for every zone.
  [[nodiscard]] std::vector<DrivePool> whole_zones() const;

 private:
  template <bool kWeighted, class Load>
  friend class SpreadDraft;

  struct Placing {  // what all the steps below read and write
    const ExtentRequest& request;
    const FleetView& view;
    const Chooser& chooser;
    std::span<DrivePool> pools;
    Scratch& scratch;
    sim::RandomStream& random;
    std::span<std::uint32_t> out;
  };
  template <bool kWeighted, class Load>
  bool place_with(const Placing& placing, const Load& load) const;
  template <class Load>
  bool place_by(const Placing& placing, const Load& load) const;
  template <class Load>
  bool place_noisy(const Placing& placing, const Load& load) const;
  bool place_least(const Placing& placing) const;
  ZoneSplit draw_split(Scratch& scratch, sim::RandomStream& random) const;
  bool level_split(const ExtentRequest& request, const FleetView& view,
                   std::span<const DrivePool> pools, Scratch& scratch, sim::RandomStream& random,
                   ZoneSplit& split) const;
  template <class HasRoom>
  void measure_rooms(std::span<const DrivePool> pools, std::span<ZoneRoom> rooms,
                     HasRoom has_room) const;

  const Topology& topology_;
  SpreadRule rule_;
  std::vector<std::uint32_t> zone_limits_;
  std::uint32_t shards_;
  std::uint32_t rack_limit_;  // never 0
  bool equal_capacity_ = true;
  std::uint32_t tries_ = 0;              // draws before the exact enumeration
  std::vector<std::uint64_t> capacity_;  // per rack: bytes of each of its drives
  std::vector<double> per_byte_;         // per rack: 1 / capacity
  std::vector<std::uint64_t> accept_;    // per rack: capacity / largest, in units of 2^-32
  // Under a guard rail: its racks, capacities as they are once no more shards may go there (0), and
  // what empty zones hold.
  std::vector<std::uint8_t> guarded_;
  std::vector<std::uint64_t> shut_capacity_;
  std::vector<ZoneRoom> empty_rooms_;
};

}  // namespace spindle::models
