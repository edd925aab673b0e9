#include "models/flow/flow_windows.hpp"

#include <algorithm>

#include "sim/parallel.hpp"

namespace spindle::models {
namespace {

// Bounds of a window: about 32 MiB of rates a drive model, whole sweeps.
constexpr std::size_t kMaxWindow = 256;
constexpr std::size_t kRatesPerWindow = std::size_t{1} << 22;

std::size_t most_epochs_of(const FlowInputs& inputs) {
  if (inputs.dynamics != nullptr) return kEpochsPerSweep;
  if (inputs.columns != nullptr) return window_epochs(inputs.columns->columns());
  return window_epochs(static_cast<std::uint32_t>(inputs.population.tenants().size()));
}

}  // namespace

std::size_t window_epochs(std::uint32_t columns) {
  const std::size_t fit = kRatesPerWindow / std::max<std::size_t>(columns, 1);
  return std::clamp(fit / kEpochsPerSweep * kEpochsPerSweep, kEpochsPerSweep, kMaxWindow);
}

FlowWindows::FlowWindows(const FlowInputs& inputs)
    : in_(inputs), most_epochs_(most_epochs_of(inputs)), demand_(inputs, most_epochs_) {}

void FlowWindows::begin_next() {
  first_ += epochs_;
  epochs_ =
      static_cast<std::size_t>(std::min<std::uint64_t>(most_epochs_, in_.grid.count - first_));
  demand_.draw(first_, epochs_);
  if (in_.dynamics != nullptr) live_through();
}

// The journal and the load become those of the window.
void FlowWindows::live_through() {
  const FlowDynamics& dynamics = *in_.dynamics;
  const std::uint32_t racks = in_.topology.racks();
  WindowDemand window;
  window.start = sim::Instant() + static_cast<std::int64_t>(first_) * in_.grid.epoch;
  window.end = window.start + static_cast<std::int64_t>(epochs_) * in_.grid.epoch;
  window.first_epoch = first_;
  window.epochs = epochs_;
  window.writes = demand_.writes();
  dynamics.journal.begin(window.start);
  dynamics.directed.begin(window.start);
  dynamics.advance(window);
  presence_ = rack_presences(dynamics.journal, racks);
  slow_ = slow_drives(dynamics.journal, presence_);
  lives_.resize(racks);
  auto slow = slow_.begin();
  for (std::uint32_t rack = 0; rack < racks; ++rack) {
    const auto first = slow;
    while (slow != slow_.end() && slow->rack == rack) ++slow;
    lives_[rack] = {dynamics.ledger.pending(rack),
                    dynamics.journal.shifts(rack),
                    &presence_[rack],
                    &dynamics.directed,
                    in_.topology.drives_of_rack(rack).first,
                    std::span<const SlowDrive>(first, slow)};
  }
}

void FlowWindows::end() {
  if (in_.dynamics == nullptr) return;
  sim::for_each_index(in_.threads, in_.topology.racks(), [&](std::size_t r) {
    const auto rack = static_cast<std::uint32_t>(r);
    in_.dynamics->ledger.absorb(rack, in_.dynamics->journal.shifts(rack));
  });
}

}  // namespace spindle::models
