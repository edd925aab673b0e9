#pragma once
// Drives that are slow before they fail (models/failure/grey_failures.hpp), as they come and go in
// one replication: when each is, for the work that is directed at it, and, at the moment that it
// turns slow or is no more, told to the state, which journals it.
//
// A drive that is lost with its rack while it is slow is slow no more; its slot's life goes on, and
// where the new drive comes before that life ends it is the one that is slow.
// Cost: an event a failure that announces itself. Memory: 24 B a drive, and the history, if any.

#include <cstdint>
#include <span>
#include <vector>

#include "models/failure/grey_failures.hpp"
#include "models/failure/slot_failure.hpp"
#include "models/state/fleet_state.hpp"
#include "models/state/slow_drives.hpp"
#include "sim/engine.hpp"

namespace spindle::models {

class GreyDrives {
 public:
  // `history` holds all failures, where they are drawn before the run; events at or after `horizon`
  // are none. All referred to must outlive it. Throws what check(options) throws.
  GreyDrives(const GreyOptions& options, sim::Seed seed, std::uint32_t replication,
             sim::Engine& engine, FleetState& state, sim::Duration horizon,
             std::span<const SlotFailure> history);
  GreyDrives(const GreyDrives&) = delete;
  GreyDrives& operator=(const GreyDrives&) = delete;

  // The slot's lifetime number `draw` begins now, and ends by itself at `failure`.
  void begin_life(std::uint32_t slot, std::uint32_t draw, sim::Instant failure);
  // The same where there is a history, which knows the end.
  void begin_life(std::uint32_t slot, std::uint32_t draw);
  // The drive is no more.
  void end(std::uint32_t drive);
  // Another drive is in its place.
  void put_in(std::uint32_t drive);

  [[nodiscard]] const SlowDrives& slow() const { return slow_; }
  // Added up over drives, up to `now`.
  [[nodiscard]] double slow_s(sim::Instant now) const;

 private:
  void begin(std::uint32_t drive);

  GreyOptions options_;
  sim::Seed seed_;
  std::uint32_t replication_;
  sim::Engine& engine_;
  FleetState& state_;
  sim::Instant end_;
  std::vector<SlotFailure> history_;  // by slot, then time
  SlowDrives slow_;
  std::vector<sim::Instant> since_;  // per drive: never() where it is not slow now
  double slow_s_ = 0;                // of those that are no more
  sim::EventType<sim::NoPayload> begins_;
};

}  // namespace spindle::models
