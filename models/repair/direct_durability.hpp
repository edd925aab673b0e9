#pragma once
// The direct estimator of durability: replications of RepairRun on explicit extents, losses
// counted. Intervals come from replications, since extents on one fleet are correlated.
//
// Loss in the run is first passage, exact for a run that starts with every extent whole. The rate
// of losses counts each loss, extents being made whole after it (renewal): its inverse is the MTTDL
// up to a relative bias of about (1 + 1/2 + … + 1/m) mttr / duration, since a whole extent cannot
// be lost at once. Equations: docs/theory/failure.md.
//
// Where outages are scripted there are two sets of replications on the same streams: with them, for
// what happens in the run, and without, for what random causes alone bring in a year.
//
// Memory beside the placement: ShardIndex, and for each replication that runs at a time a ShardMap
// (shard_map.hpp) and about 170 B a drive; as many run at a time as `memory_bytes` holds, one at
// least. Results do not depend on threads or memory.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "models/placement/policy.hpp"
#include "models/repair/repair_run.hpp"
#include "sim/statistics.hpp"

namespace spindle::models {

struct DirectOptions {
  std::uint32_t replications = 20;
  unsigned threads = 1;
  std::uint64_t memory_bytes = std::uint64_t{1} << 30;  // for the replications at work
  OutageOptions outages = {};
};

struct DirectEstimate {
  std::uint32_t replications = 0;   // finished, of the first set; fewer than asked if interrupted
  std::uint64_t extents = 0;        // placed
  std::uint64_t distinct_sets = 0;  // of drives that hold them, a lower bound
  RepairCounts total;               // over all replications, scripted outages included
  // 95 %. With fewer than 30 losses (a set's extents counted as one) the ends are at least as far
  // out as Poisson's, so that no losses give [0, 3.69 / sets / replications]. Infinite ends where
  // one replication alone saw more.
  sim::Interval loss_probability;  // per extent in the run, first passage; ends within [0, 1]
  // From random causes only: the same in the run, and per extent-year, renewal; low end at least 0.
  sim::Interval random_loss_probability;
  sim::Interval losses_per_year;
  std::uint64_t random_losses = 0;  // that these two rest on
  // Means over replications, scripted outages included; at the run's end where not said otherwise.
  double under_protected = 0;       // extents
  double most_under_protected = 0;  // at any moment
  double waiting_shards = 0;        // without a legal drive, or a readable source
  double shortfall_shards = 0;      // of lost zones, without a legal drive
  double most_unreadable = 0;       // extents at any moment
  double unreadable_fraction = 0;   // of extents and time
  double exposed_fraction = 0;  // of extents and time: one more loss would have been the extent's
  double zone_down_unreadable_fraction = 0;  // of extents, while a zone was down; NaN: never
  double read_bytes = 0;                     // by repair under kBandwidth, over the run
  double written_bytes = 0;
  double cross_zone_bytes = 0;
  double full_protection_s = 0;       // after a zone or rack was lost, where it came; NaN: nowhere
  std::uint32_t fully_protected = 0;  // replications that did
  std::vector<std::string> violations;  // conservation laws broken: a bug
  std::vector<std::uint64_t> digests;   // of each replication's events, set by set
};

// `progress` gets the share done, from one thread at a time; returning false ends the estimate
// early with the replications finished so far. Throws what RepairRun throws; std::invalid_argument
// for 0 replications.
DirectEstimate estimate_directly(const Topology& topology, const SpreadRule& spread,
                                 std::uint32_t needed, const ExtentTable& extents,
                                 const PlacementResult& placement, const RepairOptions& repair,
                                 const FailureOptions& failure, sim::Seed seed,
                                 const DirectOptions& options,
                                 const std::function<bool(double)>& progress = {});

// Bytes that a replication holds, roughly, at most.
std::uint64_t replication_bytes(const Topology& topology, std::uint64_t shards,
                                std::uint32_t shards_per_extent, sim::Duration horizon);

}  // namespace spindle::models
