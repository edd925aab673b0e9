#include "models/placement/blast.hpp"

#include <algorithm>
#include <numeric>

#include "models/placement/tenant_shards.hpp"

namespace spindle::models {
namespace {

double mean(const std::vector<std::uint32_t>& counts) {
  return std::accumulate(counts.begin(), counts.end(), 0.0) / static_cast<double>(counts.size());
}

}  // namespace

DomainBlast domain_blast(const Topology& topology, const PlacementResult& result) {
  DomainBlast blast;
  blast.extents_of_rack.assign(topology.racks(), 0);
  blast.extents_of_zone.assign(topology.zones(), 0);
  // The last extent counted in each domain, plus 1, so that several shards count once.
  std::vector<std::size_t> rack_seen(topology.racks(), 0);
  std::vector<std::size_t> zone_seen(topology.zones(), 0);
  const std::size_t shards = result.shards_per_extent;
  for (std::size_t begin = 0, extent = 1; begin < result.drive_of_shard.size();
       begin += shards, ++extent) {
    for (std::size_t i = begin; i < begin + shards; ++i) {
      const std::uint32_t drive = result.drive_of_shard[i];
      if (drive == PlacementResult::kNoDrive) continue;
      const std::uint32_t rack = topology.rack_of(drive);
      if (rack_seen[rack] == extent) continue;
      rack_seen[rack] = extent;
      ++blast.extents_of_rack[rack];
      const std::uint32_t zone = topology.zone_of_rack(rack);
      if (zone_seen[zone] == extent) continue;
      zone_seen[zone] = extent;
      ++blast.extents_of_zone[zone];
    }
  }
  blast.mean_of_rack = mean(blast.extents_of_rack);
  blast.mean_of_zone = mean(blast.extents_of_zone);
  return blast;
}

std::vector<std::uint32_t> drives_per_tenant(const Topology& topology, const ExtentTable& extents,
                                             const PlacementResult& result) {
  std::vector<std::uint32_t> counts(extents.tenants(), 0);
  std::vector<std::uint32_t> seen(topology.drives(), 0);  // last tenant counted there, plus 1
  for (std::uint32_t tenant = 0; tenant < extents.tenants(); ++tenant) {
    for (const std::uint32_t drive : shards_of(tenant, extents, result)) {
      if (drive == PlacementResult::kNoDrive || seen[drive] == tenant + 1) continue;
      seen[drive] = tenant + 1;
      ++counts[tenant];
    }
  }
  return counts;
}

std::uint32_t tenants_sharing_drives(std::uint32_t tenant, const Topology& topology,
                                     const ExtentTable& extents, const PlacementResult& result) {
  std::vector<std::uint8_t> mine(topology.drives(), 0);
  for (const std::uint32_t drive : shards_of(tenant, extents, result)) {
    if (drive != PlacementResult::kNoDrive) mine[drive] = 1;
  }
  std::uint32_t sharing = 0;
  for (std::uint32_t other = 0; other < extents.tenants(); ++other) {
    if (other == tenant) continue;
    const auto shards = shards_of(other, extents, result);
    if (std::any_of(shards.begin(), shards.end(), [&](std::uint32_t drive) {
          return drive != PlacementResult::kNoDrive && mine[drive] != 0;
        })) {
      ++sharing;
    }
  }
  return sharing;
}

}  // namespace spindle::models
