#include "models/repair/zone_rebuild.hpp"

#include <algorithm>
#include <utility>

#include "models/purposes.hpp"
#include "sim/spreading_stride.hpp"

namespace spindle::models {
namespace {

constexpr sim::EntityId kEntity{0};
constexpr sim::Duration kRound = sim::Duration::hours(1);
// How much is queued ahead, a drive: two rounds, and enough transfers that chance, which spreads
// them over drives, leaves few channels idle before the next round.
constexpr double kAheadSeconds = 7200;
constexpr double kAheadTransfers = 16;
// Extents whose memory is fetched.
constexpr std::uint32_t kFetchedAhead = 16;

}  // namespace

ZoneRebuild::ZoneRebuild(sim::Engine& engine, FleetState& state, const TargetChooser& chooser,
                         TransferChannels& channels, LostShards& lost, sim::Seed seed,
                         std::uint32_t replication, std::function<void()> changed)
    : engine_(engine),
      state_(state),
      chooser_(chooser),
      channels_(channels),
      lost_(lost),
      seed_(seed),
      replication_(replication),
      changed_(std::move(changed)),
      stride_(sim::spreading_stride(std::max(1U, state.extents()))),
      cursor_(state.extents()) {
  round_ = engine.on<sim::NoPayload>([this](sim::Engine&, const sim::Event&, sim::NoPayload) {
    round();
    changed_();
  });
}

void ZoneRebuild::begin(sim::Duration delay) {
  if (channels_.are_closed()) return;
  is_flying_.resize((state_.extents() + 63) / 64);
  short_of_.assign(state_.extents(), 0);
  cursor_ = 0;
  short_ = 0;
  again_.clear();  // the cursor comes by
  deferred_.clear();
  if (!engine_.is_pending(next_round_)) schedule(engine_.now() + delay);
}

void ZoneRebuild::end_of_outage() {
  if (deferred_.empty()) return;
  again_.insert(again_.end(), deferred_.begin(), deferred_.end());
  deferred_.clear();
  if (!engine_.is_pending(next_round_)) schedule(engine_.now());
}

void ZoneRebuild::schedule(sim::Instant at) {
  next_round_ = engine_.schedule_at(at, round_, sim::kOnlyCell, kEntity);
}

void ZoneRebuild::round() {
  finish_flights();
  start_flights();
  const sim::Instant next = engine_.now() + kRound;
  if (cursor_ < state_.extents() || !again_.empty()) {
    schedule(next);
  } else if (!flights_.empty()) {
    sim::Instant last;
    for (const Flight& flight : flights_) last = std::max(last, flight.done);
    schedule(std::min(next, last));
  }
}

void ZoneRebuild::finish_flights() {
  const std::uint32_t n = state_.shards();
  std::size_t kept = 0;
  for (std::size_t first = 0; first < flights_.size();) {
    const std::uint32_t extent = flights_[first].shard / n;
    std::size_t last = first + 1;
    while (last < flights_.size() && flights_[last].shard / n == extent) ++last;
    if (flights_[first].done <= engine_.now()) {
      finish(std::span(flights_).subspan(first, last - first));
    } else {
      kept =
          static_cast<std::size_t>(std::copy(flights_.begin() + static_cast<std::ptrdiff_t>(first),
                                             flights_.begin() + static_cast<std::ptrdiff_t>(last),
                                             flights_.begin() + static_cast<std::ptrdiff_t>(kept)) -
                                   flights_.begin());
    }
    first = last;
  }
  flights_.resize(kept);
}

// The state may have changed since the transfers began: shards may have been renewed, drives lost,
// racks filled by others' repair.
bool ZoneRebuild::is_sound(std::span<const Flight> flights) {
  const std::uint32_t extent = flights.front().shard / state_.shards();
  if (state_.readable(extent) < state_.needed()) return false;
  const auto held = lost_.held_by(state_, extent);
  held_.assign(held.begin(), held.end());
  const RepairView view{state_.taken_bytes(), state_.takes_data(), state_.open_drives()};
  for (const Flight& flight : flights) {
    const std::uint32_t entry = state_.map().entry(flight.shard);
    if (ShardMap::is_lost(entry) || !state_.is_gone(entry)) return false;
    if (!channels_.was_up_since(flight.target, flight.started)) return false;
    if (!chooser_.is_legal(flight.target, held_, view)) return false;
    held_.push_back(flight.target);
  }
  return true;
}

void ZoneRebuild::finish(std::span<const Flight> flights) {
  const std::uint32_t extent = flights.front().shard / state_.shards();
  is_flying_[extent / 64] &= ~(std::uint64_t{1} << (extent % 64));
  for (const Flight& flight : flights) state_.release(flight.target);
  if (!is_sound(flights)) {
    again_.push_back(extent);
    return;
  }
  shards_.clear();
  targets_.clear();
  for (const Flight& flight : flights) {
    shards_.push_back(flight.shard);
    targets_.push_back(flight.target);
  }
  state_.put_all(engine_.now(), extent, shards_, targets_);
  restored_ += flights.size();
}

void ZoneRebuild::start_flights() {
  const double each_s = channels_.rebuild_s();
  const double ahead_s = std::max(kAheadSeconds, kAheadTransfers * channels_.transfer_s());
  double excess_s = channels_.excess_backlog_s(engine_.now(), ahead_s);
  const auto try_one = [&](std::uint32_t extent) {
    const std::size_t before = flights_.size();
    if (start(extent) == Start::kDeferred) deferred_.push_back(extent);
    excess_s += each_s * static_cast<double>(flights_.size() - before);
  };
  std::size_t done = 0;
  for (; done < again_.size() && excess_s < 0; ++done) try_one(again_[done]);
  again_.erase(again_.begin(), again_.begin() + static_cast<std::ptrdiff_t>(done));
  for (; cursor_ < state_.extents() && excess_s < 0; ++cursor_) {
    state_.prefetch_shards(extent_at(std::uint64_t{cursor_} + kFetchedAhead));
    try_one(extent_at(cursor_));
  }
}

ZoneRebuild::Start ZoneRebuild::start(std::uint32_t extent) {
  if ((is_flying_[extent / 64] >> (extent % 64) & 1) != 0 || !state_.is_placed(extent)) {
    return Start::kNothing;
  }
  shards_.clear();
  const auto entries = state_.map().of(extent);
  for (std::uint32_t i = 0; i < entries.size(); ++i) {
    if (ShardMap::is_lost(entries[i]) || !state_.is_gone(entries[i])) continue;
    shards_.push_back(extent * state_.shards() + i);
  }
  if (shards_.empty() || state_.present(extent) < state_.needed()) return Start::kNothing;
  if (state_.readable(extent) < state_.needed()) return Start::kDeferred;

  if (choose_targets(extent) > 0 && outages_ > 0) {
    for (const std::uint32_t target : targets_) state_.release(target);
    return Start::kDeferred;
  }
  if (targets_.empty()) return Start::kNothing;
  const sim::Instant now = engine_.now();
  sim::Instant done;
  for (const std::uint32_t target : targets_) {
    done = std::max(done, channels_.rebuild(now, extent, target, {}));
  }
  for (std::size_t i = 0; i < targets_.size(); ++i) {
    flights_.push_back({shards_[i], targets_[i], now, done});
  }
  is_flying_[extent / 64] |= std::uint64_t{1} << (extent % 64);
  return Start::kStarted;
}

// Keeps room for those of shards_ that find a legal drive, and only these in shards_; returns how
// many do not.
std::uint32_t ZoneRebuild::choose_targets(std::uint32_t extent) {
  const auto held = lost_.held_by(state_, extent);
  held_.assign(held.begin(), held.end());
  targets_.clear();
  std::uint32_t without = 0;
  for (const std::uint32_t shard : shards_) {
    const RepairView view{state_.taken_bytes(), state_.takes_data(), state_.open_drives()};
    sim::RandomStream random(seed_, replication_, purpose::kZoneRebuildTarget, shard);
    const std::uint32_t target = chooser_.choose(held_, view, random);
    if (target == TargetChooser::kNone) {
      ++without;
      continue;
    }
    state_.reserve(target);
    held_.push_back(target);
    shards_[targets_.size()] = shard;
    targets_.push_back(target);
  }
  shards_.resize(targets_.size());
  short_ += without - short_of_[extent];
  short_of_[extent] = static_cast<std::uint8_t>(without);
  return without;
}

}  // namespace spindle::models
