#pragma once
// Local reconstruction codes small enough to look at every set of lost shards.

#include <bit>
#include <cstdint>

#include "models/redundancy/scheme.hpp"

namespace spindle::test {

struct LocalShape {
  std::uint32_t data, groups, global;
};

inline models::Scheme scheme_of(const LocalShape& shape) {
  return models::Scheme({.kind = models::SchemeKind::kLocal,
                         .data = shape.data,
                         .local_groups = shape.groups,
                         .global_parity = shape.global});
}

// `lost` has a bit a shard: group after group, then the global parities. Each local parity makes up
// for one loss of its group; what is left must not exceed the global parities.
inline bool is_survived(const LocalShape& shape, std::uint32_t lost) {
  const std::uint32_t size = shape.data / shape.groups + 1;
  auto left = static_cast<std::uint32_t>(std::popcount(lost >> (size * shape.groups)));
  for (std::uint32_t group = 0; group < shape.groups; ++group) {
    const std::uint32_t in_group = (lost >> (group * size)) & ((1U << size) - 1);
    if (in_group != 0) left += static_cast<std::uint32_t>(std::popcount(in_group)) - 1;
  }
  return left <= shape.global;
}

}  // namespace spindle::test
