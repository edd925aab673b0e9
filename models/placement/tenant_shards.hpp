#pragma once

#include <cstdint>
#include <span>

#include "models/placement/placer.hpp"

namespace spindle::models {

// All shards of a tenant, unplaced ones as kNoDrive.
[[nodiscard]] inline std::span<const std::uint32_t> shards_of(std::uint32_t tenant,
                                                              const ExtentTable& extents,
                                                              const PlacementResult& result) {
  const std::size_t shards = result.shards_per_extent;
  const std::size_t first = extents.first_extent[tenant] * shards;
  return std::span(result.drive_of_shard)
      .subspan(first, extents.first_extent[tenant + 1] * shards - first);
}

}  // namespace spindle::models
