#pragma once
// When drives are slow: work that starts then takes a drive so many times its disk time.
//
// One span of time a drive, the next or present one; all spans have the same slowdown.

#include <cstdint>
#include <vector>

#include "sim/time.hpp"

namespace spindle::models {

class SlowDrives {
 public:
  SlowDrives(std::uint32_t drives, double slowdown)
      : slowdown_(slowdown), spans_(drives, {sim::Instant::never(), sim::Instant::never()}) {}

  // The drive is slow within [from, until) and at no other time; never() for both: not at all.
  void set(std::uint32_t drive, sim::Instant from, sim::Instant until) {
    spans_[drive] = {from, until};
  }
  [[nodiscard]] bool is_slow(std::uint32_t drive, sim::Instant at) const {
    return spans_[drive].from <= at && at < spans_[drive].until;
  }
  // As many times its disk time as work takes that starts at `at`.
  [[nodiscard]] double times_at(std::uint32_t drive, sim::Instant at) const {
    return is_slow(drive, at) ? slowdown_ : 1.0;
  }
  [[nodiscard]] double slowdown() const { return slowdown_; }

 private:
  struct Span {
    sim::Instant from;
    sim::Instant until;
  };

  double slowdown_;
  std::vector<Span> spans_;
};

}  // namespace spindle::models
