#pragma once
// One replication of a fleet's failures and rebuilds, and what it says of the loss of an extent.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "models/durability/durability_case.hpp"
#include "models/durability/extent_classes.hpp"
#include "models/failure/slot_failure.hpp"
#include "sim/random_batch.hpp"
#include "sim/statistics.hpp"

namespace spindle::models {

// Losses over exposure is the rate; both in the mean over placement, given the history.
struct ReplicationSample {
  double losses = 0;          // first losses per extent there was at the start of the count
  double exposure_years = 0;  // of extents not lost, per such extent
  double drive_years = 0;     // simulated
  std::uint64_t events = 0;
};

// Losses over exposure, with the interval of the linearised ratio over replications.
sim::Interval losses_per_year(std::span<const ReplicationSample> samples);
// (sum of losses)^2 / sum of squares: on how many replications an estimate rests. 0 without losses.
double effective_samples(std::span<const ReplicationSample> samples);

// Times between failures of a fleet of like drives: an exponential sequence, drawn in batches.
class FailureGaps {
 public:
  FailureGaps(sim::Seed seed, std::uint32_t replication, double failures_per_s);

  double next_s() {
    if (next_ == kBatch) refill();
    return gaps_[next_++] * mean_s_;
  }

 private:
  static constexpr std::size_t kBatch = 256;
  void refill();

  sim::RandomBatch batch_;
  double mean_s_;
  std::uint64_t drawn_ = 0;
  std::size_t next_ = 0;
  std::array<double, kBatch> gaps_{};
};

// When losses count: from `settled_s`, of extents that are left by then, to `end_s`. Of 0 on: the
// first passage of extents that are whole at the start. A replication whose extents are all but
// lost ends before.
struct CountedTime {
  double settled_s = 0;
  double end_s = 0;
};

// Shards that come back each by itself at rate mu, or never (0). `drives` may differ from the
// case's: the law of one extent does not depend on how many others there are.
struct IndependentSetup {
  std::uint64_t drives = 0;
  double failures_per_s = 0;  // of a drive
  double mu = 0;              // 1/s
  CountedTime counted;
};
ReplicationSample independent_replication(const IndependentSetup& setup,
                                          const ExtentClasses& classes, sim::Seed seed,
                                          std::uint32_t replication);

// Extents lost by `horizon_s` of those that are whole at the start, whose shards come back each by
// itself (kExponential), given all failures of the fleet by time. Drives hold alike throughout.
ReplicationSample given_failures_alone(const DurabilityCase& of,
                                       std::span<const SlotFailure> failures, double horizon_s,
                                       const ExtentClasses& classes);

}  // namespace spindle::models
