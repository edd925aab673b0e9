#include "models/zoom/drive_choice.hpp"

#include <algorithm>
#include <tuple>

#include "models/purposes.hpp"

namespace spindle::models {
namespace {

std::vector<std::uint32_t> drives_there(const Topology& topology,
                                        std::span<const std::uint8_t> rack_is_there) {
  std::vector<std::uint32_t> drives;
  for (std::uint32_t rack = 0; rack < topology.racks(); ++rack) {
    if (rack_is_there[rack] == 0) continue;
    const DriveRange range = topology.drives_of_rack(rack);
    for (std::uint32_t drive = range.first; drive < range.last; ++drive) drives.push_back(drive);
  }
  return drives;
}

template <class Before>
std::vector<std::uint32_t> first_of(std::vector<std::uint32_t> drives, std::uint32_t count,
                                    Before before) {
  if (count < drives.size()) {
    std::nth_element(drives.begin(), drives.begin() + count, drives.end(), before);
    drives.resize(count);
  }
  std::sort(drives.begin(), drives.end());
  return drives;
}

}  // namespace

std::vector<std::uint32_t> hottest_drives(const Topology& topology,
                                          std::span<const std::uint8_t> rack_is_there,
                                          std::span<const double> heat, std::uint32_t count) {
  return first_of(drives_there(topology, rack_is_there), count,
                  [&](std::uint32_t a, std::uint32_t b) {
                    return std::tuple(-heat[a], a) < std::tuple(-heat[b], b);
                  });
}

std::vector<std::uint32_t> random_drives(const Topology& topology,
                                         std::span<const std::uint8_t> rack_is_there,
                                         sim::Seed seed, std::uint32_t count) {
  std::vector<std::uint64_t> key(topology.drives());
  std::vector<std::uint32_t> drives = drives_there(topology, rack_is_there);
  for (const std::uint32_t drive : drives) {
    key[drive] =
        sim::RandomStream(seed, 0, purpose::kZoomChoice, topology.slot_of(drive)).next_u64();
  }
  return first_of(std::move(drives), count, [&](std::uint32_t a, std::uint32_t b) {
    return std::tuple(key[a], a) < std::tuple(key[b], b);
  });
}

}  // namespace spindle::models
