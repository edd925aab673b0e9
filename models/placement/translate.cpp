#include "models/placement/translate.hpp"

#include <fmt/format.h>

#include <stdexcept>

namespace spindle::models {

std::vector<std::uint32_t> full_numbers(const Topology& base, const Topology& full) {
  if (base.landing_racks_per_zone() != 0 || base.zones() != full.zones() ||
      base.racks() != full.base_racks() || base.drives() != full.base_drives()) {
    throw std::invalid_argument(
        fmt::format("placement: a fleet of {} racks and {} drives for one of {} and {} before its "
                    "landings (they must be the same) — build both from the same options",
                    base.racks(), base.drives(), full.base_racks(), full.base_drives()));
  }
  std::vector<std::uint32_t> out(base.drives());
  for (std::uint32_t drive = 0; drive < full.drives(); ++drive) {
    const std::uint32_t slot = full.slot_of(drive);
    if (slot < base.drives()) out[slot] = drive;
  }
  return out;
}

PlacementResult translate(const PlacementResult& placement, const Topology& base,
                          const Topology& full) {
  const std::vector<std::uint32_t> number = full_numbers(base, full);
  if (placement.used_bytes.size() != base.drives() ||
      placement.expected_heat.size() != base.drives()) {
    throw std::invalid_argument(
        fmt::format("placement: made for {} drives, not for {} — translate what place_all returns",
                    placement.used_bytes.size(), base.drives()));
  }
  PlacementResult out = placement;
  for (std::uint32_t& drive : out.drive_of_shard) {
    if (drive != PlacementResult::kNoDrive) drive = number[drive];
  }
  out.used_bytes.assign(full.drives(), 0);
  out.expected_heat.assign(full.drives(), 0.0);
  for (std::uint32_t drive = 0; drive < base.drives(); ++drive) {
    out.used_bytes[number[drive]] = placement.used_bytes[drive];
    out.expected_heat[number[drive]] = placement.expected_heat[drive];
  }
  return out;
}

}  // namespace spindle::models
