#include "app/nines/nines_figures.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "app/experiment/durability.hpp"
#include "models/analytic/markov.hpp"
#include "models/analytic/scheme_chain.hpp"
#include "sim/math.hpp"
#include "sim/time.hpp"

namespace spindle::app {
namespace {

constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();

double within_a_year(double losses_per_year) {
  return -sim::expm1(-losses_per_year);
}

ChainFigures chain_figures(const NinesCase& of) {
  const models::Scheme& scheme = of.of.scheme;
  const double lambda = of.failures_per_hour;
  const double mu = of.repairs_per_hour();
  const double hours = models::mean_time_to_loss(scheme, lambda, mu);
  ChainFigures out;
  out.mttdl_years = rounded_to_12_digits(hours / sim::kHoursPerYear);
  out.fixed_window = kUndefined;
  if (lambda == 0) {
    out.loss = {0.0, 0.0};
    return out;
  }
  if (!std::isfinite(hours)) {
    // Beyond the largest double.
    out.loss = {std::nullopt, models::annual_loss_probability(std::numeric_limits<double>::max())};
    return out;
  }
  double annual = models::annual_loss_probability(hours);
  out.losses_per_year = 1 / out.mttdl_years;
  if (mu == 0) {
    annual = models::loss_probability(scheme, 0, lambda, 0, sim::kHoursPerYear);
    out.losses_per_year = annual;
  } else {
    const double in_window =
        models::unreadable_probability(scheme, 0, -sim::expm1(-lambda * of.repair_hours));
    out.fixed_window = rounded_to_12_digits(in_window * sim::kHoursPerYear / of.repair_hours);
  }
  annual = rounded_to_12_digits(annual);
  out.loss = {annual, annual};
  return out;
}

// Mean over extents of what `of_shards` gives for the shards that they have in the zone.
template <class OfShards>
double mean_over_zone(const NinesCase& of, const OfShards& of_shards) {
  double total = 0;
  for (std::uint32_t shards = 0; shards < of.in_zone.size(); ++shards) {
    if (of.in_zone[shards] > 0) total += of.in_zone[shards] * of_shards(shards);
  }
  return rounded_to_12_digits(total);
}

ZoneFigures zone_figures(const NinesCase& of, double independent_per_year) {
  const models::Scheme& scheme = of.of.scheme;
  const double lambda = of.failures_per_hour;
  const double hours = of.zone_rebuild_hours;
  const double zones = of.of.fleet.zones;
  ZoneFigures out;
  for (std::uint32_t shards = 0; shards < of.in_zone.size(); ++shards) {
    if (of.in_zone[shards] > 0) out.shards = shards;
  }
  out.spare = static_cast<int>(scheme.tolerated()) - static_cast<int>(out.shards);
  const double failed = -sim::expm1(-lambda * hours);
  out.lost_unrepaired = mean_over_zone(of, [&](std::uint32_t shards) {
    return models::unreadable_probability(scheme, shards, failed);
  });
  out.lost = mean_over_zone(of, [&](std::uint32_t shards) {
    return models::loss_probability(scheme, shards, lambda, of.repairs_per_hour(), hours);
  });
  out.losses_per_year = of.zone_losses_per_year * zones * out.lost;
  out.break_even_per_year = out.lost > 0 ? independent_per_year / (zones * out.lost) : kUndefined;
  out.fill_after =
      zones > 1 ? of.fill * zones / (zones - 1) : std::numeric_limits<double>::infinity();
  return out;
}

}  // namespace

double AnnualLoss::nines() const {
  return models::nines(probability.value_or(most));
}

const char* dominating_cause(const NinesFigures& of) {
  const double independent = of.chain.losses_per_year;
  const double zone = of.zone.losses_per_year;
  if (independent == 0 && zone == 0) return nullptr;
  return zone > independent ? "loss of a zone" : "independent failures";
}

NinesFigures nines_figures(const NinesCase& of) {
  NinesFigures out;
  out.chain = chain_figures(of);
  out.zone = zone_figures(of, out.chain.losses_per_year);
  out.unreadable =
      rounded_to_12_digits(models::unreadable_probability(of.of.scheme, 0, of.shard_down));
  out.unreadable_zone_down = mean_over_zone(of, [&](std::uint32_t shards) {
    return models::unreadable_probability(of.of.scheme, shards, of.shard_down);
  });
  out.lost_bytes_per_year = out.chain.loss.most * of.logical_bytes;
  return out;
}

void add_simulation(const NinesCase& of, const models::DurabilityEstimate& estimate,
                    NinesFigures& figures) {
  // Of the 99.9 % interval over that of the 95 %, by the normal law.
  constexpr double kWider = 3.2905 / 1.9600;
  const sim::Interval& rate = estimate.losses_per_year;
  if (!(rate.high > 0)) return;  // no loss seen, and so nothing learned
  const double chain = figures.chain.losses_per_year;
  SimulatedFigures out;
  out.estimate = estimate;
  out.low = within_a_year(std::max(0.0, rate.low));
  out.high = within_a_year(rate.high);
  out.loss.most = out.high;
  if (rate.estimate > 0) out.loss.probability = within_a_year(rate.estimate);
  out.to_chain = rate.estimate > 0 && chain > 0 ? rate.estimate / chain : kUndefined;
  out.agrees = chain >= rate.estimate - kWider * (rate.estimate - rate.low) &&
               chain <= rate.estimate + kWider * (rate.high - rate.estimate);
  figures.lost_bytes_per_year = out.loss.probability.value_or(out.high) * of.logical_bytes;
  figures.simulated = out;
}

}  // namespace spindle::app
