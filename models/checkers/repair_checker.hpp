#pragma once
// What must hold after any sequence of failures, outages and repairs, recomputed from the map of
// shards: no shard on a drive that failed, no two shards of an extent on one drive, the spread rule
// kept (the relaxed one where a zone was lost and the rule relaxed), every drive's bytes what the
// map puts there, its room what these and the shards on their way leave, both within its capacity,
// and no shard missing that is not counted missing. Nothing here calls the code that repairs.

#include <cstdint>
#include <span>
#include <vector>

#include "models/checkers/placement_checker.hpp"
#include "models/repair/repair_run.hpp"

namespace spindle::models {

// Shards on every drive, from the map. O(shards).
std::vector<std::uint32_t> count_shards(const Topology& topology, const PlacementResult& placement);

// For one state that came from a placement known to be sound (check_placement): extents that
// changed are shown one by one, the others are as they were. O(changed shards + drives).
class RepairChecker {
 public:
  // What is said of each drive, and of all.
  struct Claims {
    std::span<const std::uint8_t> is_present;  // not failed, not lost with its zone
    std::span<const std::uint8_t> is_gone;  // lost with its zone: what the map leaves there is too
    std::span<const std::uint64_t> used_bytes;
    std::span<const std::uint64_t> taken_bytes;  // used, or kept for shards on their way
    std::uint64_t missing = 0;  // shards of extents that were placed, those in lost zones apart
  };

  // `counts` is count_shards(topology, placement); all must outlive the checker.
  RepairChecker(const Topology& topology, const SpreadRule& rule, std::uint64_t shard_bytes,
                const PlacementResult& placement, const std::vector<std::uint32_t>& counts);

  // Where the shards of the extent are now; kNoDrive for a missing one. At most once an extent.
  void show(std::uint32_t extent, std::span<const std::uint32_t> drives);
  // A shard that is nowhere, or in a lost zone, is on its way to the drive.
  void reserve(std::uint32_t drive) { ++reserved_on_[drive]; }
  CheckReport finish(const Claims& claims);

 private:
  const Topology& topology_;
  SpreadRule rule_;
  std::uint64_t shard_bytes_;
  const PlacementResult& placement_;
  std::vector<std::uint64_t> shards_on_;
  std::vector<std::uint64_t> reserved_on_;
  std::vector<std::uint32_t> in_rack_;
  std::vector<std::uint32_t> in_zone_;
  std::uint64_t missing_ = 0;
  CheckReport report_;
};

// The extents that the state counts as under-protected and unreadable are those that its map and
// drives say. O(shards).
CheckReport check_extents(const FleetState& state);

// A state that Repair acts on, now, its extents too. O(shards).
CheckReport check_repair(const RepairInputs& inputs, const std::vector<std::uint32_t>& counts,
                         const FleetState& state, const Repair& repair);
// Of a replication, of which there are many: the extents where there are outages alone, without
// which this is O(changed shards + drives).
CheckReport check_repair(const RepairInputs& inputs, const std::vector<std::uint32_t>& counts,
                         const RepairRun& run);

}  // namespace spindle::models
