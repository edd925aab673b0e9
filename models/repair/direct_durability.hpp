#pragma once
// The direct estimator of durability: replications of RepairRun on explicit extents, losses
// counted. Intervals come from replications, since extents on one fleet are correlated.
//
// Loss in the run is first passage, exact for a run that starts with every extent whole. The rate
// of losses counts each loss, extents being made whole after it (renewal): its inverse is the MTTDL
// up to a relative bias of about (1 + 1/2 + … + 1/m) mttr / duration, since a whole extent cannot
// be lost at once. Equations: docs/theory/failure.md.
//
// Memory beside the placement: ShardIndex, and for each replication that runs at a time a ShardMap
// (shard_map.hpp) and about 40 B a drive; as many run at a time as `memory_bytes` holds, one at
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
};

struct DirectEstimate {
  std::uint32_t replications = 0;   // finished; fewer than asked where interrupted
  std::uint64_t extents = 0;        // placed
  std::uint64_t distinct_sets = 0;  // of drives that hold them, a lower bound
  RepairCounts total;               // over all replications
  // 95 %. With fewer than 30 losses (a set's extents counted as one) the ends are at least as far
  // out as Poisson's, so that no losses give [0, 3.69 / sets / replications]. Infinite ends where
  // one replication alone saw more.
  sim::Interval loss_probability;       // per extent in the run, first passage; ends within [0, 1]
  sim::Interval losses_per_year;        // per extent-year, renewal; low end at least 0
  double under_protected = 0;           // extents at the run's end, mean over replications
  double waiting_shards = 0;            // shards at the run's end without a legal drive, mean
  std::vector<std::string> violations;  // conservation laws broken: a bug
  std::vector<std::uint64_t> digests;   // of each replication's events
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
