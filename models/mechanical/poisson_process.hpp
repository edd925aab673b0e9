#pragma once
// When requests come, at a rate that is constant within an epoch.
//
// Gaps are drawn in units of their mean, and what is left of one at an epoch's end goes on at the
// next epoch's rate: the process has no memory. Within an epoch the time of the next request is
// computed once: how an epoch is cut into windows changes no bit.

#include <algorithm>
#include <limits>

#include "sim/random_stream.hpp"
#include "sim/time.hpp"

namespace spindle::models {

class PoissonProcess {
 public:
  explicit PoissonProcess(const sim::RandomStream& stream)
      : stream_(stream), gap_(stream_.exponential()) {}

  // Requests a second, not negative, until end_epoch().
  void begin_epoch(double rate) {
    rate_ = rate;
    since_s_ = 0;
    next_s_ = rate > 0 ? gap_ / rate : std::numeric_limits<double>::infinity();
  }
  // Whether a request comes within the first `length_s` seconds of the epoch.
  [[nodiscard]] bool comes_within(double length_s) const { return next_s_ < length_s; }
  // When it comes, in an epoch that starts at `start`: rounding to the nanosecond must not carry it
  // beyond `last`, the epoch's last one.
  [[nodiscard]] sim::Instant next(sim::Instant start, sim::Instant last) const {
    return std::min(start + sim::Duration::seconds(next_s_), last);
  }
  void pop() {
    since_s_ = next_s_;
    gap_ = stream_.exponential();
    next_s_ += gap_ / rate_;
  }
  void end_epoch(double length_s) { gap_ = std::max(0.0, gap_ - rate_ * (length_s - since_s_)); }

 private:
  sim::RandomStream stream_;
  double gap_;          // to the next request, in mean gaps, from `since_s_` on
  double rate_ = 0;     // in this epoch
  double since_s_ = 0;  // in the epoch: the last request, or its start
  double next_s_ = std::numeric_limits<double>::infinity();  // in the epoch: the next request
};

}  // namespace spindle::models
