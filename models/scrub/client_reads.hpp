#pragma once
// How often clients' reads come to a place of an extent's shards, and would find an error there.
//
// A tenant's reads fall on its extents by their weights at the run's start and on the places of an
// extent evenly; each takes `needed` of the shards, any of them.

#include <cstdint>
#include <vector>

#include "models/placement/placer.hpp"
#include "models/tenant/demand.hpp"

namespace spindle::models {

class ClientReads {
 public:
  // Both must outlive it. Cost: O(extents).
  ClientReads(const TenantPopulation& population, const ExtentTable& extents, std::uint32_t shards,
              std::uint32_t needed, std::uint64_t extent_bytes);

  // Mean rate at which a given byte of a shard of the extent is read, per s.
  // Cost: O(log tenants).
  [[nodiscard]] double per_s(std::uint32_t extent) const;

 private:
  const ExtentTable& extents_;
  std::vector<double> of_weight_one_;  // per tenant
};

}  // namespace spindle::models
