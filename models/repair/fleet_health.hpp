#pragma once
// How many extents lack shards, have none to spare, or cannot be read, over time.

#include <algorithm>
#include <cstdint>

#include "models/state/fleet_state.hpp"
#include "sim/time.hpp"

namespace spindle::models {

class FleetHealth {
 public:
  // The state from `at` on. Precondition: time does not go back.
  void observe(sim::Instant at, const FleetState& state, bool is_zone_down) {
    most_under_protected_ = std::max(most_under_protected_, state.under_protected());
    if (state.exposed() != exposed_) {
      exposed_s_ = exposed_s_at(at);
      exposed_since_ = at;
      exposed_ = state.exposed();
    }
    // Nothing is added up while nothing changes: who looks how often must not show in a last bit.
    if (state.unreadable() == unreadable_ && is_zone_down == is_zone_down_) return;
    sums_ = sums_at(at);
    since_ = at;
    unreadable_ = state.unreadable();
    is_zone_down_ = is_zone_down;
    most_unreadable_ = std::max(most_unreadable_, unreadable_);
  }

  [[nodiscard]] std::uint64_t most_under_protected() const { return most_under_protected_; }
  [[nodiscard]] std::uint64_t most_unreadable() const { return most_unreadable_; }
  // Up to `at`, not before the last observation.
  struct Sums {
    double unreadable_s = 0;            // extent-seconds
    double zone_down_unreadable_s = 0;  // extent-seconds
    double zone_down_s = 0;             // seconds
  };
  // Extent-seconds without a shard to spare, up to `at`, not before the last observation.
  [[nodiscard]] double exposed_s_at(sim::Instant at) const {
    return exposed_s_ + static_cast<double>(exposed_) * (at - exposed_since_).to_seconds();
  }
  [[nodiscard]] Sums sums_at(sim::Instant at) const {
    Sums out = sums_;
    const double length_s = (at - since_).to_seconds();
    const double unreadable_s = static_cast<double>(unreadable_) * length_s;
    out.unreadable_s += unreadable_s;
    out.zone_down_unreadable_s += is_zone_down_ ? unreadable_s : 0;
    out.zone_down_s += is_zone_down_ ? length_s : 0;
    return out;
  }

 private:
  sim::Instant since_;
  std::uint64_t unreadable_ = 0;
  bool is_zone_down_ = false;
  std::uint64_t most_under_protected_ = 0;
  std::uint64_t most_unreadable_ = 0;
  Sums sums_;
  sim::Instant exposed_since_;
  std::uint64_t exposed_ = 0;
  double exposed_s_ = 0;
};

}  // namespace spindle::models
