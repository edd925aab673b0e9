#pragma once
// Blast radius of a placement: how much data, and how many tenants, one domain or one tenant hits.
// All functions read the explicit map once, O(shards); extents of a tenant are contiguous in it.

#include <cstdint>
#include <vector>

#include "models/placement/placer.hpp"

namespace spindle::models {

struct DomainBlast {
  std::vector<std::uint32_t> extents_of_rack;  // extents with at least one shard there
  std::vector<std::uint32_t> extents_of_zone;
  double mean_of_rack = 0;
  double mean_of_zone = 0;
};
DomainBlast domain_blast(const Topology& topology, const PlacementResult& result);

// Distinct drives that hold data of each tenant.
std::vector<std::uint32_t> drives_per_tenant(const Topology& topology, const ExtentTable& extents,
                                             const PlacementResult& result);

// Other tenants with data on at least one drive that holds data of `tenant`.
std::uint32_t tenants_sharing_drives(std::uint32_t tenant, const Topology& topology,
                                     const ExtentTable& extents, const PlacementResult& result);

}  // namespace spindle::models
