#include "models/repair/repair_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "models/purposes.hpp"

namespace spindle::models {
namespace {

constexpr sim::CellId kCell{0};
constexpr std::uint64_t kWordsPerBlock = 4;

// Mean of the exponential part, so that detection and rebuild take mttr together.
double rebuild_mean_s(const RepairOptions& options) {
  if (options.detect < sim::Duration() || options.detect >= options.mttr) {
    throw std::invalid_argument(fmt::format(
        "repair: detection takes {} s and the whole repair {} s on average (nothing would be left "
        "for the rebuild) — detect sooner, or raise mttr",
        options.detect.to_seconds(), options.mttr.to_seconds()));
  }
  return (options.mttr - options.detect).to_seconds();
}

}  // namespace

RepairRun::RepairRun(const RepairInputs& inputs, std::uint32_t replication)
    : inputs_(inputs),
      process_(inputs.topology, inputs.failure, inputs.seed, replication),
      chooser_(inputs.topology, inputs.spread, inputs.shard_bytes),
      replication_(replication),
      shards_(inputs.placement.shards_per_extent),
      rebuild_mean_s_(rebuild_mean_s(inputs.repair)),
      state_(inputs.topology, inputs.shard_bytes, inputs.needed, inputs.placement, inputs.index),
      draws_(inputs.topology.drives(), 0),
      ever_lost_((inputs.placement.drive_of_shard.size() / shards_ + 63) / 64) {
  using sim::Engine;
  using sim::Event;
  failed_ = engine_.on<sim::NoPayload>([this](Engine&, const Event& event, sim::NoPayload) {
    fail(static_cast<std::uint32_t>(event.entity.value()));
  });
  replaced_ = engine_.on<sim::NoPayload>([this](Engine&, const Event& event, sim::NoPayload) {
    replace(static_cast<std::uint32_t>(event.entity.value()));
  });
  rebuilt_ = engine_.on<std::uint32_t>([this](Engine&, const Event&, std::uint32_t number) {
    settle(number, lost_[number].failure);
  });
  for (std::uint32_t drive = 0; drive < inputs.topology.drives(); ++drive) {
    schedule_failure(drive, engine_.now());
  }
}

// The drives that hold the extent's other shards.
std::span<const std::uint32_t> RepairRun::held_by(std::uint32_t extent) {
  held_.clear();
  for (const std::uint32_t entry : state_.map().of(extent)) {
    if (state_.is_present_entry(entry)) held_.push_back(entry);
  }
  return held_;
}

void RepairRun::schedule_failure(std::uint32_t slot, sim::Instant start) {
  const sim::Instant at = process_.failure(slot, draws_[slot]++, start);
  engine_.schedule_at(at, failed_, kCell, sim::EntityId(slot));
}

void RepairRun::fail(std::uint32_t slot) {
  if (counts_.failures == kMostFailures) {
    throw std::runtime_error(fmt::format(
        "repair: more than {} drive failures in one replication (each needs draws of its own) — a "
        "shorter run, fewer drives, or a lower afr",
        kMostFailures));
  }
  const auto failure = static_cast<std::uint32_t>(counts_.failures++);
  failures_.push_back({slot, engine_.now()});
  for (const std::uint32_t shard : state_.begin_failure(slot)) lose(shard, failure);
  state_.end_failure(slot);
  engine_.schedule_after(inputs_.failure.replace, replaced_, kCell, sim::EntityId(slot));
}

void RepairRun::replace(std::uint32_t slot) {
  state_.replace(slot);
  schedule_failure(slot, engine_.now());
  // Of all drives this one alone became legal for those who wait: no draw is needed.
  for (auto it = waiting_.begin(); it != waiting_.end();) {
    if (!state_.has_room(slot)) break;
    const std::uint32_t number = it->second;
    ++it;  // put() erases the entry
    if (chooser_.is_legal(slot, held_by(lost_[number].shard / shards_), view())) put(number, slot);
  }
}

std::uint32_t RepairRun::take_number() {
  if (free_.empty()) {
    free_.push_back(static_cast<std::uint32_t>(lost_.size()));
    lost_.emplace_back();
  }
  const std::uint32_t number = free_.back();
  free_.pop_back();
  return number;
}

void RepairRun::lose(std::uint32_t shard, std::uint32_t failure) {
  const std::uint32_t number = take_number();
  lost_[number] = {.shard = shard, .failure = failure, .since = engine_.now(), .rebuilt = {}};
  state_.mark_lost(engine_.now(), shard, number);
  const std::uint32_t extent = shard / shards_;
  const std::uint32_t left = state_.present(extent);
  if (left >= inputs_.needed) {
    start_rebuild(number);
    retry_waiting_of(extent, failure);
    return;
  }
  // Fewer than that already: an extent that could not be made whole yet is not lost again.
  if (left + 1 == inputs_.needed) {
    ++counts_.losses;
    std::uint64_t& word = ever_lost_[extent / 64];
    const std::uint64_t bit = std::uint64_t{1} << (extent % 64);
    if ((word & bit) == 0) ++counts_.lost_extents;
    word |= bit;
  }
  make_whole(extent, failure);
}

void RepairRun::start_rebuild(std::uint32_t number) {
  Lost& lost = lost_[number];
  sim::RandomStream random(inputs_.seed, replication_, purpose::kRebuildTime, lost.shard);
  random.skip_to(kWordsPerBlock * lost.failure);  // one block a rebuild
  const double delay_s =
      inputs_.repair.detect.to_seconds() + random.exponential() * rebuild_mean_s_;
  const sim::Duration left = inputs_.failure.horizon - (engine_.now() - sim::Instant());
  // Compared before conversion: what is not before the horizon never happens.
  if (delay_s >= left.to_seconds()) return;
  lost.rebuilt = engine_.schedule_after(sim::Duration::seconds(delay_s), rebuilt_, kCell,
                                        sim::EntityId(lost.shard), number);
}

// Renewal: what is missing comes back at once, from nothing, as far as there is room for it.
void RepairRun::make_whole(std::uint32_t extent, std::uint32_t failure) {
  for (std::uint32_t i = 0; i < shards_; ++i) {
    const std::uint32_t entry = state_.map().of(extent)[i];
    if (!ShardMap::is_lost(entry)) continue;
    const std::uint32_t number = entry - ShardMap::kLost;
    engine_.cancel(lost_[number].rebuilt);
    lost_[number].is_repair = false;
    settle(number, failure);
  }
}

// A rack or zone has one shard of the extent less: those who wait may be legal there.
void RepairRun::retry_waiting_of(std::uint32_t extent, std::uint32_t failure) {
  if (waiting_.empty()) return;
  for (std::uint32_t i = 0; i < shards_; ++i) {
    const std::uint32_t entry = state_.map().of(extent)[i];
    if (!ShardMap::is_lost(entry)) continue;
    const std::uint32_t number = entry - ShardMap::kLost;
    if (lost_[number].waits_since != 0) settle(number, failure);
  }
}

// Puts the shard on a legal drive, drawn at the failure's number, or lets it wait.
void RepairRun::settle(std::uint32_t number, std::uint32_t failure) {
  const std::uint32_t shard = lost_[number].shard;
  sim::RandomStream random(inputs_.seed, replication_, purpose::kRepairTarget, shard);
  random.skip_to(TargetChooser::kMostWords * failure);
  const std::uint32_t drive = chooser_.choose(held_by(shard / shards_), view(), random);
  if (drive != TargetChooser::kNone) {
    put(number, drive);
  } else {
    wait(number);
  }
}

void RepairRun::wait(std::uint32_t number) {
  Lost& lost = lost_[number];
  if (lost.waits_since != 0) return;
  lost.waits_since = next_wait_++;
  waiting_.emplace(lost.waits_since, number);
}

void RepairRun::put(std::uint32_t number, std::uint32_t drive) {
  const Lost lost = lost_[number];
  if (lost.waits_since != 0) waiting_.erase({lost.waits_since, number});
  free_.push_back(number);
  state_.put(engine_.now(), lost.shard, drive);
  if (!lost.is_repair) return;
  ++counts_.restored_shards;
  counts_.repair_s.add((engine_.now() - lost.since).to_seconds());
}

}  // namespace spindle::models
