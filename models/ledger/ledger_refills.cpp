// Empty drives that the policy fills before all others (refilled_drives.hpp), as the plan has them:
// what comes to them is there from the window's start on, and is asked for from its end on.

#include <algorithm>

#include "models/ledger/ledger_exchange.hpp"
#include "models/ledger/ledger_plan.hpp"

namespace spindle::models {

bool LedgerPlan::places_on(std::uint32_t rack) const {
  const RackGroup& group = group_of(rack);
  return group.takes() && !takes_evenly(group);
}

// All; but what cannot go where it should goes to those that are there, if the rule lets it.
std::uint32_t LedgerPlan::zones_of_new_data() const {
  const std::uint32_t zones = fleet_.topology().zones();
  if (drives_up() <= 0 || !may_go_elsewhere()) return zones;
  std::uint32_t open = 0;
  for (std::uint32_t zone = 0; zone < zones; ++zone) open += is_usable(zone) ? 1U : 0U;
  return open;
}

double LedgerPlan::taking_drives(std::uint32_t zone, sim::Instant at) const {
  double drives = 0;
  for (const RackGroup& group : groups_) {
    drives += group.zone == zone && group.takes() ? group.present : 0;
  }
  // Changes of the whole window are made.
  for (const DriveChange& change : changes_) {
    const std::uint32_t rack = fleet_.topology().rack_of(change.drive);
    if (change.at <= at || fleet_.topology().zone_of_rack(rack) != zone) continue;
    if (group_of(rack).takes()) drives += change.fails ? 1 : -1;
  }
  return drives;
}

// Drives on which the policy places, but for some.
double LedgerPlan::policy_drives(std::size_t apart) const {
  double drives = 0;
  for (const RackGroup& group : groups_) {
    drives += group.takes() && !takes_evenly(group) ? group.present : 0;
  }
  return drives - static_cast<double>(apart);
}

// Of drives by fill, those in zones that are down too: those that came since they were counted are
// empty.
std::vector<std::uint32_t> LedgerPlan::bins_with_new(std::size_t apart) const {
  std::vector<std::uint32_t> bins = bins_;
  double seen = 0;
  for (const std::uint32_t count : bins) seen += count;
  double there = 0;
  for (const RackGroup& group : groups_) {
    there += group.is_draining || takes_evenly(group) ? 0 : group.present;
  }
  bins.front() +=
      static_cast<std::uint32_t>(std::max(0.0, there - static_cast<double>(apart) - seen));
  return bins;
}

double LedgerPlan::level(double shards, std::size_t apart) const {
  return preference_.level_of(bins_with_new(apart), shards / std::max(1.0, policy_drives(apart)));
}

double LedgerPlan::part_by_policy(std::uint32_t zone) const {
  double first = 0;
  for (const double share : taken_first(zone)) first += share;
  double all = 0;
  double mine = 0;
  for (const RackGroup& group : groups_) {
    if (group.zone != zone || !group.takes() || goes_first(group)) continue;
    all += group.present;
    mine += takes_evenly(group) ? 0 : group.present;
  }
  return all > 0 ? (1 - std::min(1.0, first)) * mine / all : 0;
}

void LedgerPlan::refill(std::span<const Refill> refills, std::span<const std::uint32_t> shut) {
  refills_.assign(refills.begin(), refills.end());
  shut_.assign(shut.begin(), shut.end());
  std::fill(refilled_.begin(), refilled_.end(), 0.0);
  for (const Refill& of : refills_) {
    const std::uint32_t zone = fleet_.topology().zone_of(of.drive);
    refilled_[zone * classes_.size() + of.tenant_class] += of.shards;
  }
  add_refills([](const Refill& of) { return LedgerClass{of.shards, 0}; });
}

// Changes what drives hold, and with it what their groups do, and will send: as if they had left
// and come back.
void LedgerPlan::add_refills(const std::function<LedgerClass(const Refill&)>& more) {
  std::vector<DriveChange> changes;
  for (const Refill& of : refills_) {
    if (changes.empty() || changes.back().drive != of.drive) changes.push_back({start_, of.drive});
  }
  std::vector<RackTally> before(changes.size());
  std::vector<RackTally> after(changes.size());
  const auto mine = [&](std::vector<RackTally>& tallies) {
    for (std::size_t i = 0; i < changes.size(); ++i) {
      if (fleet_.share().owns(changes[i].drive)) tallies[i] = tally_of(changes[i].drive);
    }
    exchange_tallies(fleet_.share(), fleet_.topology(), changes, classes_.size(), tallies);
  };
  mine(before);
  for (const Refill& of : refills_) {
    if (!fleet_.share().owns(of.drive)) continue;
    const LedgerClass added = more(of);
    LedgerFleet::Holding& held = fleet_.held(of.drive)[of.tenant_class];
    held.shards += static_cast<float>(added.shards);
    held.demand += static_cast<float>(added.demand);
  }
  mine(after);
  for (std::size_t i = 0; i < changes.size(); ++i) {
    RackGroup& group = groups_[group_of_[fleet_.topology().rack_of(changes[i].drive)]];
    group.add(before[i], -1);
    group.add(after[i], 1);
  }
}

// Of what comes to the zone in the window, what came so and is left at its end.
LedgerClass LedgerPlan::refilled(std::uint32_t zone, std::size_t tenant_class) const {
  const double shards = refilled_[zone * classes_.size() + tenant_class] * kept_[tenant_class];
  return {shards, shards * born_demand_[tenant_class]};
}

double LedgerPlan::refilled_demand(std::size_t tenant_class) const {
  double sum = 0;
  for (std::uint32_t zone = 0; zone < fleet_.topology().zones(); ++zone) {
    sum += refilled(zone, tenant_class).demand;
  }
  return sum;
}

// The demand of what came in the window before.
void LedgerPlan::settle_refills() {
  const auto demand = [&](const Refill& of) {
    return of.shards * left_of_newborn(of.tenant_class);
  };
  for (const Refill& of : refills_) adrift_[of.tenant_class].demand -= demand(of);
  add_refills([&](const Refill& of) { return LedgerClass{0, demand(of)}; });
  refills_.clear();
}

}  // namespace spindle::models
