#pragma once
// Racks that are emptied while the fleet runs, and then taken away.

#include <cstdint>

#include "sim/time.hpp"

namespace spindle::models {

enum class DrainTo {
  kFleet,   // the other drives of the zone, as the placement policy chooses
  kLanded,  // the racks that landed in the zone, up to their targets
};

struct Drain {
  sim::Instant at;
  // In every zone alike: the fleet's last racks that no earlier drain takes, those of the model
  // listed last.
  std::uint32_t racks_per_zone = 1;
  double bytes_per_s = 50e6;  // that each drained drive gives; 0: none
  DrainTo to = DrainTo::kFleet;
};

}  // namespace spindle::models
