#pragma once
// Placement as balls into bins: extents of one shard of one byte on drives with room for all.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "tests/support/placement_world.hpp"

namespace spindle::test {

inline std::vector<std::uint32_t> balls_into_bins(std::uint32_t bins, std::uint32_t balls,
                                                  const models::PlacementOptions& options,
                                                  std::uint64_t seed) {
  constexpr std::uint64_t kRoomy = 1'000'000'000;
  const models::Topology topology = fleet(1, 1, bins, kRoomy);
  const models::ExtentTable table = equal_tenants(1, balls, 1);
  return shards_per_drive(models::place_all({topology, {0, 0}, 1, 1, {seed}}, options, table),
                          bins);
}

inline double standard_deviation(const std::vector<std::uint32_t>& counts) {
  double sum = 0;
  double squares = 0;
  for (const std::uint32_t count : counts) sum += count;
  const double mean = sum / static_cast<double>(counts.size());
  for (const std::uint32_t count : counts) squares += (count - mean) * (count - mean);
  return std::sqrt(squares / static_cast<double>(counts.size()));
}

// The fullest bin, in balls above the mean.
inline double excess(const std::vector<std::uint32_t>& counts) {
  double sum = 0;
  for (const std::uint32_t count : counts) sum += count;
  return *std::max_element(counts.begin(), counts.end()) - sum / static_cast<double>(counts.size());
}

}  // namespace spindle::test
