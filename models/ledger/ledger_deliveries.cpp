// What comes to which racks in a window, and what goes to make room or to even out.

#include <algorithm>
#include <cmath>
#include <utility>

#include "models/ledger/ledger_plan.hpp"

namespace spindle::models {
namespace {

// A landing is at its target when its drives lack less than this of a shard, on average.
constexpr double kAtTarget = 0.5;
// Donors give no more of what they hold in one window.
constexpr double kMostGiven = 0.5;
// Demand of a shard that comes / the greater of a newborn's and of the class's mean, at most.
constexpr double kMostDemand = 4;

}  // namespace

// New data is spread over the zones evenly, as extents are; what a zone lost goes back to it.
void LedgerPlan::deliver() {
  const std::uint32_t zones = fleet_.topology().zones();
  const std::size_t classes = classes_.size();
  const bool elsewhere = drives_up() > 0 && may_go_elsewhere();
  std::vector<std::uint8_t> usable(zones);
  double open = 0;
  for (std::uint32_t z = 0; z < zones; ++z) {
    usable[z] = is_usable(z) ? 1 : 0;
    open += usable[z];
    can_take_[z] = usable[z] != 0 || (is_zone_lost(z) && elsewhere) ? 1 : 0;
  }
  repair_.advance({start_, end_, drives_up(), can_take_, kept_, kept_demand_, cool_, needed_});
  totals_.rebuilt += repair_.rebuilt();
  totals_.rebuilt_read_beyond += repair_.read_beyond();
  std::vector<LedgerClass> anywhere(adrift_);  // goes to any open zone
  std::fill(adrift_.begin(), adrift_.end(), LedgerClass());
  // Of each zone: new data, and what is re-encoded.
  std::vector<LedgerClass> born(classes);
  for (std::size_t c = 0; c < classes; ++c) {
    // New data that goes to sets has its place, in zones that are there.
    const double fresh = goes_to_sets() ? 0 : born_[c] / zones;
    born[c] = {fresh + recoded_[c].shards / zones,
               fresh * born_demand_[c] + recoded_[c].demand / zones};
  }
  for (std::uint32_t z = 0; z < zones; ++z) {
    for (std::size_t c = 0; c < classes; ++c) {
      if (usable[z] != 0) continue;
      const LedgerClass& back = repair_.of_zone(z)[c];
      anywhere[c].shards += back.shards + (elsewhere ? born[c].shards : 0.0);
      anywhere[c].demand += back.demand + (elsewhere ? born[c].demand : 0.0);
    }
    if (usable[z] == 0 && !elsewhere) repair_.lose(start_, z, born, shards_in_zone());
  }
  if (open == 0) adrift_ = std::move(anywhere);
  std::vector<std::vector<LedgerClass>> coming_to(zones);
  for (std::uint32_t z = 0; z < zones; ++z) {
    if (usable[z] == 0) continue;
    std::vector<LedgerClass>& coming = coming_to[z];
    coming.resize(classes);
    for (std::size_t c = 0; c < classes; ++c) {
      const LedgerClass& back = repair_.of_zone(z)[c];
      const LedgerClass& drained = drained_[z * classes + c];
      coming[c].shards = born[c].shards + back.shards + drained.shards + anywhere[c].shards / open;
      coming[c].demand = born[c].demand + back.demand + drained.demand + anywhere[c].demand / open;
      if (!goes_to_sets()) continue;
      coming[c].shards += born_[c] / open;
      coming[c].demand += born_[c] / open * born_demand_[c];
    }
  }
  if (goes_to_emptiest()) set_level(coming_to);
  for (std::uint32_t z = 0; z < zones; ++z) {
    if (usable[z] == 0) continue;
    if (goes_to_sets()) {
      deliver_beside_sets(z, coming_to[z], open);
    } else {
      deliver_to_zone(z, coming_to[z]);
    }
  }
}

// Of what comes, the emptiest drives take all that makes them as full as the next.
void LedgerPlan::set_level(std::span<const std::vector<LedgerClass>> coming) {
  double all = 0;
  for (const auto& of_zone : coming) all += shards_of(of_zone);
  double seen = 0;
  for (const std::uint32_t count : bins_) seen += count;
  double drives = 0;
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    drives += groups_[g].takes() && flows_[g].prefers ? groups_[g].present : 0;
  }
  // Those that came since are empty.
  bins_.front() += static_cast<std::uint32_t>(std::max(0.0, drives - seen));
  preference_.set_level(bins_, std::max(0.0, all) / std::max(1.0, drives));
}

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

void LedgerPlan::deliver_to_zone(std::uint32_t zone, std::span<const LedgerClass> coming) {
  const std::vector<double> first = taken_first(zone);
  // Of what does not go first: how many drives' worth each group takes.
  std::vector<double> weight(groups_.size());
  double all_first = 0;
  double even = 0;       // drives that take alike
  double preferred = 0;  // drives, by preference
  double others = 0;     // drives that take by preference
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    all_first += first[g];
    const RackGroup& group = groups_[g];
    if (group.zone != zone || !group.takes() || goes_first(group) || group.present == 0) continue;
    if (takes_evenly(group)) {
      even += weight[g] = group.present;
    } else {
      others += group.present;
      preferred += weight[g] =
          group.present * preference_.mean_over(group.shards() / group.present, group.deviation());
    }
  }
  const double takers = even + others;
  // So that all takers together take what there is, whatever the preferences add up to.
  const double scale = preferred > 0 ? others / preferred : 0;
  for (std::size_t c = 0; c < classes_.size(); ++c) {
    // What is observed to have come is taken off again.
    adrift_[c].shards += coming[c].shards;
    adrift_[c].demand += coming[c].demand;
    const double born = born_[c] / fleet_.topology().zones();
    const LedgerClass rest = {coming[c].shards - born * all_first,
                              coming[c].demand - born * all_first * born_demand_[c]};
    double held = 0;
    for (const RackGroup& group : groups_) {
      if (group.zone == zone && group.takes() && !goes_first(group)) held += group.held[c].shards;
    }
    for (std::size_t g = 0; g < groups_.size(); ++g) {
      const RackGroup& group = groups_[g];
      if (group.zone != zone || !group.takes() || group.present == 0) continue;
      ClassFlow& flow = flows_[g].classes[c];
      double share = first[g];  // of the zone's new data
      if (goes_first(group)) {
        flow.come = born * share / group.present;
        flow.come_demand = born_demand_[c];
      } else if (rest.shards <= 0) {
        continue;  // more came before, by chance, than there was
      } else {
        flow.come_demand = demand_of_shard(c, rest);
        if (options_.preference == LedgerPreference::kHolder && held > 0) {
          flow.grow = rest.shards / held;
          share = (1 - all_first) * group.held[c].shards / held;
        } else {
          const double by_preference = flows_[g].prefers ? scale : 1;
          flow.come = rest.shards / takers * by_preference;
          share = (1 - all_first) * weight[g] * by_preference / takers;
        }
      }
      const LedgerAgeing& ageing = options_.ageing[c];
      if (ageing.write_seconds.empty()) continue;
      flows_[g].written[c] += born * written_more_[c] * share * ageing.write_seconds[group.model] /
                              (group.present * seconds());
    }
  }
}

// Of what comes. Shards and demand that chance owes need not match: no shard brings more than any
// would, the rest comes later.
double LedgerPlan::demand_of_shard(std::size_t tenant_class, const LedgerClass& coming) const {
  const LedgerClass& all = classes_[tenant_class];
  const double mean = all.shards > 0 ? all.demand / all.shards : 0;
  const double most = kMostDemand * std::max(mean, born_demand_[tenant_class]);
  return std::clamp(coming.demand / coming.shards, 0.0, most);
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

void LedgerPlan::even_out() {
  if (!options_.rebalance) return;
  rebalance_.mean = rebalance_.next_mean;
  rebalance_.most_shards = options_.rebalance->bytes_per_s * seconds() / fleet_.shard_bytes();
  double send = 0;
  double take = 0;
  double present = 0;
  DriveMean all;
  std::vector<LedgerClass> sent(classes_.size());
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    RackGroup& group = groups_[g];
    if (!group.takes() || group.is_filling) continue;
    present += group.present;
    for (std::size_t c = 0; c < sent.size(); ++c) {
      all.shards += group.held[c].shards;
      all.demand += group.held[c].demand;
    }
    // A group takes part from the window on of which the tally before knew it so.
    if (group.is_settled) {
      flows_[g].rebalances = true;
      send += group.to_send;
      take += group.to_take;
      for (std::size_t c = 0; c < sent.size(); ++c) {
        sent[c].shards += group.sent[c].shards;
        sent[c].demand += group.sent[c].demand;
      }
    }
    group.is_settled = true;
  }
  rebalance_.next_mean = {present > 0 ? all.demand / present : 0,
                          present > 0 ? all.shards / present : 0};
  rebalance_.sent_scale = send > 0 ? std::min(1.0, take / send) : 0;
  rebalance_.taken_scale = take > 0 ? std::min(1.0, send / take) : 0;
  for (std::size_t c = 0; c < sent.size(); ++c) {
    rebalance_.pool[c] = {send > 0 ? sent[c].shards / send : 0,
                          send > 0 ? sent[c].demand / send : 0};
  }
  const double moved = send * rebalance_.sent_scale;
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    if (!flows_[g].rebalances || groups_[g].present == 0) continue;
    const std::uint32_t model = groups_[g].model;
    flows_[g].directed += moved * (options_.read_seconds[model] + options_.write_seconds[model]) /
                          (present * seconds());
  }
}

// Reads and writes of repair, evenly over the drives that are there.
void LedgerPlan::direct_repair() {
  const double drives = drives_up();
  if (drives <= 0) return;
  const double each = repair_.rebuilt() / (drives * seconds());
  const double beyond = repair_.read_beyond() / (drives * seconds());
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    if (!groups_[g].serves()) continue;
    flows_[g].shards_read += each * options_.needed + beyond;
    flows_[g].shards_written += each;
  }
}

}  // namespace spindle::models
