#pragma once
// A fleet that lives through a run: failures, outages, repair, landings and new data on one clock
// and one state, beside the flow sweep that measures the heat of it (models/flow/flow_run.hpp).
//
// The sweep asks for one window of epochs after the other (FlowDynamics): the engine plays the
// window's events, which journal who bears which demand from when on. Nothing that is played here
// depends on the heat of its own window, so the order of the two within one does not matter; repair
// that yields to clients goes by the heat of the window before.
// Determinism: one engine, one cell; replication 0 of every stream. Threads play no part.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "models/flow/flow_run.hpp"
#include "models/migration/landing_run.hpp"
#include "models/placement/placer.hpp"
#include "models/repair/repair.hpp"
#include "models/scrub/client_reads.hpp"
#include "models/scrub/scrub_run.hpp"
#include "models/state/fleet_state.hpp"
#include "models/tenant/demand_columns.hpp"
#include "models/turnover/turnover.hpp"

namespace spindle::models {

struct TimelineInputs {
  const Topology& topology;        // with the racks that land
  const PolicyContext& context;    // of the placement: the fleet without them
  const PlacementOptions& policy;  // for new data
  const ExtentTable& extents;
  const PlacementResult& placement;   // in the numbers of `topology`
  std::vector<double> expected_heat;  // PlacementResult::expected_heat, in the numbers of the base
  const TenantPopulation& population;
  const RequestCosts& costs;
  std::uint32_t needed = 1;        // shards that restore an extent
  std::uint64_t extent_bytes = 0;  // logical
  EpochGrid grid;
  RepairOptions repair;
  FailureOptions failure;
  OutageOptions outages;
  std::vector<Landing> landings;
  std::optional<ScrubOptions> scrub = {};  // empty: drives are not scrubbed
  // Heard of each extent as new data takes its number; may be empty.
  std::function<void(sim::Instant, std::uint32_t extent)> on_renewed;
};

// One entry an epoch, as things are at its end.
struct TimelineStates {
  std::vector<std::uint64_t> under_protected;  // extents
  std::vector<std::uint64_t> exposed;          // of these, without a shard to spare
  std::vector<std::uint64_t> unreadable;       // extents
  std::vector<std::uint32_t> drives_down;  // not readable; those that have not landed are no part
};

class Timeline {
 public:
  // All referred to must outlive it. `columns` and `demand` are those of the matrix that is swept.
  // Throws std::invalid_argument: what its parts throw.
  Timeline(const TimelineInputs& inputs, DemandColumns& columns, ExtentDemand demand);
  Timeline(const Timeline&) = delete;
  Timeline& operator=(const Timeline&) = delete;

  // Plays the window's events. Windows follow each other from time 0.
  void advance(const WindowDemand& window);
  // What clients asked of each drive in the window that was swept.
  void set_client_heat(std::span<const double> heat) { repair_->set_client_heat(heat); }

  [[nodiscard]] DemandJournal& journal() { return journal_; }
  [[nodiscard]] DirectedLoad& directed() { return directed_; }
  [[nodiscard]] const FleetState& state() const { return state_; }
  [[nodiscard]] const Repair& repair() const { return *repair_; }
  [[nodiscard]] const RepairInputs& repair_inputs() const { return *repair_inputs_; }
  [[nodiscard]] const LandingRun& landings() const { return *landings_; }
  // Empty where no tenant's writes are new data.
  [[nodiscard]] std::optional<TurnoverCounts> turnover() const;
  [[nodiscard]] const TimelineStates& states() const { return states_; }
  // nullptr where drives are not scrubbed.
  [[nodiscard]] const ScrubRun* scrub() const { return scrub_.get(); }
  [[nodiscard]] const sim::Digest& digest() const { return engine_.digest(); }

 private:
  [[nodiscard]] std::vector<double> column_heat(sim::Instant at) const;
  void make_landings();
  void make_turnover();
  void make_scrub();
  void end_scrub_epoch(sim::Instant end);
  void tell_writes(const WindowDemand& window);
  void record_states();

  TimelineInputs in_;
  DemandColumns& columns_;
  sim::Engine engine_;
  ShardIndex index_;
  DemandJournal journal_;
  DirectedLoad directed_;
  FleetState state_;
  std::optional<RepairInputs> repair_inputs_;
  std::unique_ptr<LandingRun> landings_;
  std::unique_ptr<Repair> repair_;
  std::unique_ptr<NewDataPlacer> placer_;  // where writes are new data
  std::unique_ptr<Turnover> turnover_;
  std::optional<ClientReads> client_reads_;  // where they find errors
  std::unique_ptr<ScrubRun> scrub_;          // where drives are scrubbed
  std::size_t failures_seen_ = 0;            // by the scrub, of Repair::failures()
  std::vector<double> written_;              // bytes/s per tenant in the epoch in hand
  TimelineStates states_;
};

}  // namespace spindle::models
