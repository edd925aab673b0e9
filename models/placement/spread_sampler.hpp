#pragma once
// Draws the drives of one extent under the spread rule: zones first, then a drive for each shard.
//
// A candidate is drawn with probability proportional to capacity among the legal drives of its
// zone: room for the shard, not yet holding a shard of the extent, rack below its limit. Drives of
// equal capacity are equally likely; with mixed ones fill fractions are equal in expectation, but
// for what distinct racks bend (docs/theory/placement.md). With several
// choices the candidates of a shard are independent (with replacement), and the one that would have
// the least load *after* placing wins, the first drawn on ties. (Before or after differs only where
// capacities differ: docs/theory/placement.md.)
//
// Legal sets under these rules are the independent sets of a laminar matroid, so that choosing
// drive by drive never paints itself into a corner within a zone; where a zone lacks room for its
// even share, the shards are levelled over the zones anew by the room they really have.
// Cost: O(shards * choices) expected while drives have room; O(drives of the zone) for a shard
// whose 64 draws all failed, on a pool that has then forgotten its full drives.

#include <cstdint>
#include <span>
#include <vector>

#include "models/placement/drive_pool.hpp"
#include "models/placement/policy.hpp"

namespace spindle::models {

struct Chooser {
  std::uint32_t choices = 1;
  LoadMetric metric = LoadMetric::kFill;
};

class SpreadSampler {
 public:
  // Reused between extents: no allocation per extent.
  struct Scratch {
    std::vector<std::uint32_t> counts;
    std::vector<std::uint32_t> rooms;
    std::vector<std::uint32_t> legal;
  };

  // Throws std::invalid_argument where the rule cannot hold on the fleet, or shards > kMaxShards.
  explicit SpreadSampler(const PolicyContext& context);

  // As PlacementPolicy::place, from `pools` (one a zone, in zone order).
  bool place(const ExtentRequest& request, const FleetView& view, Chooser chooser,
             std::span<DrivePool> pools, Scratch& scratch, sim::RandomStream& random,
             std::span<std::uint32_t> out) const;

  [[nodiscard]] bool has_room(const FleetView& view, std::uint32_t drive,
                              std::uint64_t shard_bytes) const {
    // Subtracting first: the sum of two 64-bit counts may wrap.
    const std::uint64_t capacity = capacity_[topology_.rack_of(drive)];
    return shard_bytes <= capacity && view.used_bytes[drive] <= capacity - shard_bytes;
  }
  [[nodiscard]] const Topology& topology() const { return topology_; }
  [[nodiscard]] const SpreadRule& rule() const { return rule_; }
  [[nodiscard]] std::uint32_t shards() const { return shards_; }

  // A pool of all drives for every zone.
  [[nodiscard]] std::vector<DrivePool> whole_zones() const;

 private:
  template <bool kWeighted, class Load>
  class Draft;
  template <bool kWeighted, class Load>
  bool place_with(const ExtentRequest& request, const FleetView& view, std::uint32_t choices,
                  const Load& load, std::span<DrivePool> pools, Scratch& scratch,
                  sim::RandomStream& random, std::span<std::uint32_t> out) const;
  template <class Load>
  bool place_by(const ExtentRequest& request, const FleetView& view, std::uint32_t choices,
                const Load& load, std::span<DrivePool> pools, Scratch& scratch,
                sim::RandomStream& random, std::span<std::uint32_t> out) const;
  void measure_rooms(const ExtentRequest& request, const FleetView& view,
                     std::span<const DrivePool> pools, std::span<std::uint32_t> rooms) const;

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
};

}  // namespace spindle::models
