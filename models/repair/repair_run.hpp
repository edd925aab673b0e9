#pragma once
// One replication: an engine, the fleet's state, and Repair acting on both.

#include <cstdint>
#include <span>

#include "models/repair/repair.hpp"

namespace spindle::models {

class RepairRun {
 public:
  // With the outages that inputs.outages and power events give this replication. Throws what Repair
  // and draw_outages throw.
  RepairRun(const RepairInputs& inputs, std::uint32_t replication)
      : state_(inputs.topology, inputs.shard_bytes, inputs.needed, inputs.placement, inputs.index),
        repair_(inputs, replication, engine_, state_,
                draw_outages(inputs.topology, inputs.outages, inputs.failure.power, inputs.seed,
                             replication, inputs.failure.horizon)) {}
  RepairRun(const RepairRun&) = delete;
  RepairRun& operator=(const RepairRun&) = delete;

  // Runs all events before `horizon`; consecutive runs equal one long run.
  void run_until(sim::Instant horizon) { engine_.run_until(horizon); }

  [[nodiscard]] const Repair& repair() const { return repair_; }
  [[nodiscard]] const RepairCounts& counts() const { return repair_.counts(); }
  [[nodiscard]] std::uint64_t waiting_shards() const { return repair_.waiting_shards(); }
  [[nodiscard]] std::uint64_t missing_shards() const { return repair_.missing_shards(); }
  [[nodiscard]] std::span<const DriveFailure> failures() const { return repair_.failures(); }
  [[nodiscard]] const FleetState& state() const { return state_; }
  [[nodiscard]] sim::Instant now() const { return engine_.now(); }
  [[nodiscard]] const sim::Digest& digest() const { return engine_.digest(); }
  [[nodiscard]] std::uint64_t events() const { return engine_.executed(); }

 private:
  sim::Engine engine_;
  FleetState state_;
  Repair repair_;
};

}  // namespace spindle::models
