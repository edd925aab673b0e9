// Data of classes with a lifecycle: what is re-encoded and comes back in a window, and what that
// asks of drives.

#include <algorithm>

#include "models/ledger/ledger_plan.hpp"

namespace spindle::models {

// Changes what the class should have, and what stays where it is; returns what comes to drives: it
// is placed as new data is, while the drives that take it are no fuller than a drain may make them.
LedgerClass LedgerPlan::recode(std::uint32_t tenant_class, double demand_before) {
  LifecycleState& state = *lifecycles_[tenant_class];
  LedgerClass& all = classes_[tenant_class];
  const bool is_on = first_epoch_ >= start_edge_of(state.of().options.at);
  const double newborn = born_demand_[tenant_class];
  double room = 0;
  for (std::uint32_t z = 0; z < fleet_.topology().zones(); ++z) {
    room += room_for_drain(z, DrainTo::kFleet);
  }
  const double born = born_[tenant_class];
  const Recoding change = state.advance(
      {.start = start_,
       .end = end_,
       .is_on = is_on,
       .kept = kept_[tenant_class],
       .cool = cool_[tenant_class],
       .units = drives_up() * state.of().options.bytes_per_s * seconds() / fleet_.shard_bytes(),
       .room = room,
       .born = {born, born * newborn},
       .newborn = newborn});
  const LedgerClass coming = {change.recoded.shards + change.back,
                              change.recoded.demand * cool_[tenant_class] + change.back * newborn};
  const double before = all.shards;
  all.shards = before * kept_[tenant_class] + born - change.gone.shards + coming.shards;
  all.demand += coming.demand - change.gone.demand * cool_[tenant_class];
  const auto take = [](double gone, double of, double& kept) {
    if (of > 0) kept = std::max(0.0, kept - gone / of);
  };
  take(change.gone.shards, before, kept_[tenant_class]);
  take(change.gone.demand, demand_before, kept_demand_[tenant_class]);
  needed_[tenant_class] = state.needed();
  direct_recoding(state.of(), change);
  note_recoding(tenant_class, is_on);
  return coming;
}

// By all drives that are there, evenly: where data is and where it goes is drawn.
void LedgerPlan::direct_recoding(const LedgerLifecycle& of, const Recoding& change) {
  const double drives = drives_up();
  if (drives <= 0 || (change.out <= 0 && change.back <= 0)) return;
  const double each = 1 / (drives * seconds());
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    if (!groups_[g].serves()) continue;
    GroupFlow& flow = flows_[g];
    flow.shards_read += change.out * of.read_units * each;
    flow.shards_written += change.back * each;
    const std::uint32_t model = groups_[g].model;
    flow.recoding.push_back(
        {change.back * of.read_units / of.shard_units * each, of.read_seconds[model]});
    flow.recoding.push_back(
        {change.out * of.units / of.shard_units * each, of.write_seconds[model]});
  }
}

LifecycleSums LedgerPlan::lifecycle_sums() const {
  LifecycleSums sums;
  for (const auto& state : lifecycles_) {
    if (!state) continue;
    sums.data += state->logical();
    sums.recoded += state->logical() * state->other_share();
    sums.waiting += state->waiting();
  }
  return sums;
}

void LedgerPlan::note_recoding(std::uint32_t tenant_class, bool is_on) {
  if (!is_on) return;
  Recodes& state = recoding_[tenant_class];
  const LifecycleState& of = *lifecycles_[tenant_class];
  if (state == Recodes::kNothing) {
    state = Recodes::kBegun;
    events_.push_back({start_, LedgerEventKind::kReencoding, tenant_class});
  }
  if (state == Recodes::kBegun && of.recoded() > LifecycleState::kHalfAShard && of.waiting() == 0) {
    state = Recodes::kCaughtUp;
    events_.push_back({end_, LedgerEventKind::kReencoded, tenant_class});
  }
}

}  // namespace spindle::models
