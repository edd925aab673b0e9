#include "models/placement/bulk/bulk_fleet.hpp"

#include <algorithm>
#include <numeric>

namespace spindle::models {

std::vector<std::uint32_t> class_ends(std::span<const double> shares, std::uint32_t drives) {
  const double all = std::accumulate(shares.begin(), shares.end(), 0.0);
  std::vector<std::uint32_t> ends;
  double sum = 0;
  for (const double share : shares) {
    sum += share;
    ends.push_back(std::min(drives, static_cast<std::uint32_t>(drives * (sum / all))));
  }
  if (!ends.empty()) ends.back() = drives;
  return ends;
}

BulkFleet::BulkFleet(std::uint32_t drives, std::uint32_t zones, std::uint32_t racks_per_zone,
                     double empty_share)
    : drives_(drives) {
  __extension__ using Wide = unsigned __int128;
  for (std::uint32_t zone = 0; zone < zones; ++zone) {
    const auto first = static_cast<std::uint32_t>(std::uint64_t{zone} * drives / zones);
    const auto last = static_cast<std::uint32_t>(std::uint64_t{zone + 1} * drives / zones);
    const std::uint32_t size = last - first;
    const auto closed = static_cast<std::uint32_t>(empty_share * size);
    const Wide scaled_racks = static_cast<Wide>(racks_per_zone) << 63U;
    zones_.push_back(
        {first, size, size - closed, static_cast<std::uint64_t>((scaled_racks + size - 1) / size)});
  }
}

std::uint32_t BulkFleet::open_drives() const {
  std::uint32_t open = 0;
  for (const BulkZone& zone : zones_) open += zone.open;
  return open;
}

void BulkFleet::open_all() {
  for (BulkZone& zone : zones_) zone.open = zone.drives;
}

}  // namespace spindle::models
