#include "models/repair/direct_durability.hpp"

#include <algorithm>
#include <atomic>
#include <limits>
#include <mutex>
#include <stdexcept>

#include "models/checkers/repair_checker.hpp"
#include "sim/math.hpp"
#include "sim/parallel.hpp"

namespace spindle::models {
namespace {

// Below so many losses the mean over replications is not normal enough for Student's interval.
constexpr double kFewLosses = 30;
// A replication looks this often whether it should stop.
constexpr int kWindows = 32;

struct Outcome {
  bool finished = false;
  RepairCounts counts;
  std::uint64_t under_protected = 0;
  std::uint64_t waiting = 0;
  std::uint64_t digest = 0;
  CheckReport check;
};

// Shared by the replications at work.
class ProgressMeter {
 public:
  ProgressMeter(const std::function<bool(double)>& progress, std::uint32_t replications)
      : progress_(progress), steps_(double{kWindows} * replications) {}

  // One window of one replication is done; false: stop.
  bool step() {
    if (!progress_) return true;
    const std::scoped_lock lock(mutex_);
    done_ += 1;
    if (go_on_) go_on_ = progress_(done_ / steps_);
    return go_on_;
  }

 private:
  const std::function<bool(double)>& progress_;
  std::mutex mutex_;
  double steps_;
  double done_ = 0;
  bool go_on_ = true;
};

Outcome run_replication(const RepairInputs& inputs, const std::vector<std::uint32_t>& counts,
                        std::uint32_t replication, ProgressMeter& meter) {
  Outcome out;
  RepairRun run(inputs, replication);
  const std::int64_t horizon = inputs.failure.horizon.ns();
  for (int window = 1; window <= kWindows; ++window) {
    run.run_until(
        sim::Instant::from_ns(window == kWindows ? horizon : horizon / kWindows * window));
    if (!meter.step()) return out;
  }
  out.finished = true;
  out.counts = run.counts();
  out.under_protected = run.state().under_protected();
  out.waiting = run.waiting_shards();
  out.digest = run.digest().value();
  out.check = check_repair(inputs, counts, run);
  return out;
}

// The mean over replications of counts that each had `exposure` (extents, or extent-years), all of
// them together `count`.
sim::Interval interval_of(const sim::Moments& sample, double count, double exposure,
                          double per_set) {
  sim::Interval out = sim::student_interval(sample);
  const double independent = count / per_set;
  if (independent < kFewLosses) {
    // A loss takes all extents of a set at once: those count as one.
    const sim::Interval poisson = sim::poisson_interval(independent);
    const double all = exposure * static_cast<double>(sample.count());
    const double low = poisson.low * per_set / all;
    const double high = poisson.high * per_set / all;
    const bool alone = sample.count() < 2;
    out.low = alone ? low : std::min(out.low, low);
    out.high = alone ? high : std::max(out.high, high);
  }
  out.low = std::max(0.0, out.low);
  return out;
}

void reduce(const std::vector<Outcome>& outcomes, const FailureOptions& failure,
            DirectEstimate& out) {
  const auto extents = static_cast<double>(out.extents);
  const double years = failure.horizon.to_seconds() / sim::kSecondsPerYear;
  sim::Moments probability;
  sim::Moments rate;
  sim::Moments under_protected;
  sim::Moments waiting;
  for (const Outcome& outcome : outcomes) {  // in replication order
    if (!outcome.finished) continue;
    ++out.replications;
    const RepairCounts& counts = outcome.counts;
    out.total.failures += counts.failures;
    out.total.losses += counts.losses;
    out.total.lost_extents += counts.lost_extents;
    out.total.restored_shards += counts.restored_shards;
    out.total.repair_s.merge(counts.repair_s);
    if (extents > 0) {
      probability.add(static_cast<double>(counts.lost_extents) / extents);
      rate.add(static_cast<double>(counts.losses) / (extents * years));
    }
    under_protected.add(static_cast<double>(outcome.under_protected));
    waiting.add(static_cast<double>(outcome.waiting));
    out.digests.push_back(outcome.digest);
    out.violations.insert(out.violations.end(), outcome.check.first.begin(),
                          outcome.check.first.end());
  }
  out.under_protected = under_protected.mean();
  out.waiting_shards = waiting.mean();
  if (probability.count() == 0) {
    const double undefined = std::numeric_limits<double>::quiet_NaN();
    out.loss_probability = out.losses_per_year = {undefined, undefined, undefined};
    return;
  }
  const double per_set = extents / static_cast<double>(out.distinct_sets);
  out.loss_probability =
      interval_of(probability, static_cast<double>(out.total.lost_extents), extents, per_set);
  out.loss_probability.high = std::min(1.0, out.loss_probability.high);
  out.losses_per_year =
      interval_of(rate, static_cast<double>(out.total.losses), extents * years, per_set);
}

}  // namespace

std::uint64_t replication_bytes(const Topology& topology, std::uint64_t shards,
                                std::uint32_t shards_per_extent, sim::Duration horizon) {
  double failures = 0;  // expected, of a drive
  for (const DriveModel& model : topology.models()) {
    failures =
        std::max(failures, model.annual_failure_rate * horizon.to_seconds() / sim::kSecondsPerYear);
  }
  const std::uint32_t page = ShardMap::shards_per_page(shards_per_extent);
  const double written = -sim::expm1(-failures * page);  // share of the pages
  const auto count = static_cast<double>(shards);
  return static_cast<std::uint64_t>(count * (4 * written + 4.0 / page) + 40.0 * topology.drives() +
                                    count * std::min(1.0, failures) * 4 + 1e6);
}

DirectEstimate estimate_directly(const Topology& topology, const SpreadRule& spread,
                                 std::uint32_t needed, const ExtentTable& extents,
                                 const PlacementResult& placement, const RepairOptions& repair,
                                 const FailureOptions& failure, sim::Seed seed,
                                 const DirectOptions& options,
                                 const std::function<bool(double)>& progress) {
  if (options.replications == 0) {
    throw std::invalid_argument(
        "durability: no replications (an estimate needs some) — 2 or more give an interval");
  }
  const ShardIndex index(placement, topology.drives());
  const std::vector<std::uint32_t> counts = count_shards(topology, placement);
  const RepairInputs inputs{topology, spread,  needed, extents.shard_bytes, placement, index,
                            repair,   failure, seed};
  DirectEstimate out;
  out.extents = extents.extents() - placement.unplaced_extents;
  out.distinct_sets = ShardIndex::count_distinct_sets(placement);

  const std::uint64_t each = replication_bytes(topology, placement.drive_of_shard.size(),
                                               placement.shards_per_extent, failure.horizon);
  const std::uint64_t fit = std::max<std::uint64_t>(1, options.memory_bytes / each);
  const auto at_once = static_cast<unsigned>(std::min<std::uint64_t>(options.threads, fit));
  std::vector<Outcome> outcomes(options.replications);
  ProgressMeter meter(progress, options.replications);
  std::atomic<bool> stopped{false};
  sim::for_each_index(at_once, outcomes.size(), [&](std::size_t r) {
    if (stopped.load(std::memory_order_relaxed)) return;
    outcomes[r] = run_replication(inputs, counts, static_cast<std::uint32_t>(r), meter);
    if (!outcomes[r].finished) stopped.store(true, std::memory_order_relaxed);
  });
  reduce(outcomes, failure, out);
  return out;
}

}  // namespace spindle::models
