#pragma once
// Which drives a zoom looks at.

#include <cstdint>
#include <span>
#include <vector>

#include "models/fleet/topology.hpp"
#include "sim/random_stream.hpp"

namespace spindle::models {

enum class ZoomDrives { kHottest, kRandom };

// Both choose among the drives of the racks with rack_is_there[rack] != 0, all of them where there
// are no more than `count`, and give their numbers ascending. Cost: O(drives).

// Those of greatest heat; of equals, those of lower number.
std::vector<std::uint32_t> hottest_drives(const Topology& topology,
                                          std::span<const std::uint8_t> rack_is_there,
                                          std::span<const double> heat, std::uint32_t count);

// Each as likely as the others. Every drive draws a number of its own, keyed by its slot, and the
// smallest are taken: a larger `count` keeps the drives of a smaller one.
std::vector<std::uint32_t> random_drives(const Topology& topology,
                                         std::span<const std::uint8_t> rack_is_there,
                                         sim::Seed seed, std::uint32_t count);

}  // namespace spindle::models
