#pragma once
// The code's side of an estimate: how many shards, and what one loss more means.

#include <cstdint>
#include <vector>

#include "models/redundancy/scheme.hpp"

namespace spindle::models {

// Extents are counted by class: how many of their shards are missing, 0 … most.
struct ExtentClasses {
  std::uint32_t shards = 0;
  std::uint32_t most = 0;       // that an extent may lack and not be lost
  std::vector<double> lost_at;  // [i]: a loss that leaves i missing loses the extent, 1 … most + 1
};

inline ExtentClasses extent_classes(const Scheme& scheme) {
  ExtentClasses classes{scheme.shards(), scheme.most_survived(), {}};
  classes.lost_at.assign(classes.most + 2, 0.0);
  for (std::uint32_t i = 1; i <= classes.most + 1; ++i) classes.lost_at[i] = scheme.lost_at(i);
  return classes;
}

}  // namespace spindle::models
