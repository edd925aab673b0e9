#pragma once
// Histograms of a run, ready to write.

#include <cstdint>
#include <span>
#include <vector>

#include "app/experiment/experiment.hpp"
#include "models/fleet/topology.hpp"
#include "sim/log_histogram.hpp"

namespace spindle::app {

// Drives by fill fraction; of those that `is_there` marks, or of all where it is empty.
std::vector<HistogramBin> fill_histogram(const models::Topology& topology, double shard_bytes,
                                         std::span<const std::uint64_t> used_bytes,
                                         std::span<const std::uint8_t> is_there);

// The same for fills that are added one by one; histograms of one fleet have the same bins.
class FillHistogram {
 public:
  FillHistogram(const models::Topology& topology, double shard_bytes);
  void add(double fill);
  [[nodiscard]] std::vector<HistogramBin>& bins() { return bins_; }

 private:
  double width_;
  std::vector<HistogramBin> bins_;
};

std::vector<HistogramBin> heat_histogram(const sim::LogHistogram& histogram);

}  // namespace spindle::app
