#include "models/durability/history_estimate.hpp"

#include <algorithm>
#include <stdexcept>
#include <vector>

#include "models/durability/case_check.hpp"
#include "models/durability/queued_replication.hpp"
#include "models/durability/replication.hpp"
#include "models/failure/failure_history.hpp"
#include "sim/parallel.hpp"
#include "sim/shared_progress.hpp"

namespace spindle::models {
namespace {

void check(const DurabilityCase& of, const FailureOptions& failures,
           const HistoryOptions& options) {
  check_case(of);
  if (options.replications == 0) {
    throw std::invalid_argument(
        "durability: no replications (an estimate needs some) — 2 or more give an interval");
  }
  if (of.rebuild.law == RepairLaw::kExponential && failures.hangs_together()) {
    throw std::invalid_argument(
        "durability: drives fail together, and shards come back each by itself (the conditional "
        "estimator then knows nothing of racks) — a bandwidth for repair, or the direct estimator");
  }
}

HistoryEstimate summarise(std::span<const ReplicationSample> samples) {
  HistoryEstimate out;
  out.replications = static_cast<std::uint32_t>(samples.size());
  sim::Moments lost;
  for (const ReplicationSample& each : samples) {
    lost.add(each.losses);
    out.events += each.events;
    out.drive_years += each.drive_years;
  }
  out.loss_probability = sim::student_interval(lost);
  out.loss_probability.low = std::max(0.0, out.loss_probability.low);
  out.loss_probability.high = std::min(1.0, out.loss_probability.high);
  out.losses_per_year = losses_per_year(samples);
  out.effective_samples = effective_samples(samples);
  return out;
}

}  // namespace

HistoryEstimate estimate_over_histories(const DurabilityCase& of, const Topology& topology,
                                        const FailureOptions& failures,
                                        const HistoryOptions& options,
                                        const std::function<bool(double)>& progress) {
  check(of, failures, options);
  const FailureHistory history(topology, failures, options.seed);
  const ExtentClasses classes = extent_classes(of.scheme, of.errors);
  const bool hangs_together = failures.hangs_together();
  const LossStates states(classes, of.fleet, hangs_together);
  const bool tells_racks = hangs_together && of.fleet.max_per_rack == 1;
  const double horizon_s = failures.horizon.to_seconds();
  std::vector<ReplicationSample> samples(options.replications);
  std::vector<std::uint8_t> is_done(options.replications);
  sim::SharedProgress shared(progress, options.replications);
  sim::for_each_index(options.threads, samples.size(), [&](std::size_t i) {
    if (!shared.goes_on()) return;
    std::vector<SlotFailure> drawn;
    history.draw(static_cast<std::uint32_t>(i), drawn);
    samples[i] = of.rebuild.law == RepairLaw::kExponential
                     ? given_failures_alone(of, drawn, horizon_s, classes)
                     : given_failures(of, drawn, horizon_s, classes, states, tells_racks,
                                      [&] { return !shared.goes_on(); });
    if (!shared.goes_on()) return;
    is_done[i] = 1;
    shared.step();
  });
  std::vector<ReplicationSample> finished;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    if (is_done[i] != 0) finished.push_back(samples[i]);
  }
  return summarise(finished);
}

}  // namespace spindle::models
