#include "models/flow/heat_matrix.hpp"

#include <algorithm>
#include <numeric>

namespace spindle::models {
namespace {

// Sums one column's shard weights by drive, and lists the drives it touches.
class Footprint {
 public:
  explicit Footprint(std::uint32_t drives) : weight_(drives, 0.0F) {}

  void add(std::uint32_t drive, float weight) {
    if (weight_[drive] == 0.0F) touched_.push_back(drive);
    weight_[drive] += weight;
  }
  // The touched drives, ascending.
  std::span<const std::uint32_t> drives() {
    // Sorting wins for a column on few drives, a scan of the fleet for one on many.
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

void add_shards(std::span<const std::uint32_t> drives, float weight, Footprint& footprint) {
  if (weight == 0.0F) return;
  for (const std::uint32_t drive : drives) {
    if (drive == PlacementResult::kNoDrive) break;
    footprint.add(drive, weight);
  }
}

// Reserves one entry a shard, the upper bound: pages that stay untouched cost no memory, and
// nothing is copied while growing.
std::vector<RackHeat> reserve_racks(const Topology& topology, const PlacementResult& placement) {
  std::vector<RackHeat> racks(topology.racks());
  const auto shards = static_cast<double>(placement.drive_of_shard.size());
  for (std::uint32_t r = 0; r < topology.racks(); ++r) {
    const double share = static_cast<double>(topology.drives_of_rack(r).size()) /
                         static_cast<double>(topology.drives());
    racks[r].entries.reserve(static_cast<std::size_t>(1.05 * share * shards));
  }
  return racks;
}

// Appends the column's entries to its racks and clears the footprint.
void append_column(std::uint32_t column, const Topology& topology, Footprint& footprint,
                   std::vector<RackHeat>& racks) {
  for (const std::uint32_t drive : footprint.drives()) {
    const std::uint32_t r = topology.rack_of(drive);
    RackHeat& rack = racks[r];
    const auto at = static_cast<std::uint32_t>(rack.entries.size());
    if (rack.slices.empty() || rack.slices.back().column != column) {
      rack.slices.push_back({column, at, at});
    }
    rack.entries.push_back({drive - topology.drives_of_rack(r).first, footprint.weight(drive)});
    rack.slices.back().last = at + 1;
  }
  footprint.clear();
}

}  // namespace

HeatMatrix::HeatMatrix(const Topology& topology, const ExtentTable& extents,
                       const PlacementResult& placement)
    : racks_(reserve_racks(topology, placement)) {
  Footprint footprint(topology.drives());
  for (std::uint32_t tenant = 0; tenant < extents.tenants(); ++tenant) {
    for (std::uint32_t e = extents.first_extent[tenant]; e < extents.first_extent[tenant + 1];
         ++e) {
      const float weight = extents.heat_weight.empty() ? 1.0F : extents.heat_weight[e];
      add_shards(placement.drives_of(e), weight, footprint);
    }
    append_column(tenant, topology, footprint, racks_);
  }
}

HeatMatrix::HeatMatrix(const Topology& topology, const ExtentTable& extents,
                       const PlacementResult& placement, const ExtentDemand& demand)
    : racks_(reserve_racks(topology, placement)) {
  Footprint footprint(topology.drives());
  std::vector<std::uint32_t> order;
  for (std::uint32_t tenant = 0; tenant < extents.tenants(); ++tenant) {
    order.resize(extents.first_extent[tenant + 1] - extents.first_extent[tenant]);
    std::iota(order.begin(), order.end(), extents.first_extent[tenant]);
    const auto by_column = [&](std::uint32_t a, std::uint32_t b) {
      return demand.column[a] < demand.column[b];
    };
    // Most tenants have one column, and nothing to sort.
    if (!std::is_sorted(order.begin(), order.end(), by_column)) {
      std::stable_sort(order.begin(), order.end(), by_column);
    }
    for (std::size_t i = 0; i < order.size(); ++i) {
      const std::uint32_t extent = order[i];
      add_shards(placement.drives_of(extent), demand.weight[extent], footprint);
      const bool is_last =
          i + 1 == order.size() || demand.column[order[i + 1]] != demand.column[extent];
      if (is_last) append_column(demand.column[extent], topology, footprint, racks_);
    }
  }
}

}  // namespace spindle::models
