#include "app/experiment/histograms.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace spindle::app {
namespace {

// About this wide is a bin of the fill histogram: a whole number of shards of the fleet's first
// drive model, so that no bin holds more of the possible fills than its neighbour.
constexpr double kFillBin = 0.0025;

}  // namespace

FillHistogram::FillHistogram(const models::Topology& topology, double shard_bytes) {
  const double shard = shard_bytes / topology.models().front().capacity.to_double();
  width_ = std::min(1.0, shard * std::max(1.0, std::round(kFillBin / shard)));
  for (double b = 0; b * width_ <= 1; b += 1) bins_.push_back({b * width_, (b + 1) * width_, 0});
}

// A fill on an edge belongs above it, whatever the last bit of the division says.
void FillHistogram::add(double fill) {
  const auto bin = static_cast<std::size_t>(fill / width_ + 1e-9);
  ++bins_[std::min(bin, bins_.size() - 1)].count;
}

std::vector<HistogramBin> fill_histogram(const models::Topology& topology, double shard_bytes,
                                         std::span<const std::uint64_t> used_bytes,
                                         std::span<const std::uint8_t> is_there) {
  FillHistogram out(topology, shard_bytes);
  for (std::uint32_t d = 0; d < topology.drives(); ++d) {
    if (!is_there.empty() && is_there[d] == 0) continue;
    out.add(static_cast<double>(used_bytes[d]) / topology.capacity_of(d).to_double());
  }
  return std::move(out.bins());
}

std::vector<HistogramBin> heat_histogram(const sim::LogHistogram& histogram) {
  std::vector<HistogramBin> out;
  histogram.for_each_bucket([&](double low, double high, std::uint64_t count) {
    out.push_back({low, high, count});
  });
  return out;
}

}  // namespace spindle::app
