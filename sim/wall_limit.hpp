#pragma once
// A limit on the wall-clock time of a run: the one place of the kernel that reads the machine's
// clock. Where it ends a run depends on the machine, so nothing else may come of it.

#include <chrono>
#include <limits>

namespace spindle::sim {

class WallLimit {
 public:
  // Begins now. `limit_s` in seconds; infinite or NaN: none, and the clock is never read.
  explicit WallLimit(double limit_s = std::numeric_limits<double>::infinity());

  // Cost: some 30 ns where there is a limit.
  [[nodiscard]] bool is_reached() const;

 private:
  using Clock = std::chrono::steady_clock;
  double limit_s_;
  Clock::time_point start_;
};

}  // namespace spindle::sim
