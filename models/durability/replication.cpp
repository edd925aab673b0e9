#include "models/durability/replication.hpp"

#include <algorithm>
#include <vector>

#include "models/durability/independent_exposure.hpp"
#include "models/purposes.hpp"
#include "sim/rate_interval.hpp"
#include "sim/time.hpp"

namespace spindle::models {
namespace {

// Shares of extents below this are not waited for.
constexpr double kAllLost = 1e-9;

}  // namespace

sim::Interval losses_per_year(std::span<const ReplicationSample> samples) {
  std::vector<sim::CountOverExposure> counts;
  for (const ReplicationSample& each : samples) {
    counts.push_back({each.losses, each.exposure_years});
  }
  return sim::ratio_interval(counts);
}

double effective_samples(std::span<const ReplicationSample> samples) {
  double sum = 0;
  double squares = 0;
  double largest = 0;
  for (const ReplicationSample& each : samples) largest = std::max(largest, each.losses);
  if (largest == 0) return 0;
  for (const ReplicationSample& each : samples) {
    const double part = each.losses / largest;
    sum += part;
    squares += part * part;
  }
  return sum * sum / squares;
}

FailureGaps::FailureGaps(sim::Seed seed, std::uint32_t replication, double failures_per_s)
    : batch_(seed, replication, purpose::kFleetFailure),
      mean_s_(1 / failures_per_s),
      next_(kBatch) {}

void FailureGaps::refill() {
  batch_.exponentials(0, drawn_, gaps_);
  drawn_ += gaps_.size();
  next_ = 0;
}

ReplicationSample independent_replication(const IndependentSetup& setup,
                                          const ExtentClasses& classes, sim::Seed seed,
                                          std::uint32_t replication) {
  const double drives = static_cast<double>(setup.drives);
  FailureGaps gaps(seed, replication, drives * setup.failures_per_s);
  IndependentExposure extent(classes, setup.mu);
  const auto [settled_s, end_s] = setup.counted;
  ReplicationSample sample;
  bool is_counting = settled_s == 0;
  double now_s = 0;
  double alive = 1;
  double exposure_s = 0;
  while (now_s < end_s && alive > kAllLost) {
    double gap_s = gaps.next_s();
    if (!is_counting && now_s + gap_s >= settled_s) {
      extent.renew();
      alive = 1;
      is_counting = true;
      // The rest of the gap counts; without memory it may as well begin here.
      exposure_s -= settled_s - now_s;
    }
    gap_s = now_s + gap_s > end_s ? end_s - now_s : gap_s;
    now_s += gap_s;
    if (is_counting) exposure_s += gap_s * alive;
    double lost = extent.pass(gap_s);
    const bool is_over = now_s >= end_s;
    if (!is_over) {
      lost += extent.fail(1 / drives);
      ++sample.events;
    }
    if (!is_counting) continue;
    sample.losses += lost;
    alive -= lost;
  }
  sample.exposure_years = exposure_s / sim::kSecondsPerYear;
  sample.drive_years = now_s * drives / sim::kSecondsPerYear;
  return sample;
}

ReplicationSample given_failures_alone(const DurabilityCase& of,
                                       std::span<const SlotFailure> failures, double horizon_s,
                                       const ExtentClasses& classes) {
  const double drives = static_cast<double>(of.fleet.drives);
  IndependentExposure extent(classes, 1 / of.rebuild.mttr_s);
  ReplicationSample sample;
  double now_s = 0;
  double exposure_s = 0;
  const auto pass = [&](double until_s) {
    exposure_s += (1 - sample.losses) * (until_s - now_s);
    sample.losses += extent.pass(until_s - now_s);
    now_s = until_s;
  };
  for (const SlotFailure& failure : failures) {
    if (failure.at_s >= horizon_s) break;
    pass(failure.at_s);
    sample.losses += extent.fail(1 / drives);
    ++sample.events;
  }
  pass(horizon_s);
  sample.exposure_years = exposure_s / sim::kSecondsPerYear;
  sample.drive_years = drives * horizon_s / sim::kSecondsPerYear;
  return sample;
}

}  // namespace spindle::models
