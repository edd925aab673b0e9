#pragma once
// Who heats which drive: for every rack and every tenant, the weights that the tenant's shards put
// on the rack's drives.
//
// A drive's heat in an epoch is a sum over the tenants with data on it,
//   heat_d = sum_t w_{d,t} * h_t,   w_{d,t} = sum over t's shards on d of the extent's heat weight,
// where h_t is the disk time per second that one shard of weight 1 asks for. The matrix is sparse
// and laid out rack by rack, tenant by tenant, drives ascending, so that a rack's accumulators stay
// in cache. A rack is the cell of parallel work: it owns its drives.

#include <cstdint>
#include <span>
#include <vector>

#include "models/fleet/topology.hpp"
#include "models/placement/placer.hpp"

namespace spindle::models {

struct HeatEntry {
  std::uint32_t drive_in_rack = 0;
  float weight = 0;
};

// The entries of one tenant in one rack: entries[first, last).
struct TenantSlice {
  std::uint32_t tenant = 0;
  std::uint32_t first = 0;
  std::uint32_t last = 0;
};

struct RackHeat {
  std::vector<TenantSlice> slices;  // tenants ascending
  std::vector<HeatEntry> entries;
};

class HeatMatrix {
 public:
  // Cost: one pass over the shards, plus min(drives, shards log shards) per tenant. Unplaced
  // extents add nothing.
  HeatMatrix(const Topology& topology, const ExtentTable& extents,
             const PlacementResult& placement);

  [[nodiscard]] const RackHeat& rack(std::uint32_t rack) const { return racks_[rack]; }

 private:
  std::vector<RackHeat> racks_;
};

}  // namespace spindle::models
