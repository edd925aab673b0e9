#pragma once
// How unevenly a fleet is filled: the `capacity.` metrics.

#include <cstdint>
#include <span>

#include "models/fleet/topology.hpp"

namespace spindle::models {

// Fill fractions (bytes / capacity) over drives. A quantile p of n drives is the ceil(p n)-th
// smallest value (nearest rank): always a fill that some drive has.
struct CapacitySkew {
  double mean = 0;  // of the fleet: all bytes / all capacity
  double sd = 0;    // over drives, about their plain average, divided by n
  double min = 0;
  double p0_1 = 0;  // quantile 0.001
  double p50 = 0;
  double p99_9 = 0;  // quantile 0.999
  double max = 0;
  double over = 0;      // max / mean - 1; 0 in an empty fleet
  double under = 0;     // 1 - min / mean; 0 in an empty fleet
  double stranded = 0;  // 1 - mean / max: what is lost if filling stops at the first full drive
};

// Which of `count` values by size is quantile p, from 0. Precondition: count > 0.
std::uint64_t nearest_rank_index(std::uint64_t count, double p);
// over, under and stranded, of a fleet that holds so many bytes, from mean, min and max.
void set_losses(double bytes, CapacitySkew& skew);

// Over all drives, or those marked in `counted` where it is not empty. Precondition: one entry a
// drive, one drive counted at least. O(drives).
CapacitySkew capacity_skew(const Topology& topology, std::span<const std::uint64_t> used_bytes,
                           std::span<const std::uint8_t> counted = {});

}  // namespace spindle::models
