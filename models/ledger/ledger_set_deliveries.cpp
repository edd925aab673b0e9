// What comes to which racks where new data goes to sets of drives: that to landed racks, which are
// in no set, and all that is not new.

#include <algorithm>

#include "models/ledger/ledger_plan.hpp"

namespace spindle::models {

// Of what is placed on sets landed racks are given a part: first what goes there before all, then
// their share of the zone's drives. All else goes to drives that have room. `open`: zones that are
// usable, each of which has the same part of new data.
void LedgerPlan::deliver_beside_sets(std::uint32_t zone, std::span<const LedgerClass> coming,
                                     double open) {
  const std::vector<double> first = taken_first(zone);
  double all_first = 0;
  double takers = 0;
  double in_sets = 0;
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    all_first += first[g];
    const RackGroup& group = groups_[g];
    if (group.zone != zone || !group.takes() || goes_first(group)) continue;
    takers += group.present;
    if (group.landing == RackGroup::kFirst) in_sets += group.present;
  }
  for (std::size_t c = 0; c < classes_.size(); ++c) {
    // What is observed to have come is taken off again.
    adrift_[c].shards += coming[c].shards;
    adrift_[c].demand += coming[c].demand;
  }
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    const RackGroup& group = groups_[g];
    if (group.zone != zone || !group.takes() || group.present == 0) continue;
    const bool is_landed = group.landing != RackGroup::kFirst;
    GroupFlow& flow = flows_[g];
    flow.prefers = !is_landed;
    flow.placed_part = is_landed ? 0 : (1 - all_first) * in_sets / takers;
    // Of the zone's new data, on each drive; and of all else.
    double fresh_part = 0;
    if (is_landed) {
      fresh_part = goes_first(group) ? first[g] / group.present : (1 - all_first) / takers;
    }
    const double other_part = goes_first(group) ? 0 : 1 / takers;
    for (std::size_t c = 0; c < classes_.size(); ++c) {
      const double born = born_[c] / open;
      const LedgerClass other = {std::max(0.0, coming[c].shards - born),
                                 std::max(0.0, coming[c].demand - born * born_demand_[c])};
      const LedgerClass come = {born * fresh_part + other.shards * other_part,
                                born * born_demand_[c] * fresh_part + other.demand * other_part};
      if (come.shards <= 0) continue;
      flow.classes[c].come = come.shards;
      flow.classes[c].come_demand = demand_of_shard(c, come);
      const LedgerAgeing& ageing = options_.ageing[c];
      if (ageing.write_seconds.empty()) continue;
      flow.written[c] +=
          born * written_more_[c] * fresh_part * ageing.write_seconds[group.model] / seconds();
    }
  }
}

}  // namespace spindle::models
