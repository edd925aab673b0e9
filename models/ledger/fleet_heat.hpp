#pragma once
// What racks' sums of heat in one epoch add up to, rack by rack in their order.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "models/ledger/ledger_heat.hpp"

namespace spindle::models {

struct FleetHeat {
  double sum = 0;
  double hottest = 0;
  double hot = 0;  // drives
  std::uint32_t drives = 0;

  // `mean`: of the rack's drives.
  void add(const RackHeatSums& rack, std::size_t epoch, double mean) {
    sum += mean * rack.present;
    hottest = std::max(hottest, rack.hottest[epoch]);
    hot += rack.hot[epoch];
    drives += rack.present;
    deviation_ += rack.deviation[epoch];
    squares_ += rack.squares[epoch];
    asked_deviation_ += rack.asked_deviation[epoch];
    asked_squares_ += rack.asked_squares[epoch];
  }
  // The others hold where there are drives.
  [[nodiscard]] double mean() const { return sum / drives; }
  // Sum of the squares of deviations from the mean.
  [[nodiscard]] double spread() const { return about_mean(squares_, deviation_); }
  // Standard deviation of what drives are asked for / mean heat.
  [[nodiscard]] double asked_cov() const {
    const double spread = about_mean(asked_squares_, asked_deviation_);
    return mean() > 0 ? std::sqrt(spread / drives) / mean() : 0;
  }

 private:
  // Of sums of deviations from a reference, and of their squares.
  [[nodiscard]] double about_mean(double squares, double deviation) const {
    return std::max(0.0, squares - deviation * deviation / drives);
  }

  double deviation_ = 0;
  double squares_ = 0;
  double asked_deviation_ = 0;
  double asked_squares_ = 0;
};

}  // namespace spindle::models
