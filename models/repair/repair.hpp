#pragma once
// Failures, outages and repair, as events of a given engine on a given state.
//
// A failed drive loses its shards at once and is replaced, empty, a stated time later. An extent
// with fewer than `needed` shards left is lost: that counts (its first time apart), and what it
// lacks is made again at once, so that counting goes on; what a lost zone held is not. Lost shards
// come back by one of two laws:
//   kExponential  each by itself, after a fixed detection and an exponential rebuild, of `mttr` on
//                 average together, onto a drive that TargetChooser draws at that moment.
//   kBandwidth    after the detection a target is drawn, room kept on it, and transfers queue in
//                 the drives' channels (transfer_channels.hpp). Where a drive at work fails or goes
//                 down before its transfer ended, the rebuild starts again at once, from nothing.
//                 Most exposed first, or lazy: what is detected waits for its turn in a backlog,
//                 and only so much is queued in channels as keeps them busy (RebuildBacklog).
//                 Rebuilds of lost zones keep an order of their own. What links let through bounds
//                 what drives give (network_share.hpp).
// A shard waits where no drive is legal or its extent cannot be read for a time: until a drive is
// replaced or lands, an outage ends, or the extent loses another shard.
//
// Outages (models/failure/outage.hpp): a domain that is down for a time keeps its data, and drives
// in it go on failing. A lost rack fails with all its drives and is replaced as one. Failures of
// drives in a lost zone are no longer counted. After a zone is lost its shards are rebuilt in what
// is left where the rule has room for all n of them there, or is relaxed to ceil(n / zones left) a
// zone (kRelax): under kBandwidth by ZoneRebuild, under kExponential each as any lost shard.
// Otherwise they stay missing (kWait).
//
// Cost: O(shards touched) an event, plus a choice (target_chooser.hpp) a restored shard; O(extents)
// for a zone. Determinism: lifetimes as FailureProcess says, or FailureHistory where failures hang
// together (drawn before the run, on a fleet without landings); outages touch none of them; rebuild
// times and targets have streams keyed by shard, drawn at the number of the failure (counted over
// the fleet) that caused them. One engine cell: repair reads every zone.

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include "models/failure/failure_history.hpp"
#include "models/failure/failure_process.hpp"
#include "models/failure/outage.hpp"
#include "models/repair/fleet_health.hpp"
#include "models/repair/grey_drives.hpp"
#include "models/repair/lost_shards.hpp"
#include "models/repair/rebuild_backlog.hpp"
#include "models/repair/repair_options.hpp"
#include "models/repair/target_chooser.hpp"
#include "models/repair/transfer_channels.hpp"
#include "models/repair/zone_rebuild.hpp"
#include "models/state/directed_load.hpp"
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
  OutageOptions outages = {};
};

struct DriveFailure {
  std::uint32_t slot = 0;
  sim::Instant at;
};

enum class FleetEventKind { kZoneDown, kZoneUp, kZoneLost, kRackDown, kRackUp, kRackLost };

struct FleetEvent {
  sim::Instant at;
  FleetEventKind kind = FleetEventKind::kZoneDown;
  std::uint32_t domain = 0;  // zone or rack
};

struct RepairCounts {
  std::uint64_t failures = 0;         // of drives, by themselves
  std::uint64_t losses = 0;           // of extents, each time
  std::uint64_t lost_extents = 0;     // lost at least once: first passage
  std::uint64_t restored_shards = 0;  // rebuilt one by one; those made whole after a loss are not
  std::uint64_t restarted = 0;        // rebuilds that started again
  sim::LogHistogram repair_s;         // from failure to restored, of restored_shards
};

class Repair {
 public:
  // Failures a replication may have: more would run out of keyed draws (std::runtime_error).
  static constexpr std::uint64_t kMostFailures = std::uint64_t{1} << 26;

  // Drives that are not present in `state` are to land (put_in_service). `outages` in the order of
  // draw_outages. `load`, where given, hears of the transfers of kBandwidth. All referred to must
  // outlive it. Throws std::invalid_argument: detection not below mttr (kExponential) or negative,
  // what FailureProcess, FailureHistory, TargetChooser and TransferChannels throw.
  Repair(const RepairInputs& inputs, std::uint32_t replication, sim::Engine& engine,
         FleetState& state, std::vector<Outage> outages = {}, DirectedLoad* load = nullptr);
  Repair(const Repair&) = delete;
  Repair& operator=(const Repair&) = delete;

  // A drive that was absent lands now, empty; its lifetimes begin. Nothing in a lost zone.
  void put_in_service(std::uint32_t drive);
  // The extent is about to be renewed (FleetState::renew): what it lacks is no longer missed.
  void forget(std::uint32_t extent);
  // The drives that hold the extent's shards, or are to hold lost ones that are on their way.
  std::span<const std::uint32_t> held_by(std::uint32_t extent) {
    return lost_.held_by(state_, extent);
  }
  // What clients ask of each drive from now on, for repair that yields to them; before the first
  // call it is PlacementResult::expected_heat.
  void set_client_heat(std::span<const double> heat) {
    if (channels_) channels_->set_client_heat(heat);
  }
  // To be called after others changed the state.
  void observe();
  [[nodiscard]] std::size_t backlog() const { return backlog_ ? backlog_->size() : 0; }

  [[nodiscard]] const RepairCounts& counts() const { return counts_; }
  // Of kBandwidth; transfers that started again count each time.
  [[nodiscard]] TransferBytes bytes() const {
    return channels_ ? channels_->bytes() : TransferBytes();
  }
  [[nodiscard]] const FleetHealth& health() const { return health_; }
  // Shards that wait for a drive or a source now, and that are nowhere now (of lost zones apart).
  [[nodiscard]] std::uint64_t waiting_shards() const { return waiting_.size(); }
  [[nodiscard]] std::uint64_t missing_shards() const { return lost_.size(); }
  // Of lost zones: shards held there, restored elsewhere, without a legal drive.
  [[nodiscard]] std::uint64_t zone_shards() const { return zone_shards_; }
  [[nodiscard]] std::uint64_t zone_restored_shards() const;
  [[nodiscard]] std::uint64_t shortfall_shards() const;
  // From the first loss of a zone or rack until nothing that lost ones held was missing; empty:
  // nothing was lost, or it is still missing.
  [[nodiscard]] std::optional<sim::Duration> time_to_full_protection() const;
  [[nodiscard]] std::span<const DriveFailure> failures() const { return failures_; }
  [[nodiscard]] std::span<const FleetEvent> fleet_events() const { return fleet_events_; }
  // Time that drives were slow before they failed, added up over them; up to `now`.
  [[nodiscard]] double slow_s(sim::Instant now) const { return grey_ ? grey_->slow_s(now) : 0.0; }
  // The rule that holds now: the stated one, or the relaxed one.
  [[nodiscard]] const SpreadRule& spread() const { return inputs_.spread; }
  // Calls fn(shard, drive) for every shard that has room kept on a drive.
  template <class Fn>
  void for_each_reserved(Fn&& fn) const {
    for (std::uint32_t number = 0; number < lost_.numbers(); ++number) {
      if (lost_[number].target != TargetChooser::kNone)
        fn(lost_[number].shard, lost_[number].target);
    }
    if (zone_rebuild_) zone_rebuild_->for_each_reserved(fn);
  }

 private:
  // Shards that a failure took, until it is detected.
  struct Batch {
    std::uint32_t failure = 0;
    std::vector<std::uint32_t> shards;
  };

  // repair.cpp: drives and lost shards.
  [[nodiscard]] RepairView view() const {
    return {state_.taken_bytes(), state_.takes_data(), state_.open_drives()};
  }
  [[nodiscard]] bool is_exponential() const {
    return inputs_.repair.law == RepairLaw::kExponential;
  }
  void bind_drives();
  void bind_outages();
  void settle();
  void schedule_failure(std::uint32_t slot, sim::Instant start);
  void schedule_next_of_history();
  void fail(std::uint32_t slot);
  void end_lifetime(std::uint32_t slot);
  void fail_drive(std::uint32_t drive, bool with_rack);
  void serve_waiting(std::uint32_t drive);
  std::uint32_t next_failure();
  void lose(std::uint32_t shard, std::uint32_t failure, bool with_rack);
  void count_loss(std::uint32_t extent);
  void start_rebuild(std::uint32_t number);
  void make_whole(std::uint32_t extent, std::uint32_t failure);
  void no_longer_lost(std::uint32_t number);
  void retry_waiting_of(std::uint32_t extent, std::uint32_t failure);
  void retry_waiting();
  void end_rebuild(std::uint32_t number);
  void restore(std::uint32_t number, std::uint32_t failure);
  void place(std::uint32_t number, std::uint32_t drive);
  void put(std::uint32_t number, std::uint32_t drive);
  void wait(std::uint32_t number);
  void stop_waiting(std::uint32_t number);
  [[nodiscard]] std::uint32_t extent_of(std::uint32_t number) const {
    return lost_[number].shard / shards_;
  }
  [[nodiscard]] bool has_sources(std::uint32_t number) const {
    return !lost_[number].is_repair || state_.readable(extent_of(number)) >= inputs_.needed;
  }

  // repair_transfers.cpp: kBandwidth.
  void detect(Batch batch);
  void start_rebuilds(const Batch& batch);
  void start(std::uint32_t number, std::uint32_t failure);
  void enqueue(std::uint32_t number);
  void reorder(std::uint32_t extent);
  void reorder_all();
  void dispatch();
  [[nodiscard]] bool is_in_line(std::uint32_t number) const;
  void begin_transfers(std::uint32_t number, std::uint32_t target);
  void end_transfers(std::uint32_t number);
  void abort(std::uint32_t number);
  void interrupt(std::uint32_t drive);
  void restart_interrupted();

  // repair_outages.cpp
  void begin_outage(std::uint32_t index);
  void end_outage(std::uint32_t index);
  void note_outage(FleetEventKind kind, const Outage& outage, int step);
  void lose_rack(std::uint32_t rack);
  void replace_rack(std::uint32_t rack);
  void lose_zone(std::uint32_t zone);
  void note_loss(FleetEventKind kind, std::uint32_t domain);
  void count_zone(std::uint32_t zone, std::uint32_t failure);
  void rebuild_zones(std::uint32_t failure);
  void rebuild_one_by_one(std::uint32_t failure);
  [[nodiscard]] std::uint32_t not_gone(std::uint32_t extent) const;
  void give_up(std::uint32_t extent);
  void drop(std::uint32_t number);

  RepairInputs inputs_;  // its rule may be relaxed
  FailureProcess process_;
  std::vector<SlotFailure> history_;  // where failures hang together: all of them, foreseen too
  std::size_t next_of_history_ = 0;
  TargetChooser chooser_;
  std::uint32_t replication_;
  std::uint32_t shards_;  // per extent
  double rebuild_mean_s_;
  sim::Engine& engine_;
  FleetState& state_;
  std::vector<Outage> outages_;
  LostShards lost_;
  std::optional<GreyDrives> grey_;            // where failures announce themselves
  std::optional<TransferChannels> channels_;  // kBandwidth
  std::optional<ZoneRebuild> zone_rebuild_;   // kBandwidth
  std::optional<RebuildBacklog> backlog_;     // kBandwidth, but for plain first come, first served
  std::uint64_t on_their_way_ = 0;            // shards with transfers queued
  std::uint64_t most_on_their_way_ = 0;       // by the backlog's doing
  std::vector<std::uint32_t> draws_;          // per drive: lifetimes begun
  std::vector<sim::Instant> due_;             // per drive: when the next one replaces it
  std::set<std::pair<std::uint64_t, std::uint32_t>> waiting_;  // (since, number): longest first
  std::uint64_t next_wait_ = 1;
  std::uint64_t next_failure_ = 0;
  std::uint32_t next_attempt_ = 0;
  std::vector<std::uint64_t> ever_lost_;  // one bit an extent
  std::vector<Batch> batches_;
  std::vector<std::uint32_t> free_batches_;
  std::vector<TransferTicket> interrupted_;
  std::map<std::pair<DomainKind, std::uint32_t>, std::uint32_t> outages_on_;
  std::uint32_t racks_down_ = 0;  // outages that are on
  std::uint32_t zones_down_ = 0;
  std::uint32_t zones_lost_ = 0;
  std::uint64_t zone_shards_ = 0;
  std::uint64_t zone_restored_ = 0;  // one by one
  std::uint64_t rack_missing_ = 0;   // shards lost with their rack, and nowhere now
  sim::Instant first_domain_lost_ = sim::Instant::never();
  sim::Instant fully_protected_ = sim::Instant::never();
  std::vector<DriveFailure> failures_;
  std::vector<FleetEvent> fleet_events_;
  RepairCounts counts_;
  FleetHealth health_;
  sim::EventType<sim::NoPayload> failed_;
  sim::EventType<sim::NoPayload> replaced_;
  sim::EventType<std::uint32_t> rebuilt_;        // carries the number of the lost shard
  sim::EventType<std::uint32_t> detected_;       // carries the batch
  sim::EventType<std::uint32_t> outage_begins_;  // these two carry the outage
  sim::EventType<std::uint32_t> outage_ends_;
  sim::EventType<std::uint32_t> rack_replaced_;
};

}  // namespace spindle::models
