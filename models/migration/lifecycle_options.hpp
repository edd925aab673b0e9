#pragma once
// Data that is stored otherwise as it ages, while the fleet runs.

#include "models/redundancy/scheme.hpp"
#include "sim/time.hpp"

namespace spindle::models {

// Data of a class that is older than `after` is re-encoded: read, written by another scheme, and
// deleted where it was. What is asked for again comes back, as young as new data.
struct LifecycleOptions {
  sim::Instant at;  // nothing is re-encoded before
  sim::Duration after;
  RedundancyOptions redundancy;
  double bytes_per_s = 5e6;  // that each drive gives, reads and writes together; 0: none
  double back_per_s = 0;     // share of what was re-encoded that comes back in a second
};

}  // namespace spindle::models
