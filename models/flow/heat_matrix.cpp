#include "models/flow/heat_matrix.hpp"

#include <algorithm>

namespace spindle::models {
namespace {

// Sums one tenant's shard weights by drive, and lists the drives it touches.
class TenantFootprint {
 public:
  explicit TenantFootprint(std::uint32_t drives) : weight_(drives, 0.0F) {}

  void add(std::uint32_t drive, float weight) {
    if (weight_[drive] == 0.0F) touched_.push_back(drive);
    weight_[drive] += weight;
  }
  // The touched drives, ascending.
  std::span<const std::uint32_t> drives() {
    // Sorting wins for a tenant on few drives, a scan of the fleet for one on many.
    if (touched_.size() < weight_.size() / 16) {
      std::sort(touched_.begin(), touched_.end());
    } else {
      touched_.clear();
      for (std::uint32_t d = 0; d < weight_.size(); ++d) {
        if (weight_[d] != 0.0F) touched_.push_back(d);
      }
    }
    return touched_;
  }
  [[nodiscard]] float weight(std::uint32_t drive) const { return weight_[drive]; }
  void clear() {
    for (const std::uint32_t d : touched_) weight_[d] = 0.0F;
    touched_.clear();
  }

 private:
  std::vector<float> weight_;
  std::vector<std::uint32_t> touched_;
};

void collect_footprint(std::uint32_t tenant, const ExtentTable& extents,
                       const PlacementResult& placement, TenantFootprint& footprint) {
  for (std::uint32_t e = extents.first_extent[tenant]; e < extents.first_extent[tenant + 1]; ++e) {
    const float weight = extents.heat_weight.empty() ? 1.0F : extents.heat_weight[e];
    if (weight == 0.0F) continue;
    for (const std::uint32_t drive : placement.drives_of(e)) {
      if (drive == PlacementResult::kNoDrive) break;
      footprint.add(drive, weight);
    }
  }
}

}  // namespace

HeatMatrix::HeatMatrix(const Topology& topology, const ExtentTable& extents,
                       const PlacementResult& placement)
    : racks_(topology.racks()) {
  // Reserve one entry a shard, the upper bound: pages that stay untouched cost no memory, and
  // nothing is copied while growing.
  const std::uint64_t shards = placement.drive_of_shard.size();
  for (std::uint32_t r = 0; r < topology.racks(); ++r) {
    const double share = static_cast<double>(topology.drives_of_rack(r).size()) /
                         static_cast<double>(topology.drives());
    racks_[r].entries.reserve(static_cast<std::size_t>(1.05 * share * static_cast<double>(shards)));
  }

  TenantFootprint footprint(topology.drives());
  for (std::uint32_t tenant = 0; tenant < extents.tenants(); ++tenant) {
    collect_footprint(tenant, extents, placement, footprint);
    for (const std::uint32_t drive : footprint.drives()) {
      const std::uint32_t r = topology.rack_of(drive);
      RackHeat& rack = racks_[r];
      const auto at = static_cast<std::uint32_t>(rack.entries.size());
      if (rack.slices.empty() || rack.slices.back().tenant != tenant) {
        rack.slices.push_back({tenant, at, at});
      }
      rack.entries.push_back({drive - topology.drives_of_rack(r).first, footprint.weight(drive)});
      rack.slices.back().last = at + 1;
    }
    footprint.clear();
  }
}

}  // namespace spindle::models
