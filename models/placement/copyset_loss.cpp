#include "models/placement/copyset_loss.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <vector>

#include "sim/math.hpp"

namespace spindle::models {
namespace {

// Probability of exactly k marked among the drawn, as a product of ratios near 1: nothing
// overflows.
double hypergeometric(std::uint32_t population, std::uint32_t marked, std::uint32_t drawn,
                      std::uint32_t k) {
  if (k > marked || drawn - k > population - marked) return 0;
  double p = 1;
  for (std::uint32_t i = 0; i < drawn; ++i) {
    // The marked ones are drawn first; C(drawn, k) orders are alike.
    const double left = population - i;
    p *= i < k ? (marked - i) / left : (population - marked - (i - k)) / left;
    if (i < k) p *= static_cast<double>(drawn - i) / (k - i);
  }
  return p;
}

}  // namespace

double hypergeometric_tail(std::uint32_t population, std::uint32_t marked, std::uint32_t drawn,
                           std::uint32_t at_least) {
  if (drawn > kMaxShards || drawn > population || marked > population) {
    throw std::invalid_argument(
        fmt::format("placement: {} drawn and {} marked of {} drives (at most {} drawn, and no more "
                    "than there are) — fewer",
                    drawn, marked, population, kMaxShards));
  }
  double sum = 0;
  for (std::uint32_t k = drawn + 1; k-- > at_least;) {  // the smallest terms first
    sum += hypergeometric(population, marked, drawn, k);
  }
  return std::min(sum, 1.0);
}

std::uint64_t distinct_sets(const PlacementResult& placement) {
  const std::uint32_t shards = placement.shards_per_extent;
  if (shards == 0) return 0;
  std::vector<std::vector<std::uint32_t>> sets;
  const auto extents = static_cast<std::uint32_t>(placement.drive_of_shard.size() / shards);
  for (std::uint32_t extent = 0; extent < extents; ++extent) {
    const auto drives = placement.drives_of(extent);
    if (drives.front() == PlacementResult::kNoDrive) continue;
    auto& set = sets.emplace_back(drives.begin(), drives.end());
    std::sort(set.begin(), set.end());
  }
  std::sort(sets.begin(), sets.end());
  return static_cast<std::uint64_t>(std::unique(sets.begin(), sets.end()) - sets.begin());
}

double simultaneous_loss(std::uint64_t sets, std::uint32_t shards, std::uint32_t fatal,
                         std::uint32_t drives, std::uint32_t failed) {
  const double p = hypergeometric_tail(drives, failed, shards, fatal);
  if (p >= 1) return sets > 0 ? 1 : 0;
  return -sim::expm1(static_cast<double>(sets) * sim::log1p(-p));
}

}  // namespace spindle::models
