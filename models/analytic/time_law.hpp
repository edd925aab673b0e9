#pragma once
// The law of a time that need not be bounded: probabilities at ascending points, linear between
// them, exponential beyond the last. Times in seconds.

#include <limits>
#include <span>
#include <vector>

namespace spindle::models {

class TimeLaw {
 public:
  // P(T <= times[i]) = below[i], neither falling, times ascending from at least 0. Beyond the last
  // point P(T > t) falls with the rate decay_per_s; infinite: nothing lies there. Throws
  // std::invalid_argument where there is no point or the lengths differ.
  TimeLaw(std::vector<double> times_s, std::vector<double> below,
          double decay_per_s = std::numeric_limits<double>::infinity());

  // out[i] = P(T <= times_s[i]); times ascend. Cost: one pass over both.
  void share_within(std::span<const double> times_s, std::span<double> out) const;

 private:
  std::vector<double> times_s_;
  std::vector<double> below_;
  double decay_per_s_;
};

}  // namespace spindle::models
