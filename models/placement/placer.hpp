#pragma once
// Places every extent of every tenant, one after another, and keeps the explicit map.

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "models/fleet/topology.hpp"
#include "models/placement/policy.hpp"
#include "models/redundancy/scheme.hpp"

namespace spindle::models {

// Extents are numbered tenant by tenant; the order of placing is a keyed random permutation of
// them, as tenants' data arrives interleaved.
struct ExtentTable {
  std::uint64_t shard_bytes = 0;
  std::vector<std::uint32_t> first_extent;  // per tenant, plus the total at the end
  // Share of its tenant's demand that an extent carries, relative to the tenant's mean extent;
  // empty: all equal. One entry per extent.
  std::vector<float> heat_weight;
  // Long-run mean disk-time share that one shard of weight 1 brings to a drive, by drive model and
  // tenant: [model * tenants + tenant]; empty where no heat is placed.
  std::vector<double> shard_heat;

  [[nodiscard]] std::uint32_t extents() const {
    return first_extent.empty() ? 0 : first_extent.back();
  }
  [[nodiscard]] std::uint32_t tenants() const {
    return first_extent.empty() ? 0 : static_cast<std::uint32_t>(first_extent.size() - 1);
  }
};

struct PlacementResult {
  std::uint32_t shards_per_extent = 0;
  std::vector<std::uint32_t> drive_of_shard;  // [extent * shards_per_extent + shard]
  std::vector<std::uint64_t> used_bytes;      // per drive
  std::vector<double> expected_heat;          // per drive: mean disk-time share placed there
  std::uint64_t unplaced_extents = 0;         // no legal set had room; their entries are kNoDrive
  std::string why_unplaced;                   // the first one, in counts (no_room.hpp)
  std::vector<PlacementPolicy::Note> notes;   // what the policy reports of itself
  static constexpr std::uint32_t kNoDrive = 0xffffffffU;

  [[nodiscard]] std::span<const std::uint32_t> drives_of(std::uint32_t extent) const {
    return std::span(drive_of_shard)
        .subspan(static_cast<std::size_t>(extent) * shards_per_extent, shards_per_extent);
  }
};

// Where a policy finds no room, nothing later would fit either (policy.hpp): the rest stay
// unplaced. `progress` is called with the share done in [0, 1] every few thousand extents;
// returning false stops the placement (an interrupted run), leaving the rest unplaced. Throws
// std::invalid_argument: what make_policy throws, and tables whose lengths do not match.
PlacementResult place_all(const PolicyContext& context, const PlacementOptions& options,
                          const ExtentTable& extents,
                          const std::function<bool(double)>& progress = {});

}  // namespace spindle::models
