#include "models/placement/movement.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "models/placement/placer.hpp"

namespace spindle::models {

Movement count_movement(std::span<const std::uint32_t> before, std::span<const std::uint32_t> after,
                        std::uint32_t shards_per_extent) {
  if (shards_per_extent == 0 || before.size() != after.size() ||
      before.size() % shards_per_extent != 0) {
    throw std::invalid_argument(fmt::format(
        "movement: maps of {} and {} shards, {} an extent (both must hold the same whole "
        "extents) — map the same extents before and after",
        before.size(), after.size(), shards_per_extent));
  }
  Movement movement;
  movement.shards = before.size();
  for (std::size_t first = 0; first < before.size(); first += shards_per_extent) {
    const auto old_drives = before.subspan(first, shards_per_extent);
    const auto new_drives = after.subspan(first, shards_per_extent);
    std::uint32_t changed = 0;
    for (std::uint32_t i = 0; i < shards_per_extent; ++i) {
      if (old_drives[i] == new_drives[i]) continue;
      ++changed;
      const bool is_new =
          new_drives[i] != PlacementResult::kNoDrive &&
          std::find(old_drives.begin(), old_drives.end(), new_drives[i]) == old_drives.end();
      movement.nodes_changed += is_new ? 1U : 0U;
    }
    movement.positions_changed += changed;
    movement.extents_touched += changed > 0 ? 1U : 0U;
  }
  return movement;
}

double least_movement(std::span<const double> before, std::span<const double> after) {
  double moved = 0;
  for (std::size_t drive = 0; drive < before.size(); ++drive) {
    moved += std::max(0.0, before[drive] - after[drive]);
  }
  return moved;
}

}  // namespace spindle::models
