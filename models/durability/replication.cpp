#include "models/durability/replication.hpp"

#include "models/durability/independent_exposure.hpp"
#include "models/purposes.hpp"
#include "sim/time.hpp"

namespace spindle::models {
namespace {

// Shares of extents below this are not waited for.
constexpr double kAllLost = 1e-9;

}  // namespace

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
    if (now_s >= end_s) break;
    extent.pass(gap_s);
    const double lost = extent.fail(1 / drives);
    ++sample.events;
    if (!is_counting) continue;
    sample.losses += lost;
    alive -= lost;
  }
  sample.exposure_years = exposure_s / sim::kSecondsPerYear;
  sample.drive_years = now_s * drives / sim::kSecondsPerYear;
  return sample;
}

}  // namespace spindle::models
