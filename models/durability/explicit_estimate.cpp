#include "models/durability/explicit_estimate.hpp"

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <vector>

#include "sim/parallel.hpp"

namespace spindle::models {
namespace {

// Below so many losses the mean over replications is not normal enough for Student's interval.
constexpr double kFewLosses = 30;

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

// `losses` in all, of `exposure` in all.
sim::Interval interval_of(const sim::Moments& sample, double losses, double exposure) {
  sim::Interval out = sim::student_interval(sample);
  if (losses < kFewLosses) {
    const sim::Interval poisson = sim::poisson_interval(losses);
    const bool alone = sample.count() < 2;
    const double low = poisson.low / exposure;
    const double high = poisson.high / exposure;
    out.low = alone ? low : std::min(out.low, low);
    out.high = alone ? high : std::max(out.high, high);
  }
  out.low = std::max(0.0, out.low);
  return out;
}

// r = sum of losses / sum of years; r + (losses - r years) / mean years has the mean r and, over
// replications, to first order the variance of r times their number (linearised ratio; Cochran,
// Sampling Techniques, 1977, section 6.3).
sim::Interval rate_of(const std::vector<ExplicitCounts>& all, const ExplicitCounts& total) {
  if (!(total.extent_years > 0)) {
    const double undefined = std::numeric_limits<double>::quiet_NaN();
    return {undefined, undefined, undefined};
  }
  const auto losses = static_cast<double>(total.late_losses);
  const double rate = losses / total.extent_years;
  const double mean_years = total.extent_years / static_cast<double>(all.size());
  sim::Moments sample;
  for (const ExplicitCounts& counts : all) {
    const double beyond = static_cast<double>(counts.late_losses) - rate * counts.extent_years;
    sample.add(rate + beyond / mean_years);
  }
  return interval_of(sample, losses, total.extent_years);
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
      interval_of(lost, static_cast<double>(out.total.lost_extents), extents * replications);
  out.loss_probability.high = std::min(1.0, out.loss_probability.high);
  out.losses_per_year = rate_of(all, out.total);
  return out;
}

}  // namespace spindle::models
