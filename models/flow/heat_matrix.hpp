#pragma once
// Who heats which drive: for every rack and every column of demand, the weights that the column's
// shards put on the rack's drives.
//
// A drive's heat in an epoch is a sum over the columns with data on it,
//   heat_d = sum_c w_{d,c} * h_c,   w_{d,c} = sum over c's shards on d of the extent's weight,
// where h_c is the disk time per second that one shard of weight 1 asks for. A column is a tenant's
// data, or a cohort of it that cools as one (models/tenant/demand_columns.hpp). The matrix is
// sparse and laid out rack by rack, column by column, drives ascending, so that a rack's
// accumulators stay in cache. A rack is the cell of parallel work: it owns its drives.

#include <cstdint>
#include <span>
#include <vector>

#include "models/fleet/topology.hpp"
#include "models/placement/placer.hpp"
#include "models/tenant/demand_columns.hpp"

namespace spindle::models {

struct HeatEntry {
  std::uint32_t drive_in_rack = 0;
  float weight = 0;
};

// The entries of one column in one rack: entries[first, last).
struct ColumnSlice {
  std::uint32_t column = 0;
  std::uint32_t first = 0;
  std::uint32_t last = 0;
};

struct RackHeat {
  std::vector<ColumnSlice> slices;  // columns ascending
  std::vector<HeatEntry> entries;
};

class HeatMatrix {
 public:
  // One column a tenant, weights from the table. Cost: one pass over the shards, plus
  // min(drives, shards log shards) per tenant. Unplaced extents add nothing.
  HeatMatrix(const Topology& topology, const ExtentTable& extents,
             const PlacementResult& placement);
  // The same with each extent's own column and weight. Columns ascend from tenant to tenant.
  HeatMatrix(const Topology& topology, const ExtentTable& extents, const PlacementResult& placement,
             const ExtentDemand& demand);

  [[nodiscard]] std::uint32_t racks() const { return static_cast<std::uint32_t>(racks_.size()); }
  [[nodiscard]] const RackHeat& rack(std::uint32_t rack) const { return racks_[rack]; }
  void set_rack(std::uint32_t rack, RackHeat heat) { racks_[rack] = std::move(heat); }

 private:
  std::vector<RackHeat> racks_;
};

}  // namespace spindle::models
