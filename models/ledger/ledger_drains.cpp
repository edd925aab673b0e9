// Racks that are emptied: what leaves them, where it goes, and when they are taken away.

#include <algorithm>

#include "models/ledger/ledger_plan.hpp"

namespace spindle::models {
namespace {

// What goes to the fleet stops while the drives that would take it are so full on average: beyond,
// drives chosen without regard to fill overflow.
constexpr double kFullest = 0.95;
// Share of what a drain moves in a window that may find no drive with room: more ends it.
constexpr double kNoRoom = 0.01;
// A drive with less is empty, in shards.
constexpr double kEmpty = 1e-3;

// Each class's part of `of` / sum of shards, times `shards`.
std::vector<LedgerClass> share_of(std::span<const LedgerClass> of, double shards) {
  double sum = 0;
  for (const LedgerClass& all : of) sum += all.shards;
  std::vector<LedgerClass> out;
  for (const LedgerClass& all : of) {
    out.push_back({all.shards * shards / sum, all.demand * shards / sum});
  }
  return out;
}

}  // namespace

void LedgerPlan::start_drain(std::uint32_t drain) {
  events_.push_back({start_, LedgerEventKind::kDrain, drain});
  for (RackGroup& group : groups_) {
    if (group.drain != drain || group.is_lost) continue;
    group.is_draining = true;
    group.is_settled = false;
  }
}

// Shards that the zone's takers have room for, by where a drain goes.
double LedgerPlan::room_for_drain(std::uint32_t zone, DrainTo to) const {
  double room = 0;
  for (const RackGroup& group : groups_) {
    if (group.zone != zone || !group.takes() || group.present == 0) continue;
    if (to == DrainTo::kLanded) {
      if (group.landing != RackGroup::kFirst) room += room_of_landed(group);
      continue;
    }
    const std::uint32_t drive = fleet_.topology().drives_of_rack(group.racks.first).first;
    room += group.present * kFullest * fleet_.room_of(drive) - group.shards();
  }
  return std::max(0.0, room);
}

double LedgerPlan::room_of_landed(const RackGroup& group) const {
  const Landing& landing = options_.landings[group.landing];
  const std::uint32_t drive = fleet_.topology().drives_of_rack(group.racks.first).first;
  const double target = landing.has_target() ? landing.target_fill : kFullest;
  double placed = 0;
  for (const ClassFlow& flow : flow_of(group.racks.first).classes) placed += flow.place;
  return std::max(0.0, group.present * (target * fleet_.room_of(drive) - placed) - group.shards());
}

// One window of every drain that is under way. Has to come before what is delivered.
void LedgerPlan::drain_racks() {
  std::fill(drained_.begin(), drained_.end(), LedgerClass());
  for (std::uint32_t i = 0; i < drains_.size(); ++i) {
    LedgerGoal& state = drains_[i];
    if (state.is_reached) continue;
    state.short_by = 0;
    bool reached = true;
    bool is_under_way = false;
    double longest_s = 0;
    for (std::size_t g = 0; g < groups_.size(); ++g) {
      if (groups_[g].drain != i || !groups_[g].is_draining) continue;
      is_under_way = true;
      if (groups_[g].is_lost) {
        reached = false;  // its data was lost, not moved
        continue;
      }
      const double left = drain_group(i, g, longest_s);
      reached = reached && left <= 0;
      state.short_by += left;
    }
    if (!is_under_way || !reached) continue;
    state.is_reached = true;
    state.reached_at = start_ + sim::Duration::seconds(longest_s);
    events_.push_back({state.reached_at, LedgerEventKind::kDrained, i});
  }
}

// Returns the shards that stay after the window; `longest_s` grows to the time that it takes.
double LedgerPlan::drain_group(std::uint32_t drain, std::size_t g, double& longest_s) {
  RackGroup& group = groups_[g];
  const Drain& of = options_.drains[drain];
  std::vector<LedgerClass> left(classes_.size());
  double all = 0;
  for (std::size_t c = 0; c < left.size(); ++c) {
    const ClassFlow& leaving = flows_[g].classes[c];
    left[c].shards = group.held[c].shards * std::max(0.0, 1 - leaving.leave);
    left[c].demand = group.held[c].demand * std::max(0.0, 1 - leaving.leave_demand);
    all += left[c].shards;
  }
  if (all <= kEmpty * group.present) return 0;
  if (!group.serves()) return all;
  const double rate = of.bytes_per_s / fleet_.shard_bytes() * group.present;
  const bool found_no_room = no_room_of_zone_[group.zone] > kNoRoom * rate * seconds();
  if (of.to == DrainTo::kFleet && rate > 0 && (group.is_stuck || found_no_room)) {
    const double before = drains_[drain].moved;
    take_back(group, flows_[g], drains_[drain]);
    return all + before - drains_[drain].moved;
  }
  const double shards = std::min({all, rate * seconds(), room_for_drain(group.zone, of.to)});
  if (shards <= 0) return all;
  const std::vector<LedgerClass> moved = share_of(left, shards);
  for (std::size_t c = 0; c < moved.size(); ++c) {
    if (moved[c].shards <= 0) continue;
    ClassFlow& leaving = flows_[g].classes[c];
    leaving.leave += moved[c].shards / group.held[c].shards;
    if (group.held[c].demand > 0) leaving.leave_demand += moved[c].demand / group.held[c].demand;
  }
  flows_[g].directed += shards * options_.read_seconds[group.model] / (group.present * seconds());
  drains_[drain].moved += shards;
  put_drained(group.zone, of.to, moved);
  longest_s = std::max(longest_s, shards / rate);
  return shards < all ? all - shards : 0;
}

// Where drives differ in fill some are full before all are: what found no room there comes back,
// and the rest stays.
void LedgerPlan::take_back(RackGroup& group, GroupFlow& flow, LedgerGoal& state) {
  group.is_stuck = true;
  const double of_zone = no_room_of_zone_[group.zone];
  if (of_zone <= 0) return;
  double all = 0;
  for (const LedgerClass& of : adrift_) all += of.demand < 0 ? 0 : std::max(0.0, of.shards);
  double no_room = 0;
  for (const double shards : no_room_of_zone_) no_room += shards;
  // What found no room may be others', too: no more comes back than was moved.
  const double share = std::min(of_zone / no_room, all > 0 ? state.moved / all : 0);
  for (std::size_t c = 0; c < classes_.size(); ++c) {
    if (adrift_[c].shards <= 0 || adrift_[c].demand < 0) continue;
    const LedgerClass back = {adrift_[c].shards * share, adrift_[c].demand * share};
    flow.classes[c].add_place(back.shards / group.present, back.demand / group.present);
    adrift_[c].shards -= back.shards;
    adrift_[c].demand -= back.demand;
    state.moved -= back.shards;
  }
  no_room_of_zone_[group.zone] = 0;
}

void LedgerPlan::put_drained(std::uint32_t zone, DrainTo to, std::span<const LedgerClass> moved) {
  const double all = shards_of(moved);
  // What each group of takers gets: by its room, or by its drives.
  std::vector<double> weight(groups_.size());
  double sum = 0;
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    const RackGroup& group = groups_[g];
    if (group.zone != zone || !group.takes() || group.present == 0) continue;
    if (to == DrainTo::kFleet) {
      weight[g] = group.present;
    } else if (group.landing != RackGroup::kFirst) {
      weight[g] = room_of_landed(group);
    }
    sum += weight[g];
  }
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    if (weight[g] <= 0) continue;
    const double share = weight[g] / sum;
    const RackGroup& group = groups_[g];
    flows_[g].shards_written += all * share / (group.present * seconds());
    if (to == DrainTo::kFleet) continue;
    for (std::size_t c = 0; c < moved.size(); ++c) {
      flows_[g].classes[c].add_place(moved[c].shards * share / group.present,
                                     moved[c].demand * share * cool_[c] / group.present);
    }
  }
  if (to == DrainTo::kLanded) return;
  for (std::size_t c = 0; c < moved.size(); ++c) {
    LedgerClass& of = drained_[zone * classes_.size() + c];
    of.shards += moved[c].shards;
    of.demand += moved[c].demand * cool_[c];
  }
}

// Racks that hold nothing any more go away.
void LedgerPlan::take_drained_away() {
  for (RackGroup& group : groups_) {
    if (!group.is_draining || !drains_[group.drain].is_reached || !group.is_there) continue;
    for (std::size_t c = 0; c < classes_.size(); ++c) {
      adrift_[c].shards += group.held[c].shards;
      adrift_[c].demand += group.held[c].demand;
    }
    clear(group);
    group.is_there = false;
  }
}

}  // namespace spindle::models
