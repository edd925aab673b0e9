// Racks that land: who goes first for new data, and what moves to those that are filled.

#include <algorithm>

#include "models/ledger/ledger_plan.hpp"

namespace spindle::models {
namespace {

// A landing is at its target when its drives lack less than this of a shard, on average.
constexpr double kAtTarget = 0.5;
// Donors give no more of what they hold in one window.
constexpr double kMostGiven = 0.5;

}  // namespace

// Whether the group takes its zone's new data before all others.
bool LedgerPlan::goes_first(const RackGroup& group) const {
  return group.serves() && group.is_filling &&
         options_.landings[group.landing].policy == LandingPolicy::kNewDataFirst;
}

// Shards of new data in each zone, of all classes.
double LedgerPlan::born_in_zone() const {
  double born = 0;
  for (const double shards : born_) born += shards / fleet_.topology().zones();
  return born;
}

// Shards of new data that the group could have in the window: a new extent puts at most so many of
// the zone's shards into racks that go first.
double LedgerPlan::offered_first(const RackGroup& group) const {
  double racks = 0;
  for (const RackGroup& of : groups_) {
    racks += of.zone == group.zone && goes_first(of) ? of.racks.size() : 0;
  }
  const std::uint32_t zones = fleet_.topology().zones();
  const double of_zone = static_cast<double>(options_.shards) / zones;
  const double most =
      options_.spread.max_per_rack == 0 ? of_zone : racks * options_.spread.max_per_rack;
  return born_in_zone() * std::min(1.0, most / of_zone) * group.racks.size() / racks;
}

// Of each group of the zone, the share of the zone's new data that it takes before all others.
std::vector<double> LedgerPlan::taken_first(std::uint32_t zone) const {
  std::vector<double> share(groups_.size());
  const double born = born_in_zone();
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    if (groups_[g].zone != zone || born <= 0 || !goes_first(groups_[g])) continue;
    share[g] = std::min(offered_first(groups_[g]), lacking(groups_[g])) / born;
  }
  return share;
}

// Shards below the target of its landing.
double LedgerPlan::lacking(const RackGroup& group) const {
  const std::uint32_t drive = fleet_.topology().drives_of_rack(group.racks.first).first;
  const double target = options_.landings[group.landing].target_fill * fleet_.room_of(drive);
  double placed = 0;  // that drains bring in the window
  for (const ClassFlow& flow : flow_of(group.racks.first).classes) placed += flow.place;
  return std::max(0.0, group.present * (target - placed) - group.shards());
}

// Racks that landed, whatever the policy prefers, but for those that it sees.
bool LedgerPlan::takes_evenly(const RackGroup& group) const {
  if (group.landing == RackGroup::kFirst) return false;
  return goes_first(group) || options_.landings[group.landing].policy != LandingPolicy::kAsPlaced;
}

void LedgerPlan::fill_landings() {
  for (std::uint32_t i = 0; i < landings_.size(); ++i) {
    if (!landings_[i].is_reached && options_.landings[i].has_target()) fill_landing(i);
  }
}

// One window of a landing that is being filled.
void LedgerPlan::fill_landing(std::uint32_t landing) {
  const Landing& of = options_.landings[landing];
  LedgerGoal& state = landings_[landing];
  state.short_by = 0;
  bool reached = true;
  bool is_there = false;
  double longest_s = 0;
  std::vector<RackGroup*> filled;
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    RackGroup& group = groups_[g];
    if (group.landing != landing) continue;
    is_there = is_there || group.is_there;
    const double present = group.serves() ? group.present : 0;
    const double need = lacking(group);
    state.short_by += need;
    if (!group.serves() || group.present == 0) reached = false;
    if (!group.serves() || !group.is_filling) continue;
    if (need <= kAtTarget * present) {
      group.is_filling = false;
      continue;
    }
    if (of.policy == LandingPolicy::kNewDataFirst) {
      // What it is offered in the window goes there before this is asked.
      const double offered = offered_first(group);
      if (offered < need) {
        reached = false;
      } else {
        filled.push_back(&group);
        longest_s = std::max(longest_s, seconds() * need / offered);
      }
      continue;
    }
    const double rate = of.bytes_per_s / fleet_.shard_bytes() * present;
    const double shards = std::min(need, rate * seconds());
    const double before = state.moved;
    move_to(group, flows_[g], shards);
    const double moved = state.moved - before;
    if (moved < need * (1 - 1e-9)) {
      reached = false;
    } else {
      filled.push_back(&group);
      longest_s = std::max(longest_s, need / rate);
    }
    state.short_by -= moved;
  }
  for (RackGroup* group : filled) group->is_filling = false;
  if (!is_there || !reached) return;
  state.is_reached = true;
  state.short_by = 0;
  state.reached_at = start_ + sim::Duration::seconds(longest_s);
  events_.push_back({state.reached_at, LedgerEventKind::kTargetReached, landing});
}

// From the first racks of the same zone, which keep the spread rule.
void LedgerPlan::move_to(RackGroup& group, GroupFlow& flow, double shards) {
  const auto donor = static_cast<std::size_t>(
      std::find_if(groups_.begin(), groups_.end(),
                   [&](const RackGroup& of) { return of.zone == group.zone && of.is_first(); }) -
      groups_.begin());
  RackGroup& from = groups_[donor];
  const Landing& of = options_.landings[group.landing];
  // What nothing else in the window takes: deletes, and other landings before this one.
  std::vector<LedgerClass> left(classes_.size());
  for (std::size_t c = 0; c < left.size(); ++c) {
    const ClassFlow& leaving = flows_[donor].classes[c];
    left[c].shards = from.held[c].shards * std::max(0.0, 1 - leaving.leave);
    left[c].demand = from.held[c].demand * std::max(0.0, 1 - leaving.leave_demand);
  }
  const double most = shards_of(left) * kMostGiven;
  shards = std::min(shards, most);
  if (shards <= 0 || !from.serves()) return;
  std::vector<LedgerClass> moved(classes_.size());
  if (of.policy == LandingPolicy::kRandomMix) {
    const double share = shards / shards_of(left);
    for (std::size_t c = 0; c < moved.size(); ++c) {
      moved[c] = {left[c].shards * share, left[c].demand * share};
    }
  } else {
    std::vector<double> density(classes_.size());
    for (std::size_t c = 0; c < density.size(); ++c) {
      density[c] = classes_[c].shards > 0 ? classes_[c].demand / classes_[c].shards : 0;
    }
    moved = coolest_[group.zone].take(shards, left, density);
  }
  for (std::size_t c = 0; c < moved.size(); ++c) {
    if (moved[c].shards <= 0) continue;
    ClassFlow& leaving = flows_[donor].classes[c];
    leaving.leave += moved[c].shards / from.held[c].shards;
    if (from.held[c].demand > 0) leaving.leave_demand += moved[c].demand / from.held[c].demand;
    flow.classes[c].add_place(moved[c].shards / group.present,
                              moved[c].demand * cool_[c] / group.present);
  }
  const double all = shards_of(moved);
  landings_[group.landing].moved += all;
  flows_[donor].shards_read += all / (from.present * seconds());
  flow.directed += all * options_.write_seconds[group.model] / (group.present * seconds());
}

}  // namespace spindle::models
