#pragma once
// How busy each drive was, epoch by epoch: the share of the epoch in which its arm worked, 0 ... 1.
//
// Memory: 32 B a drive, 28 B an epoch. Cost: about 10 ns a drive and epoch.

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "sim/log_histogram.hpp"
#include "sim/statistics.hpp"
#include "sim/time.hpp"

namespace spindle::models {

class BusyRecord {
 public:
  // `demand`, an entry an epoch, says which epoch is kept drive by drive: the one in which it is
  // greatest. By what was measured it would be the one with the most requests by chance.
  explicit BusyRecord(std::uint32_t drives, std::vector<double> demand = {})
      : drive_sum(drives, 0.0),
        drive_max(drives, 0.0),
        peak(drives, 0.0),
        demand_(std::move(demand)) {}

  // One entry an epoch: over all drives, of the busiest, drives above kHotHeat.
  std::vector<double> sum;
  std::vector<double> max;
  std::vector<std::uint32_t> hot_drives;
  std::vector<double> drive_sum;  // per drive: over epochs
  std::vector<double> drive_max;  // per drive: its busiest epoch
  // That of greatest demand so far; the last of equals, as drives begin idle.
  std::uint64_t peak_epoch = 0;
  std::vector<double> peak;  // per drive, in that epoch
  // Pooled over drives and epochs.
  sim::Moments pooled;
  sim::LogHistogram histogram;

  // The next epoch, of that length: nanoseconds that each drive was busy in it.
  void add_epoch(std::span<const std::int64_t> busy_ns, sim::Duration length);

 private:
  [[nodiscard]] double demand(std::uint64_t epoch) const {
    return epoch < demand_.size() ? demand_[epoch] : 0;
  }

  std::vector<double> demand_;
};

}  // namespace spindle::models
