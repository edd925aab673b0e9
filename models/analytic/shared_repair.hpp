#pragma once
// How long shards wait for their rebuild where all drives together rebuild what any of them lost.

#include <cstdint>

namespace spindle::models {

struct SharedRepair {
  double drives = 0;
  double failures_per_s = 0;   // of each drive
  double bytes_per_s = 0;      // of each drive, for reads and writes of repair; > 0
  double bytes_per_drive = 0;  // lost with a drive
  double reads = 1;            // bytes read for each byte rebuilt
};

// Share of the repair bandwidth in use: failures bring lambda B (reads + 1) bytes a drive and
// second, and b can be moved. From 1 on repair falls behind for ever.
double shared_repair_load(const SharedRepair& of);

// Mean time in seconds from the start of a shard's wait to its turn: fleets rebuild one drive after
// the other, each in S = B (reads + 1) / (drives b), so that it waits for the drives ahead (M/D/1,
// Pollaczek & Khinchine) and on average half its own. Infinity from a load of 1 on.
double shared_repair_wait_s(const SharedRepair& of);

}  // namespace spindle::models
