#include "models/migration/rack_filling.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

namespace spindle::models {
namespace {

// After all drives and shards, and all landings (landing_run.cpp).
constexpr std::uint64_t kFirstTransfer = (std::uint64_t{1} << 40) + (std::uint64_t{1} << 32);
// Of all extents, at least this part is looked at in a round: their number stays bounded.
constexpr std::uint32_t kMostRounds = 256;
constexpr std::size_t kAhead = 8;  // candidates whose memory is fetched

std::vector<double> shard_seconds(const Topology& topology, double shard_bytes, double io_bytes,
                                  ServiceTime (*service)(const DriveModel&, double)) {
  const double size = std::min(io_bytes, shard_bytes);
  std::vector<double> out;
  for (const DriveModel& model : topology.models()) {
    out.push_back(shard_bytes / size * service(model, size).mean_s);
  }
  return out;
}

}  // namespace

RackFilling::RackFilling(RackFillingInputs inputs, CoolestExtents coolest, sim::Engine& engine,
                         FleetState& state, DirectedLoad* directed)
    : in_(std::move(inputs)),
      coolest_(std::move(coolest)),
      engine_(engine),
      state_(state),
      directed_(directed),
      rack_limit_(in_.spread.max_per_rack == 0 ? std::numeric_limits<std::uint32_t>::max()
                                               : in_.spread.max_per_rack),
      guarded_(guarded_racks(in_.spread, state.topology())),
      transfer_(sim::Duration::seconds(static_cast<double>(state.shard_bytes()) /
                                       in_.landing.bytes_per_s)) {
  const Topology& topology = state.topology();
  const auto shard_bytes = static_cast<double>(state.shard_bytes());
  read_s_ = shard_seconds(topology, shard_bytes, in_.io.to_double(), read_service);
  write_s_ = shard_seconds(topology, shard_bytes, in_.io.to_double(), write_service);
  std::vector<std::uint32_t> of_zone(topology.zones(), 0);
  for (const std::uint32_t rack : in_.racks) {
    const DriveRange drives = topology.drives_of_rack(rack);
    const auto walk = static_cast<std::uint32_t>(walks_.size());
    for (std::uint32_t drive = drives.first; drive < drives.last; ++drive) {
      transfers_.push_back({.drive = drive, .walk = walk});
    }
    walks_.push_back({.rack = rack,
                      .of_zone = of_zone[topology.zone_of_rack(rack)]++,
                      .short_drives = drives.size()});
  }
  short_drives_ = transfers_.size();
}

bool RackFilling::is_over() const {
  const bool none_can_take = std::all_of(walks_.begin(), walks_.end(), [&](const Walk& walk) {
    return walk.is_exhausted || walk.short_drives == 0 ||
           state_.is_zone_lost(state_.topology().zone_of_rack(walk.rack));
  });
  const bool none_is_under_way =
      std::all_of(transfers_.begin(), transfers_.end(),
                  [](const Transfer& transfer) { return transfer.shard == kNone; });
  return is_reached() || (none_can_take && none_is_under_way);
}

void RackFilling::advance() {
  for (std::uint32_t number = 0; number < transfers_.size(); ++number) {
    if (transfers_[number].shard == kNone) go_on(number);
  }
}

// The drive begins its next transfer, where it is short of its target and there is one to begin.
void RackFilling::go_on(std::uint32_t number) {
  Transfer& transfer = transfers_[number];
  if (transfer.is_at_target || settle_target(transfer) || !may_begin(transfer)) return;
  Walk& walk = walks_[transfer.walk];
  for (std::uint32_t candidate = next_candidate(walk); candidate != kNone;
       candidate = next_candidate(walk)) {
    const std::uint32_t extent = rounds_[walk.round].extents[candidate];
    const std::uint32_t donor =
        coolest_.is_cool(extent) ? choose_donor(transfer.drive, extent) : kNone;
    if (donor == kNone) {
      drop_candidate(walk, candidate);
    } else if (may_take(transfer.drive, extent)) {
      return begin(number, extent, donor);
    }
  }
}

bool RackFilling::is_full(std::uint32_t drive) const {
  const double target = in_.landing.target_fill * state_.topology().capacity_of(drive).to_double();
  return static_cast<double>(state_.used_bytes()[drive] + state_.shard_bytes()) > target;
}

bool RackFilling::settle_target(Transfer& transfer) {
  if (state_.takes_data()[transfer.drive] == 0 || !is_full(transfer.drive)) return false;
  transfer.is_at_target = true;
  --walks_[transfer.walk].short_drives;
  --short_drives_;
  reached_at_ = engine_.now();
  return true;
}

bool RackFilling::may_begin(const Transfer& transfer) const {
  return !walks_[transfer.walk].is_exhausted && state_.takes_data()[transfer.drive] != 0 &&
         state_.has_room(transfer.drive);
}

void RackFilling::begin(std::uint32_t number, std::uint32_t extent, std::uint32_t donor) {
  Transfer& transfer = transfers_[number];
  const sim::Instant start = engine_.now();
  transfer.shard = extent * state_.shards() + donor;
  transfer.source = state_.map().of(extent)[donor];
  // Centuries are never: their sum would overflow.
  const bool ends = transfer_ < sim::Instant::never() - start;
  const sim::Instant until = ends ? start + transfer_ : sim::Instant::never();
  const Topology& topology = state_.topology();
  tell(transfer.source, start, until,
       read_s_[topology.model_of_rack(topology.rack_of(transfer.source))]);
  tell(transfer.drive, start, until, write_s_[topology.model_of_rack(walks_[transfer.walk].rack)]);
  if (until >= in_.horizon) return;
  engine_.schedule_at(until, in_.transfer_end, sim::kOnlyCell,
                      sim::EntityId(kFirstTransfer + transfer.drive), {in_.number, number});
}

void RackFilling::end(std::uint32_t number) {
  Transfer& transfer = transfers_[number];
  const std::uint32_t shard = std::exchange(transfer.shard, kNone);
  if (state_.map().entry(shard) != transfer.source || !state_.can_read(transfer.source) ||
      state_.takes_data()[transfer.drive] == 0 || !state_.has_room(transfer.drive) ||
      !may_take(transfer.drive, shard / state_.shards())) {
    ++in_vain_;
  } else {
    state_.move(engine_.now(), shard, transfer.drive);
    ++moves_;
  }
  go_on(number);
}

// No lost shard, and the target's rack below its limit.
bool RackFilling::may_take(std::uint32_t drive, std::uint32_t extent) const {
  const Topology& topology = state_.topology();
  const std::uint32_t rack = topology.rack_of(drive);
  std::uint32_t in_rack = 0;
  for (const std::uint32_t entry : state_.map().of(extent)) {
    if (ShardMap::is_lost(entry) || entry == drive) return false;
    in_rack += topology.rack_of(entry) == rack ? 1U : 0U;
  }
  return in_rack < rack_limit_ && guard_allows(drive, extent);
}

// Whatever shard comes: one that leaves a drive of the platform for another is not told apart, so
// that extents at the guard rail's limit move nothing there.
bool RackFilling::guard_allows(std::uint32_t drive, std::uint32_t extent) const {
  const Topology& topology = state_.topology();
  if (guarded_.empty() || guarded_[topology.rack_of(drive)] == 0) return true;
  const auto entries = state_.map().of(extent);
  const auto on_guarded = std::count_if(entries.begin(), entries.end(), [&](std::uint32_t entry) {
    return guarded_[topology.rack_of(entry)] != 0;
  });
  return static_cast<std::uint32_t>(on_guarded) < in_.spread.guard.at_most;
}

// Number of a shard in the drive's zone that can be read, one of them by a keyed order.
std::uint32_t RackFilling::choose_donor(std::uint32_t drive, std::uint32_t extent) const {
  const Topology& topology = state_.topology();
  const DriveRange zone = topology.drives_of_zone(topology.zone_of(drive));
  const auto entries = state_.map().of(extent);
  const auto gives = [&](std::uint32_t entry) {
    if (entry < zone.first || entry >= zone.last || !state_.can_read(entry)) return false;
    const auto left = static_cast<double>(state_.used_bytes()[entry] - state_.shard_bytes());
    return left >= in_.kept_bytes[topology.rack_of(entry)];
  };
  const auto donors =
      static_cast<std::uint32_t>(std::count_if(entries.begin(), entries.end(), gives));
  if (donors == 0) return kNone;
  // Shards of an extent are as good as each other: the extent's number spreads the choice.
  std::uint32_t left = extent % donors;
  for (std::uint32_t i = 0; i < entries.size(); ++i) {
    if (gives(entries[i]) && left-- == 0) return i;
  }
  return kNone;
}

std::size_t RackFilling::start_of(const Walk& walk) const {
  return rounds_[walk.round].extents.size() * walk.of_zone / in_.landing.racks_per_zone;
}

// The next that may give the rack something, by its number in the round; kNone: there is none.
std::uint32_t RackFilling::next_candidate(Walk& walk) {
  while (walk.round < rounds_.size() || add_round()) {
    const auto& extents = rounds_[walk.round].extents;
    const std::size_t start = start_of(walk);
    while (walk.walked < extents.size()) {
      // From the start to the end, then from 0 to the start.
      const bool is_past_end = start + walk.walked >= extents.size();
      const std::size_t at = start + walk.walked - (is_past_end ? extents.size() : 0);
      const std::uint32_t found = skip_dropped(walk, at);
      walk.walked += found - at;
      if (found == extents.size() || walk.walked >= extents.size()) continue;
      ++walk.walked;
      // Extents of a round lie anywhere: each is fetched before its turn.
      state_.prefetch_demand(extents[(found + 2 * kAhead) % extents.size()]);
      state_.prefetch_shards(extents[(found + kAhead) % extents.size()]);
      return found;
    }
    ++walk.round;
    walk.walked = 0;
  }
  walk.is_exhausted = true;
  return kNone;
}

void RackFilling::drop_candidate(const Walk& walk, std::uint32_t candidate) {
  auto& next = rounds_[walk.round].next[state_.topology().zone_of_rack(walk.rack)];
  next[candidate] = candidate + 1;
}

// The first from `candidate` on that is not dropped in the rack's zone, or one past the last. Paths
// are halved on the way, so that a run of dropped ones is soon crossed in one step.
std::uint32_t RackFilling::skip_dropped(const Walk& walk, std::size_t candidate) {
  auto& next = rounds_[walk.round].next[state_.topology().zone_of_rack(walk.rack)];
  auto at = static_cast<std::uint32_t>(candidate);
  while (next[at] != at) {
    next[at] = next[next[at]];
    at = next[at];
  }
  return at;
}

// As many as the racks still want if each extent gives what it has in a zone on average.
bool RackFilling::add_round() {
  const Topology& topology = state_.topology();
  const auto shard_bytes = static_cast<double>(state_.shard_bytes());
  double most = 0;
  for (const Walk& walk : walks_) {
    const DriveRange drives = topology.drives_of_rack(walk.rack);
    double wanted = 0;
    for (std::uint32_t drive = drives.first; drive < drives.last; ++drive) {
      const double target = in_.landing.target_fill * topology.capacity_of(drive).to_double();
      const double left = target - static_cast<double>(state_.used_bytes()[drive]);
      wanted += std::max(0.0, std::floor(left / shard_bytes));
    }
    most = std::max(most, wanted);
  }
  const double per_extent = std::min(
      1.0, static_cast<double>(state_.shards()) / (topology.zones() * in_.landing.racks_per_zone));
  const auto count = static_cast<std::uint64_t>(std::ceil(most / per_extent));
  const std::uint64_t least = rounds_.empty() ? 1 : state_.extents() / kMostRounds + 1;
  Round round;
  round.extents = coolest_.next_round(std::max(count, least));
  if (round.extents.empty()) return false;
  std::vector<std::uint32_t> none_dropped(round.extents.size() + 1);
  std::iota(none_dropped.begin(), none_dropped.end(), 0U);
  round.next.assign(topology.zones(), none_dropped);
  rounds_.push_back(std::move(round));
  return true;
}

void RackFilling::tell(std::uint32_t drive, sim::Instant from, sim::Instant until, double seconds) {
  if (directed_ == nullptr) return;
  directed_->add(drive, from, until, static_cast<float>(seconds / (until - from).to_seconds()));
}

}  // namespace spindle::models
