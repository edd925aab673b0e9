#include "models/repair/direct_durability.hpp"

#include <algorithm>
#include <atomic>
#include <limits>
#include <optional>
#include <span>
#include <stdexcept>

#include "models/checkers/repair_checker.hpp"
#include "sim/math.hpp"
#include "sim/parallel.hpp"
#include "sim/rate_interval.hpp"
#include "sim/shared_progress.hpp"

namespace spindle::models {
namespace {

// A replication looks this often whether it should stop.
constexpr int kWindows = 32;
// State, map and repair of a drive; channels under kBandwidth and grey failures included.
constexpr double kBytesPerDrive = 170;
constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();

struct Outcome {
  bool finished = false;
  RepairCounts counts;
  FleetHealth health;
  FleetHealth::Sums sums;
  double exposed_s = 0;
  TransferBytes bytes;
  std::optional<sim::Duration> full_protection;
  std::uint64_t under_protected = 0;
  std::uint64_t waiting = 0;
  std::uint64_t shortfall = 0;
  std::uint64_t digest = 0;
  CheckReport check;
};

// Of replications, in their order.
struct RunMeans {
  sim::Moments under_protected;
  sim::Moments most_under_protected;
  sim::Moments waiting;
  sim::Moments shortfall;
  sim::Moments most_unreadable;
  sim::Moments unreadable;
  sim::Moments exposed;
  sim::Moments zone_down;
  sim::Moments read;
  sim::Moments written;
  sim::Moments cross_zone;
  sim::Moments protection_s;
};

Outcome run_replication(const RepairInputs& inputs, const std::vector<std::uint32_t>& counts,
                        std::uint32_t replication, sim::SharedProgress& meter) {
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
  out.health = run.repair().health();
  out.sums = out.health.sums_at(run.now());
  out.exposed_s = out.health.exposed_s_at(run.now());
  out.bytes = run.repair().bytes();
  out.full_protection = run.repair().time_to_full_protection();
  out.shortfall = run.repair().shortfall_shards();
  out.digest = run.digest().value();
  out.check = check_repair(inputs, counts, run);
  return out;
}

// Losses of one set of replications.
struct LossEstimate {
  sim::Interval probability;
  sim::Interval per_year;
  std::uint64_t losses = 0;
};

LossEstimate estimate_losses(std::span<const Outcome> outcomes, const FailureOptions& failure,
                             const DirectEstimate& fleet) {
  const auto extents = static_cast<double>(fleet.extents);
  const double years = failure.horizon.to_seconds() / sim::kSecondsPerYear;
  sim::Moments probability;
  sim::Moments rate;
  std::uint64_t lost_extents = 0;
  LossEstimate out;
  for (const Outcome& outcome : outcomes) {  // in replication order
    if (!outcome.finished) continue;
    lost_extents += outcome.counts.lost_extents;
    out.losses += outcome.counts.losses;
    if (extents == 0) continue;
    probability.add(static_cast<double>(outcome.counts.lost_extents) / extents);
    rate.add(static_cast<double>(outcome.counts.losses) / (extents * years));
  }
  if (probability.count() == 0) {
    out.probability = out.per_year = {kUndefined, kUndefined, kUndefined};
    return out;
  }
  // A loss takes all extents of a set at once.
  const double per_set = extents / static_cast<double>(fleet.distinct_sets);
  const double all = extents * static_cast<double>(probability.count());
  out.probability =
      sim::rare_interval(probability, static_cast<double>(lost_extents), all, per_set);
  out.probability.high = std::min(1.0, out.probability.high);
  out.per_year = sim::rare_interval(rate, static_cast<double>(out.losses), all * years, per_set);
  return out;
}

// What happened in the run beside losses.
void reduce_run(std::span<const Outcome> outcomes, const FailureOptions& failure,
                DirectEstimate& out) {
  RunMeans means;
  const double all_s = static_cast<double>(out.extents) * failure.horizon.to_seconds();
  for (const Outcome& outcome : outcomes) {  // in replication order
    if (!outcome.finished) continue;
    ++out.replications;
    const RepairCounts& counts = outcome.counts;
    out.total.failures += counts.failures;
    out.total.losses += counts.losses;
    out.total.lost_extents += counts.lost_extents;
    out.total.restored_shards += counts.restored_shards;
    out.total.restarted += counts.restarted;
    out.total.repair_s.merge(counts.repair_s);
    means.under_protected.add(static_cast<double>(outcome.under_protected));
    means.most_under_protected.add(static_cast<double>(outcome.health.most_under_protected()));
    means.waiting.add(static_cast<double>(outcome.waiting));
    means.shortfall.add(static_cast<double>(outcome.shortfall));
    means.most_unreadable.add(static_cast<double>(outcome.health.most_unreadable()));
    if (all_s > 0) means.unreadable.add(outcome.sums.unreadable_s / all_s);
    if (all_s > 0) means.exposed.add(outcome.exposed_s / all_s);
    if (out.extents > 0 && outcome.sums.zone_down_s > 0) {
      means.zone_down.add(outcome.sums.zone_down_unreadable_s /
                          (static_cast<double>(out.extents) * outcome.sums.zone_down_s));
    }
    means.read.add(static_cast<double>(outcome.bytes.read));
    means.written.add(static_cast<double>(outcome.bytes.written));
    means.cross_zone.add(static_cast<double>(outcome.bytes.cross_zone));
    if (outcome.full_protection) means.protection_s.add(outcome.full_protection->to_seconds());
  }
  out.under_protected = means.under_protected.mean();
  out.most_under_protected = means.most_under_protected.mean();
  out.waiting_shards = means.waiting.mean();
  out.shortfall_shards = means.shortfall.mean();
  out.most_unreadable = means.most_unreadable.mean();
  out.unreadable_fraction = means.unreadable.mean();
  out.exposed_fraction = means.exposed.mean();
  out.zone_down_unreadable_fraction =
      means.zone_down.count() > 0 ? means.zone_down.mean() : kUndefined;
  out.read_bytes = means.read.mean();
  out.written_bytes = means.written.mean();
  out.cross_zone_bytes = means.cross_zone.mean();
  out.fully_protected = static_cast<std::uint32_t>(means.protection_s.count());
  out.full_protection_s = out.fully_protected > 0 ? means.protection_s.mean() : kUndefined;
}

// `outcomes`: the run's, then, where they are other ones, those of random causes only.
void reduce(std::span<const Outcome> outcomes, std::uint32_t replications,
            const FailureOptions& failure, DirectEstimate& out) {
  const auto run = outcomes.first(replications);
  const auto random = outcomes.last(replications);
  reduce_run(run, failure, out);
  out.loss_probability = estimate_losses(run, failure, out).probability;
  const LossEstimate from_random = estimate_losses(random, failure, out);
  out.random_loss_probability = from_random.probability;
  out.losses_per_year = from_random.per_year;
  out.random_losses = from_random.losses;
  for (const Outcome& outcome : outcomes) {
    if (!outcome.finished) continue;
    out.digests.push_back(outcome.digest);
    out.violations.insert(out.violations.end(), outcome.check.first.begin(),
                          outcome.check.first.end());
  }
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
  return static_cast<std::uint64_t>(count * (4 * written + 4.0 / page) +
                                    kBytesPerDrive * topology.drives() +
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
                            repair,   failure, seed,   options.outages};
  RepairInputs random_inputs = inputs;
  random_inputs.outages.scripted.clear();
  const std::uint32_t sets = options.outages.scripted.empty() ? 1 : 2;
  DirectEstimate out;
  out.extents = extents.extents() - placement.unplaced_extents;
  out.distinct_sets = ShardIndex::count_distinct_sets(placement);

  const std::uint64_t each = replication_bytes(topology, placement.drive_of_shard.size(),
                                               placement.shards_per_extent, failure.horizon);
  const std::uint64_t fit = std::max<std::uint64_t>(1, options.memory_bytes / each);
  const auto at_once = static_cast<unsigned>(std::min<std::uint64_t>(options.threads, fit));
  std::vector<Outcome> outcomes(std::size_t{options.replications} * sets);
  sim::SharedProgress meter(progress, double{kWindows} * (options.replications * sets));
  std::atomic<bool> stopped{false};
  sim::for_each_index(at_once, outcomes.size(), [&](std::size_t i) {
    if (stopped.load(std::memory_order_relaxed)) return;
    const bool is_of_run = i < options.replications;
    outcomes[i] = run_replication(is_of_run ? inputs : random_inputs, counts,
                                  static_cast<std::uint32_t>(i % options.replications), meter);
    if (!outcomes[i].finished) stopped.store(true, std::memory_order_relaxed);
  });
  reduce(outcomes, options.replications, failure, out);
  return out;
}

}  // namespace spindle::models
