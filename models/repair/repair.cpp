#include "models/repair/repair.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "models/purposes.hpp"
#include "models/repair/network_share.hpp"

namespace spindle::models {
namespace {

// Mean of the exponential part, so that detection and rebuild take mttr together.
double rebuild_mean_s(const RepairOptions& options) {
  const bool has_mttr = options.law == RepairLaw::kExponential;
  if (options.detect < sim::Duration() || (has_mttr && options.detect >= options.mttr)) {
    throw std::invalid_argument(fmt::format(
        "repair: detection takes {} s and the whole repair {} s on average (nothing would be left "
        "for the rebuild) — detect sooner, or raise mttr",
        options.detect.to_seconds(), options.mttr.to_seconds()));
  }
  return (options.mttr - options.detect).to_seconds();
}

// What drives give to repair, as far as links let it through.
RepairOptions within_network(const RepairInputs& inputs, std::uint32_t shards) {
  RepairOptions out = inputs.repair;
  out.bytes_per_s *= network_share(inputs.topology, inputs.spread, shards, inputs.needed,
                                   out.bytes_per_s, out.network);
  return out;
}

// Where failures announce themselves, those soon after the run count too.
FailureOptions as_foreseen(const FailureOptions& failure) {
  FailureOptions out = failure;
  out.horizon = foreseen(failure.grey, failure.horizon);
  return out;
}

// Instant::never() where nanoseconds do not reach that far.
sim::Instant later(sim::Instant now, sim::Duration delay) {
  return delay < sim::Instant::never() - now ? now + delay : sim::Instant::never();
}

}  // namespace

Repair::Repair(const RepairInputs& inputs, std::uint32_t replication, sim::Engine& engine,
               FleetState& state, std::vector<Outage> outages, DirectedLoad* load)
    : inputs_(inputs),
      process_(inputs.topology, as_foreseen(inputs.failure), inputs.seed, replication),
      history_(inputs.failure.hangs_together()
                   ? draw_failures(inputs.topology, as_foreseen(inputs.failure), inputs.seed,
                                   replication)
                   : std::vector<SlotFailure>()),
      chooser_(inputs.topology, inputs.spread, inputs.shard_bytes),
      replication_(replication),
      shards_(state.shards()),
      rebuild_mean_s_(rebuild_mean_s(inputs.repair)),
      engine_(engine),
      state_(state),
      outages_(std::move(outages)),
      draws_(inputs.topology.drives(), 0),
      due_(inputs.topology.drives()),
      ever_lost_((state.extents() + 63) / 64) {
  bind_drives();
  if (inputs.failure.grey.is_on()) {
    grey_.emplace(inputs.failure.grey, inputs.seed, replication, engine, state,
                  inputs.failure.horizon, history_);
    if (load != nullptr) load->set_slow_drives(&grey_->slow());
  }
  if (!is_exponential()) {
    channels_.emplace(state, within_network(inputs, shards_),
                      sim::Instant() + inputs.failure.horizon, load,
                      grey_ ? &grey_->slow() : nullptr);
    channels_->set_client_heat(inputs.placement.expected_heat);
    zone_rebuild_.emplace(engine, state, chooser_, *channels_, lost_, inputs.seed, replication,
                          [this] { observe(); });
    if (RebuildBacklog::is_kept(inputs.repair)) {
      backlog_.emplace(inputs.repair.order);
      most_on_their_way_ = static_cast<std::uint64_t>(std::max(
          1.0, RebuildBacklog::kTransfersAhead * inputs.topology.drives() / (inputs.needed + 1.0)));
    }
  }
  bind_outages();
  for (std::uint32_t drive = 0; drive < inputs.topology.drives(); ++drive) {
    if (state.is_present(drive)) schedule_failure(drive, engine_.now());
  }
  schedule_next_of_history();
}

void Repair::bind_drives() {
  using sim::Engine;
  using sim::Event;
  failed_ = engine_.on<sim::NoPayload>([this](Engine&, const Event& event, sim::NoPayload) {
    fail(static_cast<std::uint32_t>(event.entity.value()));
    schedule_next_of_history();
    settle();
  });
  replaced_ = engine_.on<sim::NoPayload>([this](Engine&, const Event& event, sim::NoPayload) {
    end_lifetime(static_cast<std::uint32_t>(event.entity.value()));
    settle();
  });
  rebuilt_ = engine_.on<std::uint32_t>([this](Engine&, const Event&, std::uint32_t number) {
    end_rebuild(number);
    settle();
  });
  detected_ = engine_.on<std::uint32_t>([this](Engine&, const Event&, std::uint32_t index) {
    start_rebuilds(std::exchange(batches_[index], {}));
    free_batches_.push_back(index);
    dispatch();
  });
}

// After an event of repair's own.
void Repair::settle() {
  dispatch();
  observe();
}

void Repair::observe() {
  const sim::Instant now = engine_.now();
  health_.observe(now, state_, zones_down_ + zones_lost_ > 0);
  if (first_domain_lost_ == sim::Instant::never()) return;
  const bool is_whole = zone_restored_shards() == zone_shards_ && rack_missing_ == 0;
  fully_protected_ = is_whole ? std::min(fully_protected_, now) : sim::Instant::never();
}

void Repair::schedule_failure(std::uint32_t slot, sim::Instant start) {
  const std::uint32_t draw = draws_[slot]++;
  if (inputs_.failure.hangs_together()) {
    if (grey_) grey_->begin_life(slot, draw);
    return;
  }
  sim::Instant failure = process_.failure(slot, draw, start);
  if (grey_) grey_->begin_life(slot, draw, failure);
  if (failure >= sim::Instant() + inputs_.failure.horizon) failure = sim::Instant::never();
  engine_.schedule_at(failure, failed_, sim::kOnlyCell, sim::EntityId(slot));
}

// One at a time, so that the engine does not hold years of failures.
void Repair::schedule_next_of_history() {
  if (next_of_history_ == history_.size()) return;
  const SlotFailure& next = history_[next_of_history_++];
  engine_.schedule_at(sim::Instant() + sim::Duration::seconds(next.at_s), failed_, sim::kOnlyCell,
                      sim::EntityId(next.slot));
}

// The slot's process goes on whether or not a drive is there to fail.
void Repair::fail(std::uint32_t slot) {
  if (state_.is_gone(slot)) return;
  ++counts_.failures;
  failures_.push_back({slot, engine_.now()});
  if (state_.is_present(slot)) {
    due_[slot] = later(engine_.now(), inputs_.failure.replace);
    fail_drive(slot, false);
    restart_interrupted();
  }
  engine_.schedule_after(inputs_.failure.replace, replaced_, sim::kOnlyCell, sim::EntityId(slot));
}

std::uint32_t Repair::next_failure() {
  if (next_failure_ == kMostFailures) {
    throw std::runtime_error(fmt::format(
        "repair: more than {} drive failures in one replication (each needs draws of its own) — a "
        "shorter run, fewer drives, or a lower afr",
        kMostFailures));
  }
  return static_cast<std::uint32_t>(next_failure_++);
}

void Repair::fail_drive(std::uint32_t drive, bool with_rack) {
  const std::uint32_t failure = next_failure();
  if (grey_) grey_->end(drive);
  interrupt(drive);
  Batch batch{failure, state_.begin_failure(drive)};
  for (const std::uint32_t shard : batch.shards) lose(shard, failure, with_rack);
  state_.end_failure(drive);
  if (!is_exponential()) detect(std::move(batch));
}

void Repair::end_lifetime(std::uint32_t slot) {
  if (state_.is_gone(slot)) return;
  const bool is_replaced = !state_.is_present(slot) && due_[slot] <= engine_.now();
  if (is_replaced) state_.replace(slot);
  schedule_failure(slot, engine_.now());
  if (is_replaced) serve_waiting(slot);
}

void Repair::put_in_service(std::uint32_t drive) {
  if (state_.is_gone(drive)) return;
  state_.replace(drive);
  schedule_failure(drive, engine_.now());
  serve_waiting(drive);
  if (zone_rebuild_ && shortfall_shards() > 0) zone_rebuild_->begin({});
  settle();
}

// Of all drives this one alone became legal for those who wait: no draw is needed.
void Repair::serve_waiting(std::uint32_t drive) {
  if (state_.takes_data()[drive] == 0) return;
  for (auto it = waiting_.begin(); it != waiting_.end();) {
    if (!state_.has_room(drive)) break;
    const std::uint32_t number = it->second;
    ++it;  // place() erases the entry
    if (has_sources(number) && chooser_.is_legal(drive, held_by(extent_of(number)), view())) {
      place(number, drive);
    }
  }
}

void Repair::lose(std::uint32_t shard, std::uint32_t failure, bool with_rack) {
  const std::uint32_t number = lost_.add({.shard = shard,
                                          .failure = failure,
                                          .since = engine_.now(),
                                          .rebuilt = {},
                                          .was_in_rack = with_rack});
  rack_missing_ += with_rack ? 1U : 0U;
  state_.mark_lost(engine_.now(), shard, number);
  const std::uint32_t extent = shard / shards_;
  const std::uint32_t left = state_.present(extent);
  if (left >= inputs_.needed) {
    if (is_exponential()) start_rebuild(number);
    retry_waiting_of(extent, failure);
    reorder(extent);
    return;
  }
  // With what lost zones held it is lost for good, and was counted.
  if (zones_lost_ > 0 && not_gone(extent) < inputs_.needed) return;
  // Fewer than that already: an extent that could not be made whole yet is not lost again.
  if (left + 1 == inputs_.needed) count_loss(extent);
  make_whole(extent, failure);
}

void Repair::count_loss(std::uint32_t extent) {
  ++counts_.losses;
  std::uint64_t& word = ever_lost_[extent / 64];
  const std::uint64_t bit = std::uint64_t{1} << (extent % 64);
  if ((word & bit) == 0) ++counts_.lost_extents;
  word |= bit;
}

void Repair::start_rebuild(std::uint32_t number) {
  LostShard& lost = lost_[number];
  sim::RandomStream random(inputs_.seed, replication_, purpose::kRebuildTime, lost.shard);
  random.skip_to(sim::RandomStream::kWordsPerBlock * lost.failure);  // one block a rebuild
  const double delay_s =
      inputs_.repair.detect.to_seconds() + random.exponential() * rebuild_mean_s_;
  const sim::Duration left = inputs_.failure.horizon - (engine_.now() - sim::Instant());
  // Compared before conversion: what is not before the horizon never happens.
  if (delay_s >= left.to_seconds()) return;
  lost.rebuilt = engine_.schedule_after(sim::Duration::seconds(delay_s), rebuilt_, sim::kOnlyCell,
                                        sim::EntityId(lost.shard), number);
}

void Repair::end_rebuild(std::uint32_t number) {
  if (is_exponential()) {
    restore(number, lost_[number].failure);
  } else {
    end_transfers(number);
  }
}

// Renewal: what is missing comes back at once, from nothing, as far as there is room for it.
void Repair::make_whole(std::uint32_t extent, std::uint32_t failure) {
  for (std::uint32_t i = 0; i < shards_; ++i) {
    const std::uint32_t entry = state_.map().of(extent)[i];
    if (!ShardMap::is_lost(entry)) continue;
    const std::uint32_t number = entry - ShardMap::kLost;
    abort(number);
    lost_[number].is_repair = false;
    restore(number, failure);
  }
}

// A rack or zone has one shard of the extent less: those who wait may be legal there.
void Repair::retry_waiting_of(std::uint32_t extent, std::uint32_t failure) {
  if (waiting_.empty()) return;
  for (std::uint32_t i = 0; i < shards_; ++i) {
    const std::uint32_t entry = state_.map().of(extent)[i];
    if (!ShardMap::is_lost(entry)) continue;
    const std::uint32_t number = entry - ShardMap::kLost;
    if (lost_[number].waits_since != 0) start(number, failure);
  }
}

// Many drives became legal or readable: the longest waiting choose first.
void Repair::retry_waiting() {
  const std::vector<std::pair<std::uint64_t, std::uint32_t>> all(waiting_.begin(), waiting_.end());
  for (const auto& [since, number] : all) start(number, lost_[number].failure);
}

// Finds a legal drive for the shard, drawn at the failure's number, or lets it wait.
void Repair::restore(std::uint32_t number, std::uint32_t failure) {
  if (!has_sources(number)) {
    wait(number);
    return;
  }
  const std::uint32_t shard = lost_[number].shard;
  sim::RandomStream random(inputs_.seed, replication_, purpose::kRepairTarget, shard);
  random.skip_to(TargetChooser::kMostWords * failure);
  const std::uint32_t drive = chooser_.choose(held_by(shard / shards_), view(), random);
  if (drive != TargetChooser::kNone) {
    place(number, drive);
  } else {
    wait(number);
  }
}

void Repair::place(std::uint32_t number, std::uint32_t drive) {
  if (is_exponential() || !lost_[number].is_repair) {
    put(number, drive);
  } else {
    begin_transfers(number, drive);
  }
}

void Repair::wait(std::uint32_t number) {
  LostShard& lost = lost_[number];
  if (lost.waits_since != 0) return;
  lost.waits_since = next_wait_++;
  waiting_.emplace(lost.waits_since, number);
}

void Repair::stop_waiting(std::uint32_t number) {
  LostShard& lost = lost_[number];
  if (lost.waits_since != 0) waiting_.erase({lost.waits_since, number});
  lost.waits_since = 0;
}

void Repair::no_longer_lost(std::uint32_t number) {
  rack_missing_ -= lost_[number].was_in_rack ? 1U : 0U;
  lost_.release(number);
}

void Repair::put(std::uint32_t number, std::uint32_t drive) {
  stop_waiting(number);
  const LostShard lost = lost_[number];
  no_longer_lost(number);
  state_.put(engine_.now(), lost.shard, drive);
  reorder(lost.shard / shards_);
  if (lost.was_in_zone) {
    ++zone_restored_;
  } else if (lost.is_repair) {
    ++counts_.restored_shards;
    counts_.repair_s.add((engine_.now() - lost.since).to_seconds());
  }
}

}  // namespace spindle::models
