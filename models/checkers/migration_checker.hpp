#pragma once
// Conservation laws of data that moves and is replaced, watched from outside: recounted from the
// map alone, nothing here calls the code that moved it.
//
// DemandWatch follows what drives bear through the journal. It keeps of each drive the sum over
// columns of weight times a keyed number of the column, so that demand which goes to the wrong
// drive, or changes its column, is seen without a count per drive and column.

#include <cstdint>
#include <span>
#include <vector>

#include "models/checkers/placement_checker.hpp"
#include "models/fleet/topology.hpp"
#include "models/placement/spread_rule.hpp"
#include "models/state/demand_journal.hpp"
#include "models/state/fleet_state.hpp"

namespace spindle::models {

// A fleet at one moment, as plain data.
struct FleetPicture {
  std::uint32_t shards_per_extent = 0;
  std::uint64_t shard_bytes = 0;
  std::vector<std::uint32_t> drive_of_shard;  // kNoDrive: lost, or on a drive that is not there
  std::vector<std::uint64_t> used_bytes;      // per drive
  std::vector<std::uint8_t> is_present;       // per drive
};

// O(shards + drives), time and memory.
FleetPicture picture(const FleetState& state);

// Of the picture: shards lie on distinct drives that are there, within the spread rule; the bytes
// of every drive that is there are those of the shards that the map puts on it, and within its
// capacity. `zone_limit_is_kept`: false where repair was told to relax it after a zone was lost.
CheckReport check_picture(const Topology& topology, const SpreadRule& rule,
                          const FleetPicture& fleet, bool zone_limit_is_kept = true);

// Between two pictures, with `lost` shards fewer than before in the later one (failures less
// repairs; 0 where there are none): no extent came or went, so that each tenant has as many as
// before, and the bytes of all present shards differ by the lost ones alone.
CheckReport check_conserved(const FleetPicture& before, const FleetPicture& after,
                            std::int64_t lost);

class DemandWatch {
 public:
  // Starts from what the state's drives bear now. O(shards).
  explicit DemandWatch(const FleetState& state);
  // Adds a window's shifts: once for each, before the next begins.
  void add(const DemandJournal& journal);
  // What drives that are there bear by the journal is what their shards ask by a recount, within
  // `tolerance` of the largest that a drive bears. O(shards).
  [[nodiscard]] CheckReport check(const FleetState& state, double tolerance = 1e-4) const;

 private:
  const Topology& topology_;
  std::vector<double> borne_;  // per drive
};

}  // namespace spindle::models
