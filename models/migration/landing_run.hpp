#pragma once
// Racks land while the fleet runs, and are filled as their landing says.
//
// At its time a landing's racks are put in service, empty. Under kCoolestFirst shards move in at a
// bounded rate until each drive is at its target (rack_filling.hpp). Under kNewDataFirst nothing
// moves: new data goes there first until each drive that takes data is at its target. Under kNone
// there is no target. Nothing is moved away below the target of an earlier landing. A target that
// cannot be met (no rate, nothing left that may move, the zone lost) is reported as such.
//
// One event an epoch and landing while it is being filled and one a shard that is moved, none at or
// after the horizon.
// Determinism: depends on the state, and on streams keyed by landing.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "models/migration/landed_racks.hpp"
#include "models/migration/landing_options.hpp"
#include "models/migration/rack_filling.hpp"
#include "models/placement/spread_rule.hpp"
#include "models/state/directed_load.hpp"
#include "models/state/fleet_state.hpp"
#include "models/units.hpp"
#include "sim/engine.hpp"
#include "sim/random_stream.hpp"

namespace spindle::models {

struct LandingInputs {
  std::vector<Landing> landings;  // each takes the next of every zone's landing racks
  SpreadRule spread;
  Bytes io = Bytes{4'000'000};  // one read or write of a move, for its disk time
  sim::Duration epoch;
  sim::Instant horizon;
  sim::Seed seed;
  std::uint32_t replication = 0;
  // Disk time per second that a shard of weight 1 of each column costs at the moment. Needed for
  // kCoolestFirst where the state keeps demand.
  std::function<std::vector<double>(sim::Instant)> column_heat;
  // Called for every landed drive as it is put in service; may be empty.
  std::function<void(sim::Instant, std::uint32_t drive)> on_landed;
};

enum class LandingOutcome {
  kAhead,     // not landed (yet)
  kFilling,   // landed, not at its target (yet)
  kReached,   // every drive came to its target
  kUnmet,     // the target cannot be met
  kNoTarget,  // kNone, kAsPlaced
};

struct LandingReport {
  LandingOutcome outcome = LandingOutcome::kAhead;
  double seconds = 0;  // from landing to target; kReached alone
  std::uint64_t moves = 0;
  double bytes = 0;  // moved
  std::uint64_t transfers_in_vain = 0;
  double bytes_short = 0;  // below target now, in whole shards
};

class LandingRun {
 public:
  // Makes the racks that are to land absent. Everything referred to must outlive it; `directed` may
  // be null. Throws std::invalid_argument: a landing of 0 racks or before time 0, a target outside
  // (0, 1], a rate that is negative or not finite, an epoch or an io of 0, more or fewer racks than
  // the fleet's landing racks.
  LandingRun(LandingInputs inputs, sim::Engine& engine, FleetState& state,
             DirectedLoad* directed = nullptr);
  LandingRun(const LandingRun&) = delete;
  LandingRun& operator=(const LandingRun&) = delete;

  [[nodiscard]] const LandedRacks& landed() const { return landed_; }
  // Of landing number `i`, now.
  [[nodiscard]] LandingReport report(std::size_t i) const;
  [[nodiscard]] std::size_t landings() const { return inputs_.landings.size(); }

 private:
  struct Progress {
    const Landing* landing = nullptr;
    std::vector<std::uint32_t> racks;
    LandingOutcome outcome = LandingOutcome::kAhead;
    sim::Instant reached_at;
    std::unique_ptr<RackFilling> filling;  // kCoolestFirst, once landed
  };

  void check() const;
  void assign_racks();
  void land(std::uint32_t number);
  void step(std::uint32_t number);
  void step_filling(Progress& progress);
  void finish_filling(Progress& progress);
  void end_transfer(const TransferEnd& end);
  void step_new_data(Progress& progress);
  void finish(Progress& progress, LandingOutcome outcome);
  [[nodiscard]] double target_bytes(const Landing& landing, std::uint32_t drive) const;
  [[nodiscard]] double short_of(const Landing& landing, std::uint32_t drive) const;
  [[nodiscard]] bool is_at_target(const Progress& progress) const;
  [[nodiscard]] bool is_at_target(const Landing& landing, std::uint32_t rack) const;

  LandingInputs inputs_;
  sim::Engine& engine_;
  FleetState& state_;
  DirectedLoad* directed_;
  LandedRacks landed_;
  std::vector<Progress> progress_;
  // Per rack: bytes that each of its drives keeps when others are filled. All while its landing is
  // under way, then the target: what lands later takes nothing that an earlier landing was to hold.
  std::vector<double> kept_bytes_;
  sim::EventType<std::uint32_t> landed_event_;  // carry the landing's number
  sim::EventType<std::uint32_t> step_event_;
  sim::EventType<TransferEnd> transfer_event_;
};

}  // namespace spindle::models
