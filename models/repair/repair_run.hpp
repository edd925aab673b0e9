#pragma once
// One replication: drives fail and are replaced, lost shards are rebuilt, extents are lost.
//
// A failed drive loses its shards at once. Each comes back by itself (parallel repair) after a
// fixed detection and an exponential rebuild, of `mttr` on average together, onto a drive that
// TargetChooser draws at that moment; where none is legal the shard waits until a drive is replaced
// or the extent loses another shard. An extent with fewer than `needed` shards left is lost: that
// counts (its first time apart), and it is made whole again at once, so that counting goes on.
//
// Cost: O(shards touched) an event, plus a choice (target_chooser.hpp) a restored shard.
// Determinism: lifetimes as FailureProcess says; rebuild times and targets have streams keyed by
// shard, drawn at the number of the failure (counted over the fleet) that caused them, so that they
// depend on nothing else. One engine cell: repair reads every zone.

#include <cstdint>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include "models/failure/failure_process.hpp"
#include "models/repair/repair_options.hpp"
#include "models/repair/target_chooser.hpp"
#include "models/state/fleet_state.hpp"
#include "sim/engine.hpp"
#include "sim/log_histogram.hpp"

namespace spindle::models {

// What all replications share; everything referred to must outlive them.
struct RepairInputs {
  const Topology& topology;
  SpreadRule spread;
  std::uint32_t needed = 1;
  std::uint64_t shard_bytes = 0;
  const PlacementResult& placement;
  const ShardIndex& index;
  RepairOptions repair;
  FailureOptions failure;
  sim::Seed seed;
};

struct DriveFailure {
  std::uint32_t slot = 0;
  sim::Instant at;
};

struct RepairCounts {
  std::uint64_t failures = 0;         // of drives
  std::uint64_t losses = 0;           // of extents, each time
  std::uint64_t lost_extents = 0;     // lost at least once: first passage
  std::uint64_t restored_shards = 0;  // rebuilt; those made whole after a loss are not
  sim::LogHistogram repair_s;         // from failure to restored, of those shards
};

class RepairRun {
 public:
  // Failures a replication may have: more would run out of keyed draws (std::runtime_error).
  static constexpr std::uint64_t kMostFailures = std::uint64_t{1} << 26;

  // Throws std::invalid_argument: detection not below mttr or negative, what FailureProcess and
  // TargetChooser throw.
  RepairRun(const RepairInputs& inputs, std::uint32_t replication);
  RepairRun(const RepairRun&) = delete;
  RepairRun& operator=(const RepairRun&) = delete;

  // Runs all events before `horizon`; consecutive runs equal one long run.
  void run_until(sim::Instant horizon) { engine_.run_until(horizon); }

  [[nodiscard]] const RepairCounts& counts() const { return counts_; }
  // Shards that wait for a legal drive now, and that are nowhere now.
  [[nodiscard]] std::uint64_t waiting_shards() const { return waiting_.size(); }
  [[nodiscard]] std::uint64_t missing_shards() const { return lost_.size() - free_.size(); }
  [[nodiscard]] std::span<const DriveFailure> failures() const { return failures_; }
  [[nodiscard]] const FleetState& state() const { return state_; }
  [[nodiscard]] const sim::Digest& digest() const { return engine_.digest(); }
  [[nodiscard]] std::uint64_t events() const { return engine_.executed(); }

 private:
  // A shard that is nowhere.
  struct Lost {
    std::uint32_t shard = 0;
    std::uint32_t failure = 0;  // number of the failure that took it
    sim::Instant since;
    sim::EventHandle rebuilt;       // pending while it is rebuilt
    std::uint64_t waits_since = 0;  // its place among the waiting; 0: it is being rebuilt
    bool is_repair = true;          // false: its extent was lost, and it is made again from nothing
  };

  [[nodiscard]] RepairView view() const {
    return {state_.used_bytes(), state_.takes_data(), state_.open_drives()};
  }
  void schedule_failure(std::uint32_t slot, sim::Instant start);
  void fail(std::uint32_t slot);
  void replace(std::uint32_t slot);
  void lose(std::uint32_t shard, std::uint32_t failure);
  void start_rebuild(std::uint32_t number);
  void make_whole(std::uint32_t extent, std::uint32_t failure);
  void retry_waiting_of(std::uint32_t extent, std::uint32_t failure);
  void settle(std::uint32_t number, std::uint32_t failure);
  void put(std::uint32_t number, std::uint32_t drive);
  void wait(std::uint32_t number);
  std::uint32_t take_number();
  std::span<const std::uint32_t> held_by(std::uint32_t extent);

  RepairInputs inputs_;
  FailureProcess process_;
  TargetChooser chooser_;
  std::uint32_t replication_;
  std::uint32_t shards_;  // per extent
  double rebuild_mean_s_;
  FleetState state_;
  std::vector<std::uint32_t> draws_;  // per drive: lifetimes begun
  std::vector<Lost> lost_;
  std::vector<std::uint32_t> free_;  // numbers of lost_ that are not in use
  std::set<std::pair<std::uint64_t, std::uint32_t>> waiting_;  // (since, number): longest first
  std::uint64_t next_wait_ = 1;
  std::vector<std::uint64_t> ever_lost_;  // one bit an extent
  std::vector<std::uint32_t> held_;       // scratch
  std::vector<DriveFailure> failures_;
  RepairCounts counts_;
  sim::Engine engine_;
  sim::EventType<sim::NoPayload> failed_;
  sim::EventType<sim::NoPayload> replaced_;
  sim::EventType<std::uint32_t> rebuilt_;  // carries the number of the lost shard
};

}  // namespace spindle::models
