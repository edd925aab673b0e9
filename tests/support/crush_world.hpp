#pragma once
// The tree that crushtool was measured on (docs/theory/crush.md), and changes of it.

#include <cstdint>
#include <vector>

#include "models/placement/crush/crush_mapper.hpp"
#include "models/placement/movement.hpp"
#include "tests/support/placement_world.hpp"

namespace spindle::test {

// 3 zones of 12 racks of 15 hosts of 18 drives, weight 1 each; 54,000 extents of three drives a
// zone, each in another rack.
struct CrushWorld {
  static constexpr std::uint32_t kDrivesPerHost = 18;
  static constexpr std::uint32_t kDrivesPerRack = 270;
  static constexpr models::crush::MapShape kShape{.extents = 54'000, .zones = 3, .per_zone = 3};
  static constexpr double kShards = 54'000 * 9;

  models::Topology topology = fleet(3, 12, 9720, 1);
  std::vector<double> weights = std::vector<double>(9720, 1.0);
  std::vector<double> accepted = std::vector<double>(9720, 1.0);

  [[nodiscard]] models::crush::TreeOptions options() const {
    return {.drives_per_host = kDrivesPerHost, .weights = weights, .accepted = accepted};
  }
  [[nodiscard]] std::vector<std::uint32_t> map(std::uint64_t seed = 1,
                                               std::uint32_t extents = kShape.extents) const {
    return models::crush::map_extents(models::crush::CrushTree(topology, options()), {},
                                      {extents, kShape.zones, kShape.per_zone}, seed);
  }
  // Multiplies the weights of drives first, ..., first + count - 1.
  [[nodiscard]] CrushWorld weighed(std::uint32_t first, std::uint32_t count, double factor) const {
    CrushWorld other = *this;
    for (std::uint32_t i = first; i < first + count; ++i) other.weights[i] *= factor;
    return other;
  }
  [[nodiscard]] CrushWorld without(std::uint32_t drive) const {
    CrushWorld other = *this;
    other.accepted[drive] = 0;
    return other;
  }
};

}  // namespace spindle::test
