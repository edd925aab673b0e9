#include "app/experiment/durability_metrics.hpp"

#include "app/experiment/durability.hpp"
#include "app/experiment/loss_in_run.hpp"
#include "app/experiment/undefined.hpp"
#include "models/analytic/markov.hpp"
#include "models/analytic/scheme_chain.hpp"
#include "sim/math.hpp"

namespace spindle::app {
namespace {

void set_if_absent(const std::string& name, double value, Metrics& out) {
  if (!out.has(name)) out.set(name, value);
}

// Shares of extents by the number of their shards in a zone, mean over zones: [shards in zone].
std::vector<double> zone_shard_shares(const World& world,
                                      const models::PlacementResult& placement) {
  const std::uint32_t shards = placement.shards_per_extent;
  std::vector<double> count(shards + 1, 0.0);
  std::vector<std::uint32_t> in_zone(world.base.zones());
  double extents = 0;
  for (std::uint32_t e = 0; e < world.extents.extents(); ++e) {
    const auto drives = placement.drives_of(e);
    if (drives.front() == models::PlacementResult::kNoDrive) continue;
    std::fill(in_zone.begin(), in_zone.end(), 0U);
    for (const std::uint32_t drive : drives) ++in_zone[world.base.zone_of(drive)];
    for (const std::uint32_t n : in_zone) count[n] += 1;
    extents += 1;
  }
  for (double& value : count) {
    value = extents > 0 ? value / (extents * world.base.zones()) : 0.0;
  }
  return count;
}

void set_analytic(const Durability& durability, const LossInRun& in_run, double stored,
                  Metrics& out) {
  const double loss = durability.annual_loss_probability;
  out.set("durability.annual_loss_probability", loss);
  out.set("durability.ci_low", loss);
  out.set("durability.ci_high", loss);
  out.set("durability.nines", durability.nines);
  out.set("durability.mttdl_years", durability.mttdl_hours / sim::kHoursPerYear);
  out.set("durability.expected_lost_bytes_per_year", loss * stored);
  out.set("durability.loss_probability_in_run", in_run.probability);
}

// By rate: what a year brings if it goes on as the run did.
double annual(double probability_in_run, double years) {
  return -sim::expm1(sim::log1p(-probability_in_run) / years);
}

// From random causes alone. Where nothing was lost the estimates are undefined: 0 would claim too
// much.
void set_direct_annual(double years, const models::DirectEstimate& direct, double stored,
                       Metrics& out) {
  const bool any = direct.random_losses > 0;
  const sim::Interval& in_run = direct.random_loss_probability;
  const double loss = any ? annual(in_run.estimate, years) : kUndefined;
  const double loss_high = annual(in_run.high, years);
  out.set("durability.annual_loss_probability", loss);
  out.set("durability.ci_low", annual(in_run.low, years));
  out.set("durability.ci_high", loss_high);
  out.set("durability.nines", any ? models::nines(loss) : kUndefined);
  out.set("durability.mttdl_years", any ? 1 / direct.losses_per_year.estimate : kUndefined);
  out.set("durability.expected_lost_bytes_per_year", loss * stored);
  out.set("durability.nines_at_least", models::nines(loss_high));
  out.set("durability.mttdl_years_ci_low", 1 / direct.losses_per_year.high);
  out.set("durability.mttdl_years_ci_high", 1 / direct.losses_per_year.low);
  out.set("durability.losses", static_cast<double>(direct.random_losses));
}

// With what is scripted, beside the chain's own number.
void set_direct_in_run(const models::DirectEstimate& direct, const LossInRun& expected,
                       Metrics& out) {
  const sim::Interval& in_run = direct.loss_probability;
  const bool any = direct.total.lost_extents > 0;
  // Replications play no landings.
  const auto if_known = [&](double value) {
    return expected.is_placement_known ? value : kUndefined;
  };
  out.set("durability.loss_probability_in_run", if_known(any ? in_run.estimate : kUndefined));
  out.set("durability.loss_probability_in_run_ci_low", if_known(in_run.low));
  out.set("durability.loss_probability_in_run_ci_high", if_known(in_run.high));
  // Shards that found no place made less redundancy than the chain has.
  const bool is_alike = expected.is_what_direct_plays && direct.shortfall_shards == 0;
  const double probability = is_alike ? expected.probability : kUndefined;
  out.set("durability.analytic_loss_probability_in_run", probability);
  const bool known = is_alike && direct.replications > 0 && direct.extents > 0;
  const bool agree = in_run.low <= probability && probability <= in_run.high;
  out.set("durability.estimators_agree", known ? (agree ? 1.0 : 0.0) : kUndefined);
}

void set_direct(const Scenario& scenario, const Durability& analytic, const LossInRun& in_run,
                const models::DirectEstimate& direct, double stored, Metrics& out) {
  out.durability_estimator = "direct";
  set_direct_annual(scenario.run.duration.to_seconds() / sim::kSecondsPerYear, direct, stored, out);
  set_direct_in_run(direct, in_run, out);
  set_if_absent("durability.under_protected_extents", direct.under_protected, out);
  out.set("durability.exposed_fraction", direct.exposed_fraction);
  out.set("durability.analytic_annual_loss_probability", analytic.annual_loss_probability);
  out.set("durability.analytic_mttdl_years", analytic.mttdl_hours / sim::kHoursPerYear);
}

// A year from a rate: losses are rare or the extents few that are left.
double within_a_year(double losses_per_year) {
  return -sim::expm1(-losses_per_year);
}

// Histories that come near no loss say nothing, not even a bound.
void set_conditional_annual(const ConditionalDurability& found, double stored, Metrics& out) {
  const sim::Interval& rate = found.losses_per_year;
  const bool any = rate.estimate > 0;
  const double loss = any ? within_a_year(rate.estimate) : kUndefined;
  out.set("durability.annual_loss_probability", loss);
  out.set("durability.ci_low", any ? within_a_year(rate.low) : kUndefined);
  out.set("durability.ci_high", any ? within_a_year(rate.high) : kUndefined);
  out.set("durability.nines", any ? models::nines(loss) : kUndefined);
  out.set("durability.mttdl_years", any ? 1 / rate.estimate : kUndefined);
  out.set("durability.expected_lost_bytes_per_year", loss * stored);
  out.set("durability.nines_at_least", any ? models::nines(within_a_year(rate.high)) : kUndefined);
  out.set("durability.mttdl_years_ci_low", any ? 1 / rate.high : kUndefined);
  out.set("durability.mttdl_years_ci_high", rate.low > 0 ? 1 / rate.low : kUndefined);
  out.set("durability.effective_samples", found.effective_samples);
}

void set_conditional(const Scenario& scenario, const Durability& analytic, const LossInRun& in_run,
                     const ConditionalDurability& found, double stored, Metrics& out) {
  out.durability_estimator = "conditional";
  set_conditional_annual(found, stored, out);
  const bool any = found.loss_in_run && found.loss_in_run->estimate > 0;
  out.set("durability.loss_probability_in_run", any ? found.loss_in_run->estimate : kUndefined);
  out.set("durability.loss_probability_in_run_ci_low", any ? found.loss_in_run->low : kUndefined);
  out.set("durability.loss_probability_in_run_ci_high", any ? found.loss_in_run->high : kUndefined);
  out.set("durability.analytic_annual_loss_probability", analytic.annual_loss_probability);
  out.set("durability.analytic_mttdl_years", analytic.mttdl_hours / sim::kHoursPerYear);
  out.set("durability.analytic_loss_probability_in_run", in_run.probability);
  const bool is_alike = scenario.failure.is_as_in_chain() &&
                        scenario.repair.law == models::RepairLaw::kExponential &&
                        found.losses_per_year.estimate > 0;
  const double chain = sim::kHoursPerYear / analytic.mttdl_hours;
  const bool agree = found.losses_per_year.low <= chain && chain <= found.losses_per_year.high;
  out.set("durability.estimators_agree", is_alike ? (agree ? 1.0 : 0.0) : kUndefined);
}

// Of an extent that lacks so many shards, others being down at random.
double unreadable(const models::Scheme& scheme, std::uint32_t missing, double down) {
  if (scheme.kind() == models::SchemeKind::kLocal) {
    return models::unreadable_probability(scheme, missing, down);
  }
  const std::uint32_t left = scheme.shards() - missing;
  if (left < scheme.needed()) return 1;
  return models::unreadable_probability(left, scheme.needed(), down);
}

void set_availability(const World& world, const models::PlacementResult& placement,
                      const Durability& durability, Metrics& out) {
  const std::uint32_t shards = world.scheme.shards();
  set_if_absent("availability.unreadable_fraction",
                unreadable(world.scheme, 0, durability.shard_down), out);
  double zone_down = 0;
  const auto shares = zone_shard_shares(world, placement);
  for (std::uint32_t lost = 0; lost <= shards; ++lost) {
    zone_down += shares[lost] * unreadable(world.scheme, lost, durability.shard_down);
  }
  out.set("availability.zone_down_unreadable_fraction", zone_down);
}

// Every restored shard is read from `needed` others and written once.
void set_repair(const World& world, const models::DirectEstimate& direct, Metrics& out) {
  const auto shards = static_cast<double>(direct.total.restored_shards);
  const auto bytes = static_cast<double>(world.extents.shard_bytes) * (world.scheme.needed() + 1.0);
  set_if_absent("repair.bytes",
                direct.replications > 0 ? shards * bytes / direct.replications : kUndefined, out);
  set_if_absent("repair.p50_s", direct.total.repair_s.quantile(0.5), out);
  set_if_absent("repair.p99_s", direct.total.repair_s.quantile(0.99), out);
  out.set("repair.waiting_shards", direct.waiting_shards);
}

}  // namespace

void set_durability(const Scenario& scenario, const World& world,
                    const models::PlacementResult& placement, const models::LatentErrors& errors,
                    const DurabilityEstimates& losses, double stored, Metrics& out) {
  Durability durability = analytic_durability(scenario, world.base, world.scheme, errors);
  if (has_random_losses(scenario)) {
    durability.annual_loss_probability = kUndefined;
    durability.nines = kUndefined;
    durability.mttdl_hours = kUndefined;
  }
  const LossInRun in_run = analytic_loss_in_run(scenario, world, placement, durability);
  if (losses.direct) {
    set_direct(scenario, durability, in_run, *losses.direct, stored, out);
  } else if (losses.conditional) {
    set_conditional(scenario, durability, in_run, *losses.conditional, stored, out);
  } else {
    set_analytic(durability, in_run, stored, out);
  }
  set_availability(world, placement, durability, out);
  if (losses.direct) set_repair(world, *losses.direct, out);
  if (scenario.scrub) out.set("durability.latent_error_share", durability.latent_error_share);
}

}  // namespace spindle::app
