// What comes to which racks in a window, and what goes to make room or to even out.

#include <algorithm>
#include <cmath>
#include <utility>

#include "models/ledger/ledger_plan.hpp"

namespace spindle::models {
namespace {

// Rebuilt shards come to a drive by the dice, unless they are fewer than this share of what it
// holds.
constexpr double kLeastDrawn = 1e-4;
// Mean preference of a group's drives, at least.
constexpr double kLeastPreference = 1e-6;
// Demand of a shard that comes / the greater of a newborn's and of the class's mean, at most.
constexpr double kMostDemand = 4;

void add_to(std::vector<LedgerClass>& sum, std::span<const LedgerClass> more) {
  for (std::size_t c = 0; c < sum.size(); ++c) {
    sum[c].shards += more[c].shards;
    sum[c].demand += more[c].demand;
  }
}

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
  repair_.advance(
      {start_, end_, drives_up(), can_take_, kept_, kept_demand_, cool_, needed_, epochs_});
  totals_.rebuilt += repair_.rebuilt();
  totals_.rebuilt_read_beyond += repair_.read_beyond();
  std::vector<LedgerClass> anywhere(adrift_);  // goes to any open zone
  std::vector<LedgerClass> rebuilt(classes);   // likewise
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
      rebuilt[c].shards += back.shards;
      rebuilt[c].demand += back.demand;
      anywhere[c].shards += elsewhere ? born[c].shards : 0.0;
      anywhere[c].demand += elsewhere ? born[c].demand : 0.0;
    }
    if (usable[z] == 0 && !elsewhere) repair_.lose(start_, z, born, shards_in_zone());
  }
  if (open == 0) {
    adrift_ = std::move(anywhere);
    add_to(adrift_, rebuilt);
  }
  std::vector<std::vector<LedgerClass>> coming_to(zones);
  std::vector<std::vector<LedgerClass>> rebuilt_to(zones, std::vector<LedgerClass>(classes));
  for (std::uint32_t z = 0; z < zones; ++z) {
    if (usable[z] == 0) continue;
    std::vector<LedgerClass>& coming = coming_to[z];
    coming.resize(classes);
    for (std::size_t c = 0; c < classes; ++c) {
      const LedgerClass& back = repair_.of_zone(z)[c];
      const LedgerClass& drained = drained_[z * classes + c];
      coming[c].shards = born[c].shards + drained.shards + anywhere[c].shards / open;
      coming[c].demand = born[c].demand + drained.demand + anywhere[c].demand / open;
      rebuilt_to[z][c] = {back.shards + rebuilt[c].shards / open,
                          back.demand + rebuilt[c].demand / open};
      const LedgerClass apart = refilled(z, c);
      coming[c].shards -= apart.shards;
      coming[c].demand -= apart.demand;
      adrift_[c].demand += apart.demand;  // until settle_refills()
      if (!goes_to_sets()) continue;
      coming[c].shards += born_[c] / open;
      coming[c].demand += born_[c] / open * born_demand_[c];
    }
  }
  if (goes_to_emptiest()) set_level(coming_to);
  for (std::uint32_t z = 0; z < zones; ++z) {
    if (usable[z] == 0) continue;
    if (goes_to_sets()) {
      add_to(coming_to[z], rebuilt_to[z]);
      deliver_beside_sets(z, coming_to[z], open);
    } else {
      deliver_to_zone(z, coming_to[z]);
      spread_rebuilt(z, rebuilt_to[z]);
    }
  }
}

// Repair draws a drive for each shard, whatever the policy.
void LedgerPlan::spread_rebuilt(std::uint32_t zone, std::span<const LedgerClass> rebuilt) {
  double drives = 0;
  for (const RackGroup& group : groups_) {
    drives += group.zone == zone && group.takes() ? group.present : 0;
  }
  if (drives == 0) return add_to(adrift_, rebuilt);
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    const RackGroup& group = groups_[g];
    if (group.zone != zone || !group.takes() || group.present == 0) continue;
    for (std::size_t c = 0; c < classes_.size(); ++c) {
      if (!(rebuilt[c].shards > 0)) continue;
      ClassFlow& flow = flows_[g].classes[c];
      flow.drawn = rebuilt[c].shards / drives;
      flow.drawn_demand = rebuilt[c].demand / rebuilt[c].shards;
      flow.add_place(flow.drawn, flow.drawn * flow.drawn_demand);
      const double held = group.held[c].shards / group.present;
      flow.is_noisy = flow.is_noisy || flow.drawn > kLeastDrawn * held;
    }
  }
}

// Of what comes, the emptiest drives take all that makes them as full as the next.
void LedgerPlan::set_level(std::span<const std::vector<LedgerClass>> coming) {
  double all = 0;
  for (const auto& of_zone : coming) all += shards_of(of_zone);
  preference_.set_level(bins_with_new(shut_.size()),
                        std::max(0.0, all) / std::max(1.0, policy_drives(shut_.size())));
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
      // Few of its drives may be preferred, far from the mean.
      const double mean = preference_.mean_over(group.shards() / group.present, group.deviation());
      preferred += weight[g] = group.present * std::max(mean, kLeastPreference);
    }
  }
  const double takers = even + others;
  // So that all takers together take what there is, whatever the preferences add up to.
  const double all_scale = preferred > 0 ? others / preferred : 0;
  const double scale = preference_.is_of_counts() ? 1 : all_scale;
  for (std::size_t c = 0; c < classes_.size(); ++c) {
    // What is observed to have come is taken off again.
    adrift_[c].shards += coming[c].shards;
    adrift_[c].demand += coming[c].demand;
    const double born =
        std::max(0.0, born_[c] / fleet_.topology().zones() - refilled_[zone * classes_.size() + c]);
    const LedgerClass rest = {coming[c].shards - born * all_first,
                              coming[c].demand - born * all_first * born_demand_[c]};
    double held = 0;
    for (const RackGroup& group : groups_) {
      if (group.zone != zone || !group.takes() || takes_evenly(group)) continue;
      held += group.held[c].shards;
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
        if (options_.preference == LedgerPreference::kHolder && held > 0 && !takes_evenly(group)) {
          const double part = others / takers;
          flow.grow = rest.shards * part / held;
          share = (1 - all_first) * part * group.held[c].shards / held;
        } else {
          flow.come = rest.shards / takers * (flows_[g].prefers ? scale : 1);
          share = (1 - all_first) * weight[g] * (flows_[g].prefers ? all_scale : 1) / takers;
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

void LedgerPlan::even_out() {
  if (!options_.rebalance) return;
  rebalance_.mean = rebalance_.next_mean;
  // What drives would send was counted for a window as long as the last. A shorter one sends less;
  // a longer one no more, since it is not known how far drives then are from the mean.
  rebalance_.most_shards = rebalance_.next_most_shards;
  rebalance_.next_most_shards = options_.rebalance->bytes_per_s * seconds() / fleet_.shard_bytes();
  const double part = rebalance_.most_shards > 0
                          ? std::min(1.0, rebalance_.next_most_shards / rebalance_.most_shards)
                          : 0;
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
  rebalance_.sent_scale = send > 0 ? part * std::min(1.0, take / send) : 0;
  rebalance_.taken_scale = take > 0 ? part * std::min(1.0, send / take) : 0;
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

// Reads and writes of repair, over all drives that are there. Each lends no more than so much: of
// slots that are taken with probability b the number's variance is 1 - b of a Poisson number's. So
// a part b goes on evenly, and of the rest shards come as they may.
void LedgerPlan::direct_repair() {
  const double drives = drives_up();
  if (drives <= 0 || !(repair_.rebuilt() > 0) || options_.repair.law != RepairLaw::kBandwidth) {
    return;
  }
  const double needed = options_.needed + repair_.read_beyond() / repair_.rebuilt();
  const double most = options_.repair.bytes_per_s / fleet_.shard_bytes();
  const double drive_s = drives * seconds() / static_cast<double>(epochs_);
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    if (!groups_[g].serves()) continue;
    const std::uint32_t model = groups_[g].model;
    GroupFlow::Repair& repair = flows_[g].repair;
    for (std::size_t e = 0; e < epochs_; ++e) {
      const double written = repair_.rebuilt_in(e) / drive_s;
      const double read = written * needed;
      const double busy = most > 0 ? std::min(1.0, (read + written) / most) : 0;
      repair.even[e] =
          busy * (read * options_.read_seconds[model] + written * options_.write_seconds[model]);
      repair.read[e] = (1 - busy) * read;
      repair.written[e] = (1 - busy) * written;
    }
  }
}

}  // namespace spindle::models
