#pragma once
// What new data is told of racks that have landed.

#include <cstdint>
#include <vector>

namespace spindle::models {

struct LandedRack {
  std::uint32_t rack = 0;
  bool is_first = false;           // new data goes there before all others, until it is at target
  bool is_as_placed = false;       // the placement policy chooses among its drives too
  std::uint64_t target_bytes = 0;  // of each of its drives, while is_first
};

// Per zone, in the order of landing.
using LandedRacks = std::vector<std::vector<LandedRack>>;

}  // namespace spindle::models
