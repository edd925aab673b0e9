#include "models/placement/crush/crush_mapper.hpp"

#include <fmt/format.h>

#include <stdexcept>

namespace spindle::models::crush {

bool choose_zones(const CrushTree& tree, const MapRule& rule, std::uint64_t extent,
                  std::span<std::uint32_t> out) {
  const auto count = static_cast<std::uint32_t>(out.size());
  std::fill(out.begin(), out.end(), kNoItem);
  std::uint32_t open = count;
  for (std::uint32_t round = 0; round < rule.tries && open > 0; ++round) {
    for (std::uint32_t position = 0; position < count; ++position) {
      if (out[position] != kNoItem) continue;
      const std::uint32_t zone = tree.choose_zone(extent, position + round * count);
      if (zone == kNoItem || std::find(out.begin(), out.end(), zone) != out.end()) continue;
      out[position] = zone;
      --open;
    }
  }
  return open == 0;
}

std::vector<std::uint32_t> map_extents(const CrushTree& tree, const MapRule& rule,
                                       const MapShape& shape, std::uint64_t seed) {
  const std::uint64_t shards = std::uint64_t{shape.zones} * shape.per_zone;
  if (shards == 0 || shards > kMaxShards) {
    throw std::invalid_argument(
        fmt::format("crush: {} zones of {} drives an extent (between 1 and {} drives) — state a "
                    "smaller rule",
                    shape.zones, shape.per_zone, kMaxShards));
  }
  std::vector<std::uint32_t> map(std::size_t{shape.extents} * shards, kNoItem);
  std::array<std::uint32_t, kMaxShards> buffer{};
  const std::span zones(buffer.data(), shape.zones);
  for (std::uint32_t extent = 0; extent < shape.extents; ++extent) {
    const std::uint64_t hash = mix64(seed) + extent;
    choose_zones(tree, rule, hash, zones);
    for (std::uint32_t i = 0; i < shape.zones; ++i) {
      if (zones[i] == kNoItem) continue;
      const std::size_t first = extent * shards + std::size_t{i} * shape.per_zone;
      choose_in_zone(tree, rule, zones[i], hash, std::span(map).subspan(first, shape.per_zone),
                     [](std::uint32_t) { return true; });
    }
  }
  return map;
}

ChangeEffect effect_of_change(const Topology& topology, const TreeOptions& before,
                              const TreeOptions& after, const MapRule& rule, const MapShape& shape,
                              std::uint64_t seed) {
  const auto old_map = map_extents(CrushTree(topology, before), rule, shape, seed);
  const auto new_map = map_extents(CrushTree(topology, after), rule, shape, seed);
  return {count_movement(old_map, new_map, shape.zones * shape.per_zone),
          least_movement(even_zone_shares(topology, before), even_zone_shares(topology, after))};
}

}  // namespace spindle::models::crush
