#pragma once
// The conditional estimator over histories: failures as FailureHistory draws them (lives by law,
// bursts, power events, traces), and the loss of an extent within the run, integrated over
// placement. Equations: docs/theory/exposure.md.
//
// Determinism: the same bits for any number of threads. Memory: the failures of one history a
// thread.

#include <cstdint>
#include <functional>

#include "models/durability/durability_case.hpp"
#include "models/failure/failure_process.hpp"
#include "models/fleet/topology.hpp"
#include "sim/random_stream.hpp"
#include "sim/statistics.hpp"

namespace spindle::models {

struct HistoryOptions {
  sim::Seed seed;
  std::uint32_t replications = 20;
  unsigned threads = 1;
};

struct HistoryEstimate {
  std::uint32_t replications = 0;  // finished; fewer than asked if interrupted
  sim::Interval loss_probability;  // per extent in the run, first passage; ends within [0, 1]
  sim::Interval losses_per_year;   // per extent-year
  double effective_samples = 0;    // as in DurabilityEstimate
  std::uint64_t events = 0;        // failures, detections and rebuilds
  double drive_years = 0;          // simulated
};

// The run lasts as long as `failures` does; extents are whole when it starts. `topology` is the
// fleet that `of` describes, without landings; rates of failure are its own and those of
// `failures`. `progress` gets the share done, from one thread at a time; returning false ends the
// estimate early. Throws what FailureHistory and estimate_durability() throw;
// std::invalid_argument for 0 replications, and where drives fail together under
// RepairLaw::kExponential, whose extents know nothing of racks.
HistoryEstimate estimate_over_histories(const DurabilityCase& of, const Topology& topology,
                                        const FailureOptions& failures,
                                        const HistoryOptions& options,
                                        const std::function<bool(double)>& progress = {});

}  // namespace spindle::models
