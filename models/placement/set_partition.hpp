#pragma once
// Cuts the fleet into disjoint legal sets of n drives, for policies that plan sets ahead.

#include <cstdint>
#include <queue>
#include <span>
#include <tuple>
#include <vector>

#include "models/placement/policy.hpp"

namespace spindle::models {

// Drives of one zone not yet in a set, given out from the racks that have the most left: the order
// that yields the most sets when a set wants distinct racks.
class ZoneStock {
 public:
  // `guarded`: per rack of the fleet, or empty (guarded_racks).
  ZoneStock(const Topology& topology, std::uint32_t zone, std::uint32_t rack_limit,
            std::span<const std::uint8_t> guarded, sim::RandomStream& random);

  // Appends `count` drives to `set`, at most `guarded_count` of them of guarded racks; false (and
  // the set is spoilt) where the racks run out.
  bool take(std::uint32_t count, std::uint32_t guarded_count, sim::RandomStream& random,
            std::vector<std::uint32_t>& set);
  [[nodiscard]] std::uint32_t left() const { return left_; }
  // What a set could still take here, at most `limit` drives. O(racks).
  [[nodiscard]] ZoneRoom room(std::uint32_t limit) const;

 private:
  [[nodiscard]] bool is_guarded(std::uint32_t rack) const {
    return !guarded_.empty() && guarded_[rack] != 0;
  }
  void give_back(std::uint32_t rack, sim::RandomStream& random);

  std::uint32_t rack_limit_;
  std::uint32_t left_ = 0;
  std::span<const std::uint8_t> guarded_;  // of the zone's racks
  std::vector<std::vector<std::uint32_t>> drives_;
  // (drives left, random tie-break, rack): the fullest rack first.
  std::priority_queue<std::tuple<std::uint32_t, std::uint32_t, std::uint32_t>> racks_;
  std::vector<std::uint32_t> held_;  // racks that the set being taken may not use again
};

// Sets under the context's spread rule, one after the other until no further one is found, in
// random order; zones that are lost give none. context.shards drives a set, grouped by zone.
// Precondition: the rule is feasible. O(drives log racks), under a guard rail O(sets * racks) more.
std::vector<std::uint32_t> cut_into_sets(const PolicyContext& context, sim::RandomStream& random);

}  // namespace spindle::models
