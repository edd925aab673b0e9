#pragma once
// One scheme with everything that its figures need.

#include <cstdint>
#include <vector>

#include "models/durability/durability_case.hpp"

namespace spindle::app {

// Times in hours, rates per hour or year as named; `of` has units of its own.
struct NinesCase {
  models::DurabilityCase of;
  double failures_per_hour = 0;  // of each drive
  double repair_hours = 0;       // mean, from failure to restored; infinity: nothing is rebuilt
  double repair_load = 0;        // share of the repair bandwidth in use; 0 where it has no limit
  double shard_down = 0;         // probability that a drive is down at a random moment
  std::vector<double> in_zone = {};  // share of extents by their shards in one zone
  double zone_losses_per_year = 0;   // of each zone
  double zone_rebuild_hours = 0;     // in which the shards of a lost zone stay missing
  double fill = 0;                   // share of each drive's capacity
  double logical_bytes = 0;          // that the fleet holds under this scheme

  [[nodiscard]] double repairs_per_hour() const { return 1 / repair_hours; }
};

// Data that is kept under another scheme so far.
struct Reencoding {
  models::Scheme from;
  double bytes_per_s = 0;    // that each drive gives to it, for reads and writes
  double logical_bytes = 0;  // that the fleet holds under `from`
};

}  // namespace spindle::app
