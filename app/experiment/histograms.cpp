#include "app/experiment/histograms.hpp"

#include <algorithm>
#include <cmath>

namespace spindle::app {
namespace {

// About this wide is a bin of the fill histogram: a whole number of shards of the fleet's first
// drive model, so that no bin holds more of the possible fills than its neighbour.
constexpr double kFillBin = 0.0025;

}  // namespace

std::vector<HistogramBin> fill_histogram(const models::Topology& topology, double shard_bytes,
                                         std::span<const std::uint64_t> used_bytes,
                                         std::span<const std::uint8_t> is_there) {
  const double shard = shard_bytes / topology.models().front().capacity.to_double();
  const double width = std::min(1.0, shard * std::max(1.0, std::round(kFillBin / shard)));
  std::vector<HistogramBin> out;
  for (double b = 0; b * width <= 1; b += 1) out.push_back({b * width, (b + 1) * width, 0});
  for (std::uint32_t d = 0; d < topology.drives(); ++d) {
    if (!is_there.empty() && is_there[d] == 0) continue;
    const double fill = static_cast<double>(used_bytes[d]) / topology.capacity_of(d).to_double();
    // A fill on an edge belongs above it, whatever the last bit of the division says.
    const auto bin = static_cast<std::size_t>(fill / width + 1e-9);
    ++out[std::min(bin, out.size() - 1)].count;
  }
  return out;
}

std::vector<HistogramBin> heat_histogram(const sim::LogHistogram& histogram) {
  std::vector<HistogramBin> out;
  histogram.for_each_bucket([&](double low, double high, std::uint64_t count) {
    out.push_back({low, high, count});
  });
  return out;
}

}  // namespace spindle::app
