#include "models/analytic/time_law.hpp"

#include <stdexcept>
#include <utility>

#include "sim/math.hpp"

namespace spindle::models {

TimeLaw::TimeLaw(std::vector<double> times_s, std::vector<double> below, double decay_per_s)
    : times_s_(std::move(times_s)), below_(std::move(below)), decay_per_s_(decay_per_s) {
  if (times_s_.empty() || times_s_.size() != below_.size()) {
    throw std::invalid_argument(
        "a law of times needs as many probabilities as times, at least one");
  }
}

void TimeLaw::share_within(std::span<const double> times_s, std::span<double> out) const {
  std::size_t next = 0;  // the first point beyond the time
  for (std::size_t i = 0; i < times_s.size(); ++i) {
    const double time = times_s[i];
    while (next < times_s_.size() && times_s_[next] <= time) ++next;
    if (next == 0) {
      out[i] = 0;
    } else if (next < times_s_.size()) {
      const double share = (time - times_s_[next - 1]) / (times_s_[next] - times_s_[next - 1]);
      out[i] = below_[next - 1] + share * (below_[next] - below_[next - 1]);
    } else {
      const double beyond = (time - times_s_.back()) * decay_per_s_;
      // Also where the time is the last point itself and nothing lies beyond it (0 x infinity).
      out[i] = time > times_s_.back() ? 1 - (1 - below_.back()) * sim::exp(-beyond) : below_.back();
    }
  }
}

}  // namespace spindle::models
