#include "app/experiment/ledger_experiment.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <stdexcept>
#include <utility>

#include "app/experiment/histograms.hpp"
#include "app/experiment/ledger_metrics.hpp"
#include "app/experiment/ledger_sample.hpp"
#include "app/experiment/ledger_static.hpp"
#include "app/experiment/sweep.hpp"
#include "models/checkers/ledger_checker.hpp"
#include "models/ledger/ledger_census.hpp"
#include "sim/digest.hpp"
#include "sim/parallel.hpp"

namespace spindle::app {
namespace {

// Shares of the time; for progress only.
constexpr double kSampling = 0.1;
// Of a rank's drives, that are counted each by itself.
constexpr std::size_t kParts = 64;

std::vector<HistogramBin> fill_of(const models::LedgerFleet& fleet, unsigned threads) {
  const FillHistogram none(fleet.topology(), fleet.shard_bytes());
  std::vector<FillHistogram> parts(kParts, none);
  const models::DriveRange mine = fleet.share().drives();
  sim::for_each_index(threads, kParts, [&](std::size_t i) {
    const auto cut = [&](std::size_t part) {
      return mine.first + static_cast<std::uint32_t>(std::uint64_t{mine.size()} * part / kParts);
    };
    models::for_each_fill(fleet, {cut(i), cut(i + 1)}, [&](double fill) { parts[i].add(fill); });
  });
  std::vector<HistogramBin> bins = parts.front().bins();
  std::vector<std::uint64_t> counts(bins.size());
  for (FillHistogram& part : parts) {
    for (std::size_t b = 0; b < bins.size(); ++b) counts[b] += part.bins()[b].count;
  }
  for (HistogramBin& bin : bins) bin.count = 0;
  const auto all = fleet.share().gather(std::span<const std::uint64_t>(counts));
  for (std::size_t i = 0; i < all.size(); ++i) bins[i % bins.size()].count += all[i];
  return bins;
}

// Every rank has read the scenario, and the files that it names, for itself.
void require_equal(models::LedgerShare& share, const sim::Digest& metrics) {
  const std::uint64_t mine = metrics.value();
  for (const std::uint64_t theirs : share.gather(std::span(&mine, 1))) {
    if (theirs == mine) continue;
    share.part();
    throw std::runtime_error(
        "ranks came to different results: they read different files — let all machines see the "
        "same scenario and traces");
  }
}

std::string digest_of(const Metrics& metrics, const models::LedgerFleet& fleet,
                      const models::LedgerResult& result, unsigned threads) {
  sim::Digest digest;
  for (const auto& [name, value] : metrics.values()) {
    digest.add(std::string_view(name));
    digest.add(value);
  }
  require_equal(fleet.share(), digest);
  models::digest_drives(fleet, result.heat_sum, result.heat_max, threads, digest);
  for (const double heat : result.series.heat_sum) digest.add(heat);
  for (const double rate : result.series.requests_per_s) digest.add(rate);
  return digest.hex();
}

}  // namespace

RunResult run_ledger_experiment(const Scenario& scenario, unsigned threads,
                                const std::function<bool(double)>& progress,
                                sim::Transport* ranks) {
  bool stopped = false;
  const auto report = [&](double share) {
    stopped = stopped || (progress && !progress(share));
    return !stopped;
  };
  LedgerSamples samples = make_ledger_samples(scenario);
  const World& world = *samples.mix.world;
  const models::Topology topology(timed_fleet(scenario, world.mechanics));
  const models::MixInputs sampled{world.topology,   world.extents, samples.mix.placement,
                                  world.population, world.costs,   world.total_weight};
  const std::vector<models::LedgerClass> classes = ledger_classes(scenario, samples.mix);
  const std::vector<float> fills = samples.fills(scenario);
  const double shard = static_cast<double>(world.extents.shard_bytes);
  const models::LedgerOptions options = ledger_options(scenario, samples.mix, topology);
  models::MixSample mix(sampled, refilled_rows(options, samples.mix));
  const auto refilled = make_refilled_drives(scenario, samples.mix, topology, options, mix);
  const auto of_static = make_ledger_static(scenario, samples.mix, topology, sampled, mix, options);
  models::LedgerShare racks(topology, ranks);
  models::LedgerStart start{classes, samples.parts, fills, shard, sim::Seed{scenario.seed}};
  if (of_static) {
    start.place = [&](models::LedgerFleet& of) { of_static->sets().place_first(of); };
  }
  models::LedgerFleet fleet(topology, mix, start, racks, threads);
  if (topology.models().size() == 1 && !of_static)
    mix.set_use(fleet.use_of_sample(samples.mix.scale));
  report(kSampling);
  const models::EpochGrid grid{scenario.run.epoch, scenario.run.epochs()};
  models::LedgerPlan plan(options, grid, fleet, classes, threads);
  const models::LedgerInputs inputs{mix,
                                    fleet,
                                    options,
                                    samples.mix.scale,
                                    grid,
                                    threads,
                                    scenario.has_timeline() && keeps_rack_heat(scenario),
                                    of_static ? &of_static->sets() : nullptr,
                                    refilled.get()};
  models::LedgerResult swept = models::run_ledger(
      inputs, plan, [&](double share) { return report(kSampling + (1 - kSampling) * share); });

  RunResult result;
  append_violations(models::check_ledger_fleet(fleet, plan, threads), result.violations);
  const LedgerRunView view{scenario, samples, topology, fleet, plan, swept, threads, inputs.sets};
  if (scenario.has_timeline()) result.timeline = ledger_record(view);
  result.metrics = ledger_metrics(view, result.timeline ? &*result.timeline : nullptr);
  result.epoch_s = scenario.run.epoch.to_seconds();
  result.drives = topology.drives();
  result.fill = fill_of(fleet, threads);
  result.heat = heat_histogram(swept.histogram);
  result.partial = swept.epochs < grid.count;
  result.windows = swept.windows;
  result.drive_epochs = swept.epochs * topology.drives();
  for (const models::LedgerClass& of : classes) {
    result.shards += static_cast<std::uint64_t>(std::llround(of.shards));
  }
  result.extents = result.shards / world.scheme.shards();
  result.initial_state =
      fmt::format("drawn, for each drive, from {} drives that were placed extent by extent{}",
                  world.topology.drives(), samples.parts == 2 ? ", two halves each" : "");
  result.digest = digest_of(result.metrics, fleet, swept, threads);
  if (scenario.run.wants_drive_arrays) result.drive_arrays = drive_arrays(fleet, swept);
  if (result.timeline) {
    result.timeline->series.rack_heat = std::exchange(swept.series.rack_heat, {});
  }
  result.series = std::move(swept.series);
  result.rack_heat_series = {std::move(swept.more.cov), std::move(swept.more.rack_p50),
                             std::move(swept.more.rack_p99), std::move(swept.more.rack_max)};
  racks.part();
  return result;
}

}  // namespace spindle::app
