#include "models/ledger/ledger_lifecycle.hpp"

#include <algorithm>

#include "sim/math.hpp"

namespace spindle::models {
namespace {

// So little of a shard is none.
constexpr double kNoShard = 1e-6;

}  // namespace

LifecycleState::LifecycleState(const LedgerLifecycle& of, const LedgerClass& all)
    : of_(of), at_first_(all), first_(all.shards) {}

double share_older(const CoolingOptions& ages, double age_s) {
  if (ages.ages == AgeLaw::kSteady) return sim::exp(-age_s / ages.mean_age_s);
  const double oldest = ages.oldest.to_seconds();
  return oldest > 0 ? std::max(0.0, 1 - age_s / oldest) : (age_s > 0 ? 0.0 : 1.0);
}

// Its share of the demand at time 0, which falls as e^(-age / tau).
double LifecycleState::demand_of_older(double age_s) const {
  const double rate = 1 / of_.cooling.tau.to_seconds();
  if (of_.cooling.ages == AgeLaw::kSteady) {
    return sim::exp(-age_s * (1 / of_.cooling.mean_age_s + rate));
  }
  const double oldest = of_.cooling.oldest.to_seconds();
  if (age_s >= oldest) return age_s > 0 ? 0 : 1;
  // e^(-rate age) - e^(-rate oldest), over the same from age 0.
  return sim::exp(-rate * age_s) * sim::expm1(-rate * (oldest - age_s)) /
         sim::expm1(-rate * oldest);
}

// What is old enough by the window's end joins what waits.
void LifecycleState::grow_old(const Window& window) {
  const double now_s = (window.end - sim::Instant()).to_seconds();
  const double age_s = std::max(0.0, of_.options.after.to_seconds() - now_s);
  const double shares = older(age_s) - (has_begun_ ? older(counted_s_) : 0.0);
  const double demands = demand_of_older(age_s) - (has_begun_ ? demand_of_older(counted_s_) : 0.0);
  waiting_.shards += at_first_.shards * kept_ * shares;
  waiting_.demand += at_first_.demand * kept_ * cooled_ * demands;
  counted_s_ = age_s;
  has_begun_ = true;
  while (!young_.empty() && young_.front().at + of_.options.after <= window.end) {
    const Cohort& old = young_.front();
    const double kept = old.kept > 0 ? kept_ / old.kept : 0;
    const double cooled = old.cooled > 0 ? cooled_ / old.cooled : 0;
    waiting_.shards += old.data.shards * kept;
    waiting_.demand += old.data.demand * kept * cooled;
    young_.pop_front();
  }
}

Recoding LifecycleState::advance(const Window& window) {
  first_ *= window.kept;
  kept_ *= window.kept;
  for (LedgerClass* data : {&other_, &waiting_}) {
    data->shards *= window.kept;
    data->demand *= window.kept;
  }
  Recoding out;
  if (window.is_on) grow_old(window);
  double left = window.is_on ? window.units : 0;
  const double asked_back =
      other_.shards / of_.units *
      -sim::expm1(-of_.options.back_per_s * (window.end - window.start).to_seconds());
  const double back_cost = of_.read_units + 1;
  // Each unit that comes back takes 1 - units more room, each re-encoded units - 1.
  const double grown = of_.units - 1;
  out.back = std::min(asked_back, left / back_cost);
  if (grown < 0) out.back = std::min(out.back, window.room / -grown);
  left = std::max(0.0, left - out.back * back_cost);
  const LedgerClass leaving = {
      out.back * of_.units,
      other_.shards > 0 ? other_.demand * out.back * of_.units / other_.shards : 0};
  out.out = std::min(waiting_.shards, left / (of_.read_units + of_.units));
  if (grown > 0) out.out = std::min(out.out, window.room / grown);
  if (waiting_.shards < kNoShard) out.out = 0;
  const double part = waiting_.shards > 0 ? out.out / waiting_.shards : 0;
  const LedgerClass going = {out.out, waiting_.demand * part};
  out.gone = {leaving.shards + going.shards, leaving.demand + going.demand};
  out.recoded = {going.shards * of_.units, going.demand * of_.demand};

  first_ += window.born.shards + out.back - out.out;
  other_.shards += out.recoded.shards - leaving.shards;
  other_.demand += out.recoded.demand - leaving.demand;
  waiting_.shards -= going.shards;
  waiting_.demand -= going.demand;
  cooled_ *= window.cool;
  for (LedgerClass* data : {&other_, &waiting_}) data->demand *= window.cool;
  const double young = window.born.shards + out.back;
  if (young > 0) {
    const sim::Instant middle =
        window.start + sim::Duration::nanoseconds((window.end - window.start).ns() / 2);
    young_.push_back(
        {middle, {young, window.born.demand + out.back * window.newborn}, kept_, cooled_});
  }
  recoded_ += out.out;
  came_back_ += out.back;
  return out;
}

double LifecycleState::other_share() const {
  const double all = logical();
  return all > 0 ? other_.shards / of_.units / all : 0;
}

double LifecycleState::needed() const {
  const double all = first_ + other_.shards;
  const double share = all > 0 ? other_.shards / all : 0;
  return of_.needed_at_first + share * (of_.needed - of_.needed_at_first);
}

double LifecycleState::demand_in_first(double demand) const {
  return demand + other_.demand * (1 / of_.demand - 1);
}

}  // namespace spindle::models
