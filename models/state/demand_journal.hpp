#pragma once
// What changed, while the fleet lived through a window of epochs, in who bears which demand.
//
// FleetState writes it, the flow sweep reads it (models/flow/heat_ledger.hpp). Demand comes in
// columns: a tenant's data of one age cohort, whose rate of requests has one course in time. A
// drive bears of a column the sum of weights of its shards; a shift changes that sum from a moment
// on. Two things change everywhere at once and are kept apart: a factor on all weights of the fleet
// (the reads that a lost zone leaves to the others), and racks that are down and bear nothing.
// Shifts in a down rack are kept: they count when it returns. So is the pace of drives that are
// slow, which changes no demand but the time that it takes.

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "models/fleet/topology.hpp"
#include "sim/time.hpp"

namespace spindle::models {

// From `from` on, the drive bears `weight` more (or less) of the column.
struct DemandShift {
  std::uint32_t column = 0;
  std::uint32_t drive_in_rack = 0;
  float weight = 0;
  float from = 0;  // in epochs since the window's start, >= 0
};

// From `from` on, all weights of the fleet count this many times.
struct FactorStep {
  double from = 0;  // in epochs since the window's start
  double factor = 1;
};

struct RackStep {
  std::uint32_t rack = 0;
  double from = 0;  // in epochs since the window's start
  bool is_up = true;
};

// From `from` on, what the drive bears takes it this many times as long.
struct PaceStep {
  std::uint32_t rack = 0;
  std::uint32_t drive_in_rack = 0;
  double from = 0;  // in epochs since the window's start
  double times = 1;
};

// From `from` on, all data of the column weighs `weight` more (or less), wherever its shards are.
struct ColumnChange {
  std::uint32_t column = 0;
  float weight = 0;  // of whole extents, not of shards
  float from = 0;    // in epochs since the window's start
};

class DemandJournal {
 public:
  DemandJournal(std::uint32_t racks, sim::Duration epoch)
      : epoch_(epoch), shifts_(racks), rack_is_up_(racks, 1) {}

  // Forgets the last window; factor, racks and paces start as they ended (racks that are not there
  // at time 0 are set down before the first window begins).
  void begin(sim::Instant start) {
    start_ = start;
    for (auto& rack : shifts_) rack.clear();
    for (const RackStep& step : rack_steps_) rack_is_up_[step.rack] = step.is_up ? 1 : 0;
    if (!factor_steps_.empty()) factor_ = factor_steps_.back().factor;
    keep_slow();
    factor_steps_.clear();
    rack_steps_.clear();
    pace_steps_.clear();
    column_changes_.clear();
    most_unreadable_ = unreadable_;
  }

  void shift(sim::Instant at, std::uint32_t rack, std::uint32_t drive_in_rack, std::uint32_t column,
             float weight) {
    shifts_[rack].push_back({column, drive_in_rack, weight, static_cast<float>(since_start(at))});
  }
  void set_factor(sim::Instant at, double factor) {
    factor_steps_.push_back({since_start(at), factor});
  }
  void set_rack(sim::Instant at, std::uint32_t rack, bool is_up) {
    rack_steps_.push_back({rack, since_start(at), is_up});
  }
  void set_pace(sim::Instant at, std::uint32_t rack, std::uint32_t drive_in_rack, double times) {
    pace_steps_.push_back({rack, drive_in_rack, since_start(at), times});
  }
  // Data of an extent comes or goes (its shifts are told apart).
  void change_column(sim::Instant at, std::uint32_t column, float weight) {
    column_changes_.push_back({column, weight, static_cast<float>(since_start(at))});
  }
  // So many extents cannot be read now.
  void set_unreadable(std::uint64_t extents) {
    unreadable_ = extents;
    most_unreadable_ = std::max(most_unreadable_, extents);
  }

  [[nodiscard]] std::span<const DemandShift> shifts(std::uint32_t rack) const {
    return shifts_[rack];
  }
  // At the window's start, and the steps within it in the order of time.
  [[nodiscard]] double factor() const { return factor_; }
  [[nodiscard]] std::span<const FactorStep> factor_steps() const { return factor_steps_; }
  [[nodiscard]] bool rack_is_up(std::uint32_t rack) const { return rack_is_up_[rack] != 0; }
  [[nodiscard]] std::span<const RackStep> rack_steps() const { return rack_steps_; }
  // Drives that are slow at the window's start, by rack and drive, from 0 on; and the steps.
  [[nodiscard]] std::span<const PaceStep> slow_at_start() const { return slow_; }
  [[nodiscard]] std::span<const PaceStep> pace_steps() const { return pace_steps_; }
  [[nodiscard]] std::span<const ColumnChange> column_changes() const { return column_changes_; }
  // At any moment of the window.
  [[nodiscard]] std::uint64_t most_unreadable() const { return most_unreadable_; }

 private:
  [[nodiscard]] double since_start(sim::Instant at) const {
    return (at - start_).to_seconds() / epoch_.to_seconds();
  }
  // Those that the window's steps leave slow.
  void keep_slow() {
    for (const PaceStep& step : pace_steps_) {
      const auto at = std::lower_bound(slow_.begin(), slow_.end(), step, is_before);
      const bool is_known = at != slow_.end() && !is_before(step, *at);
      if (step.times == 1) {
        if (is_known) slow_.erase(at);
      } else if (is_known) {
        at->times = step.times;
      } else {
        slow_.insert(at, {step.rack, step.drive_in_rack, 0, step.times});
      }
    }
  }
  static bool is_before(const PaceStep& a, const PaceStep& b) {
    return a.rack != b.rack ? a.rack < b.rack : a.drive_in_rack < b.drive_in_rack;
  }

  sim::Duration epoch_;
  sim::Instant start_;
  std::vector<std::vector<DemandShift>> shifts_;  // per rack
  double factor_ = 1;
  std::vector<FactorStep> factor_steps_;
  std::vector<std::uint8_t> rack_is_up_;
  std::vector<RackStep> rack_steps_;
  std::vector<PaceStep> slow_;
  std::vector<PaceStep> pace_steps_;
  std::vector<ColumnChange> column_changes_;
  std::uint64_t unreadable_ = 0;
  std::uint64_t most_unreadable_ = 0;
};

}  // namespace spindle::models
