#pragma once
// Metrics that say nothing in a run: "-" in tables, null in JSON.

#include <limits>

namespace spindle::app {

inline constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();

// Undefined where there is nothing to compare with.
[[nodiscard]] inline double ratio(double value, double base) {
  return base > 0 ? value / base : kUndefined;
}

}  // namespace spindle::app
