#pragma once
// What must hold after any sequence of failures and repairs, recomputed from the map of shards:
// no shard on a drive that is down, no two shards of an extent on one drive, the spread rule kept,
// every drive's bytes what the map puts there and within its capacity, and no shard missing that
// is not counted missing. Nothing here calls the code that repairs.

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
  // `counts` is count_shards(topology, placement); all must outlive the checker.
  RepairChecker(const Topology& topology, const SpreadRule& rule, std::uint64_t shard_bytes,
                const PlacementResult& placement, const std::vector<std::uint32_t>& counts);

  // Where the shards of the extent are now; kNoDrive for a missing one. At most once an extent.
  void show(std::uint32_t extent, std::span<const std::uint32_t> drives);
  // Per drive: 1 where it is up, and the bytes it is said to hold; and how many shards are said to
  // be missing of extents that were placed.
  CheckReport finish(std::span<const std::uint8_t> is_up, std::span<const std::uint64_t> used_bytes,
                     std::uint64_t missing);

 private:
  const Topology& topology_;
  SpreadRule rule_;
  std::uint64_t shard_bytes_;
  const PlacementResult& placement_;
  std::vector<std::uint64_t> shards_on_;
  std::vector<std::uint32_t> in_rack_;
  std::vector<std::uint32_t> in_zone_;
  std::uint64_t missing_ = 0;
  CheckReport report_;
};

// The state of a run, now.
CheckReport check_repair(const RepairInputs& inputs, const std::vector<std::uint32_t>& counts,
                         const RepairRun& run);

}  // namespace spindle::models
