#pragma once
// The conditional estimator of durability: failures, detections and rebuilds of a whole fleet are
// simulated as events, and the loss of an extent is integrated over placement given that history.
//
// Stationary: what is lost before a fleet that starts whole has settled does not count. Equations,
// where it is exact and where asymptotic: docs/theory/exposure.md.
//
// Determinism: the same bits for any number of threads. Memory: some bytes a drive in repair,
// nothing a drive that is up.

#include <cstdint>
#include <functional>

#include "models/durability/durability_case.hpp"
#include "sim/random_stream.hpp"
#include "sim/statistics.hpp"

namespace spindle::models {

struct EstimateOptions {
  sim::Seed seed;
  double precision = 0.05;                // wanted: half the 95 % interval over the estimate
  std::uint64_t most_events = 5'000'000;  // then it stops, precise or not
  unsigned threads = 1;
  // Asked by all threads, within replications too; true ends the estimate early.
  std::function<bool()> stopped = {};
};

struct DurabilityEstimate {
  sim::Interval losses_per_year;  // per extent-year: rate of first losses of extents that are left
  double effective_samples = 0;   // (sum of weights)^2 / sum of squared weights, over replications
  std::uint32_t replications = 0;
  std::uint64_t events = 0;  // failures, detections and rebuilds
  double drive_years = 0;    // simulated
  std::uint64_t drives = 0;  // of the fleet simulated: see the page on where it is larger
  bool is_precise = false;   // the precision was reached
};

// `progress` gets the share done. Where `stopped` ends it early there is what there was by then,
// without the replications that were under way. Throws
// std::invalid_argument with "problem (why) — suggestion" where the case has no meaning: a fleet
// too small for the spread rule, rates or times negative or not finite.
DurabilityEstimate estimate_durability(const DurabilityCase& of, const EstimateOptions& options,
                                       const std::function<void(double)>& progress = {});

}  // namespace spindle::models
