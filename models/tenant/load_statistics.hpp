#pragma once
// What a series of per-epoch loads comes to: mean, peak, and the 0.9999 quantile over epochs.

#include <cstdint>
#include <span>

namespace spindle::models {

// Ratios are 0 where the mean is 0 (a load that is never there has no peak).
struct LoadStatistics {
  double mean = 0;
  double peak_to_mean = 0;   // largest epoch / mean
  double q9999_to_mean = 0;  // 0.9999 quantile over epochs / mean
};

// All zero for no epochs. O(epochs) time; copies the loads once.
LoadStatistics load_statistics(std::span<const double> loads);

// Smallest value with at least `share` of the values at or below it. Throws std::invalid_argument
// on no values or a share outside (0, 1].
double quantile(std::span<const double> values, double share);
// Which of `count` values by size that is, from 0. Preconditions: as its errors.
std::uint64_t quantile_index(std::uint64_t count, double share);

}  // namespace spindle::models
