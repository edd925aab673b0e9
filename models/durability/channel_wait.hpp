#pragma once
// How much longer rebuilds take in the channels of drives than one pooled server would have them
// wait: each waits for the longest of the queues that it needs, and chance makes these differ.
//
// A fleet of kDrives channels is simulated: failures come at random, each brings rebuilds whose
// drives are drawn, and every drive serves its transfers one by one. Equations:
// docs/theory/exposure.md. Cost: some 1e5 rebuilds. Random draws: purpose::kChannelWait.

#include <cstdint>

#include "models/durability/durability_case.hpp"
#include "sim/random_stream.hpp"

namespace spindle::models {

struct RepairChannels {
  std::uint32_t reads = 1;   // shards read for one that is written
  std::uint32_t others = 1;  // shards of the extent that can be read, at least `reads`
  double transfer_s = 0;     // > 0: of one shard, on one drive
  double failure_s = 0;      // > 0: for how long one failure's transfers keep all drives busy
  double failures_per_s = 0;
  // Where rebuilds wait for their turn in a backlog: transfers queued meanwhile, a drive. 0: all
  // queue at their drives at once.
  double most_ahead = 0;
};

// Mean seconds from the moment at which a pooled server would end a rebuild to its end in the
// channels, its own transfer included. Above a load (failure_s * failures_per_s) of .95 that of
// .95.
double mean_channel_wait_s(const RepairChannels& channels, sim::Seed seed);

// Makes the case's pooled server stand for such channels: its rebuilds take as much longer, each
// shard by itself. With a backlog (`most_ahead` > 0), extents that overtake others wait for what
// was sent ahead to the drives; without one, a rebuild that loses a source begins again behind all
// others. Precondition: bandwidth.
void stand_for_channels(DurabilityCase& of, double shard_bytes, double most_ahead, sim::Seed seed);

}  // namespace spindle::models
