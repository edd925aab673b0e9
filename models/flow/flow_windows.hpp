#pragma once
// A flow run's way through time, window after window of epochs: what tenants ask, and how a fleet
// that lives goes through the window. Who sums heat, and of which drives, is another matter.

#include <cstdint>
#include <vector>

#include "models/flow/fleet_demand.hpp"
#include "models/flow/flow_run.hpp"
#include "models/flow/rack_presence.hpp"
#include "models/flow/rack_sweep.hpp"

namespace spindle::models {

class FlowWindows {
 public:
  // The inputs must outlive it; their dynamics, if any, are at time 0.
  explicit FlowWindows(const FlowInputs& inputs);

  // Takes tenants and fleet through the next window. Precondition: epochs are left, and the window
  // before was ended.
  void begin_next();
  // The window is over: what shifted in it counts fully from now on.
  void end();

  // Of the window in hand.
  [[nodiscard]] std::uint64_t first_epoch() const { return first_; }
  [[nodiscard]] std::size_t epochs() const { return epochs_; }
  // Null where the fleet stands still.
  [[nodiscard]] const RackLife* life_of(std::uint32_t rack) const {
    return in_.dynamics == nullptr ? nullptr : &lives_[rack];
  }
  [[nodiscard]] FleetDemand& demand() { return demand_; }
  [[nodiscard]] const FleetDemand& demand() const { return demand_; }
  // The most epochs of a window.
  [[nodiscard]] std::size_t most_epochs() const { return most_epochs_; }

 private:
  void live_through();

  const FlowInputs& in_;
  std::size_t most_epochs_;
  std::uint64_t first_ = 0;
  std::size_t epochs_ = 0;
  FleetDemand demand_;
  std::vector<RackPresence> presence_;
  std::vector<SlowDrive> slow_;
  std::vector<RackLife> lives_;
};

// Epochs of a window of a fleet that stands still: whole sweeps, bounded by the memory of rates.
std::size_t window_epochs(std::uint32_t columns);

}  // namespace spindle::models
