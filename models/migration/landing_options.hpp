#pragma once
// Racks that land while the fleet runs, and what they are filled with.

#include <cstdint>

#include "sim/time.hpp"

namespace spindle::models {

enum class LandingPolicy {
  kNone,          // nothing is moved in; new data goes there by their share of the capacity
  kAsPlaced,      // nothing is moved in; the placement policy sees their drives as all others
  kNewDataFirst,  // new data goes there as far as the spread rule and the target allow
  kCoolestFirst,  // the fleet's coolest shards are moved in until the target is reached
  kRandomMix,     // the same with shards drawn at random; of fleets of ledgers
};

struct Landing {
  sim::Instant at;
  // In every zone alike, of the drives per rack and the model that the fleet's first racks have.
  std::uint32_t racks_per_zone = 1;
  LandingPolicy policy = LandingPolicy::kCoolestFirst;
  double target_fill = 0.8;   // of a landed drive's capacity, in (0, 1]
  double bytes_per_s = 50e6;  // that each landed drive takes in by moves; 0: none

  [[nodiscard]] bool has_target() const {
    return policy != LandingPolicy::kNone && policy != LandingPolicy::kAsPlaced;
  }
};

}  // namespace spindle::models
