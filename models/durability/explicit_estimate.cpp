#include "models/durability/explicit_estimate.hpp"

#include <algorithm>
#include <stdexcept>
#include <vector>

#include "sim/parallel.hpp"
#include "sim/rate_interval.hpp"

namespace spindle::models {
namespace {

void add(const ExplicitCounts& counts, ExplicitCounts& total) {
  total.failures += counts.failures;
  total.lost_shards += counts.lost_shards;
  total.restored_shards += counts.restored_shards;
  total.lost_extents += counts.lost_extents;
  total.late_losses += counts.late_losses;
  total.extent_years += counts.extent_years;
  total.jobs += counts.jobs;
  total.repair_bytes += counts.repair_bytes;
}

// The linearised ratio, or Poisson's ends where losses are few.
sim::Interval rate_of(const std::vector<ExplicitCounts>& all, const ExplicitCounts& total) {
  std::vector<sim::CountOverExposure> samples;
  for (const ExplicitCounts& counts : all) {
    samples.push_back({static_cast<double>(counts.late_losses), counts.extent_years});
  }
  return sim::rare_interval(sim::linearised_rates(samples), static_cast<double>(total.late_losses),
                            total.extent_years);
}

}  // namespace

ExplicitEstimate estimate_explicitly(const DurabilityCase& of, const ExplicitOptions& options,
                                     sim::Seed seed, std::uint32_t replications, unsigned threads) {
  if (replications == 0) {
    throw std::invalid_argument(
        "durability: no replications (an estimate needs some) — 2 or more give an interval");
  }
  std::vector<ExplicitCounts> all(replications);
  sim::for_each_index(threads, all.size(), [&](std::size_t i) {
    ExplicitFleet fleet(of, options, seed, static_cast<std::uint32_t>(i));
    fleet.run();
    all[i] = fleet.counts();
  });
  ExplicitEstimate out;
  out.replications = replications;
  const auto extents = static_cast<double>(options.extents);
  sim::Moments lost;
  for (const ExplicitCounts& counts : all) {
    add(counts, out.total);
    lost.add(static_cast<double>(counts.lost_extents) / extents);
  }
  out.loss_probability =
      sim::rare_interval(lost, static_cast<double>(out.total.lost_extents), extents * replications);
  out.loss_probability.high = std::min(1.0, out.loss_probability.high);
  out.losses_per_year = rate_of(all, out.total);
  return out;
}

}  // namespace spindle::models
