#include "models/placement/skew.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace spindle::models {
namespace {

double nearest_rank(std::vector<double>& values, double p) {
  const auto nth =
      values.begin() + static_cast<std::ptrdiff_t>(nearest_rank_index(values.size(), p));
  std::nth_element(values.begin(), nth, values.end());
  return *nth;
}

}  // namespace

std::uint64_t nearest_rank_index(std::uint64_t count, double p) {
  const auto rank = static_cast<std::uint64_t>(std::ceil(p * static_cast<double>(count)));
  return std::max<std::uint64_t>(rank, 1) - 1;
}

void set_losses(double bytes, CapacitySkew& skew) {
  if (!(bytes > 0)) return;
  skew.over = skew.max / skew.mean - 1;
  skew.under = 1 - skew.min / skew.mean;
  skew.stranded = 1 - skew.mean / skew.max;
}

CapacitySkew capacity_skew(const Topology& topology, std::span<const std::uint64_t> used_bytes,
                           std::span<const std::uint8_t> counted) {
  std::vector<double> fill;
  fill.reserve(used_bytes.size());
  double bytes = 0;
  double capacity = 0;
  double sum = 0;
  for (std::uint32_t drive = 0; drive < topology.drives(); ++drive) {
    if (!counted.empty() && counted[drive] == 0) continue;
    const auto used = static_cast<double>(used_bytes[drive]);
    bytes += used;
    capacity += topology.capacity_of(drive).to_double();
    fill.push_back(used / topology.capacity_of(drive).to_double());
    sum += fill.back();
  }
  const double average = sum / static_cast<double>(fill.size());
  double squares = 0;
  for (const double f : fill) squares += (f - average) * (f - average);

  CapacitySkew skew;
  skew.mean = bytes / capacity;
  skew.sd = std::sqrt(squares / static_cast<double>(fill.size()));
  const auto [low, high] = std::minmax_element(fill.begin(), fill.end());
  skew.min = *low;
  skew.max = *high;
  skew.p0_1 = nearest_rank(fill, 0.001);
  skew.p50 = nearest_rank(fill, 0.5);
  skew.p99_9 = nearest_rank(fill, 0.999);
  set_losses(bytes, skew);
  return skew;
}

}  // namespace spindle::models
