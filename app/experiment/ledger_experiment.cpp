#include "app/experiment/ledger_experiment.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "app/experiment/histograms.hpp"
#include "app/experiment/ledger_metrics.hpp"
#include "app/experiment/ledger_sample.hpp"
#include "app/experiment/sweep.hpp"
#include "models/checkers/ledger_checker.hpp"
#include "sim/digest.hpp"

namespace spindle::app {
namespace {

// Shares of the time; for progress only.
constexpr double kSampling = 0.1;

struct FleetAtEnd {
  std::vector<std::uint64_t> used_bytes;  // per drive
  std::vector<std::uint8_t> is_there;
};

FleetAtEnd fleet_at_end(const models::LedgerFleet& fleet) {
  FleetAtEnd out;
  const std::uint32_t drives = fleet.topology().drives();
  out.used_bytes.resize(drives);
  out.is_there.resize(drives);
  for (std::uint32_t drive = 0; drive < drives; ++drive) {
    out.is_there[drive] = fleet.mix(drive).first == models::LedgerFleet::kAbsent ? 0 : 1;
    out.used_bytes[drive] =
        static_cast<std::uint64_t>(std::llround(fleet.shards_on(drive) * fleet.shard_bytes()));
  }
  return out;
}

std::string digest_of(const Metrics& metrics, const models::LedgerFleet& fleet,
                      const models::LedgerResult& result) {
  sim::Digest digest;
  for (const auto& [name, value] : metrics.values()) {
    digest.add(std::string_view(name));
    digest.add(value);
  }
  for (std::uint32_t drive = 0; drive < fleet.topology().drives(); ++drive) {
    for (const models::LedgerFleet::Holding& of : fleet.held(drive)) {
      digest.add(static_cast<double>(of.shards));
      digest.add(static_cast<double>(of.demand));
    }
    digest.add(static_cast<double>(result.heat_sum[drive]));
    digest.add(static_cast<double>(result.heat_max[drive]));
  }
  for (const double heat : result.series.heat_sum) digest.add(heat);
  for (const double rate : result.series.requests_per_s) digest.add(rate);
  return digest.hex();
}

}  // namespace

RunResult run_ledger_experiment(const Scenario& scenario, unsigned threads,
                                const std::function<bool(double)>& progress) {
  bool stopped = false;
  const auto report = [&](double share) {
    stopped = stopped || (progress && !progress(share));
    return !stopped;
  };
  LedgerSamples samples = make_ledger_samples(scenario);
  const World& world = *samples.mix.world;
  const models::Topology topology(timed_fleet(scenario, world.mechanics));
  models::MixSample mix({world.topology, world.extents, samples.mix.placement, world.population,
                         world.costs, world.total_weight});
  const std::vector<models::LedgerClass> classes = ledger_classes(scenario, samples.mix);
  const std::vector<float> fills = samples.fills(scenario);
  const double shard = static_cast<double>(world.extents.shard_bytes);
  models::LedgerFleet fleet(
      topology, mix, {classes, samples.parts, fills, shard, sim::Seed{scenario.seed}}, threads);
  if (topology.models().size() == 1) mix.set_use(fleet.use_of_sample(samples.mix.scale));
  report(kSampling);
  const models::LedgerOptions options = ledger_options(scenario, samples.mix, topology);
  const models::EpochGrid grid{scenario.run.epoch, scenario.run.epochs()};
  models::LedgerPlan plan(options, grid, fleet, classes, threads);
  const models::LedgerInputs inputs{mix, fleet, options, samples.mix.scale, grid, threads};
  models::LedgerResult swept = models::run_ledger(
      inputs, plan, [&](double share) { return report(kSampling + (1 - kSampling) * share); });

  RunResult result;
  append_violations(models::check_ledger_fleet(fleet, plan), result.violations);
  const LedgerRunView view{scenario, samples, topology, fleet, plan, swept};
  if (scenario.has_timeline()) result.timeline = ledger_record(view);
  const FleetAtEnd end = fleet_at_end(fleet);
  result.metrics = ledger_metrics(view, result.timeline ? &*result.timeline : nullptr,
                                  end.used_bytes, end.is_there);
  result.epoch_s = scenario.run.epoch.to_seconds();
  result.drives = topology.drives();
  result.fill = fill_histogram(topology, shard, end.used_bytes, end.is_there);
  result.heat = heat_histogram(swept.histogram);
  result.partial = swept.epochs < grid.count;
  result.drive_epochs = swept.epochs * topology.drives();
  for (const models::LedgerClass& of : classes) {
    result.shards += static_cast<std::uint64_t>(std::llround(of.shards));
  }
  result.extents = result.shards / world.scheme.shards();
  result.initial_state =
      fmt::format("drawn, for each drive, from {} drives that were placed extent by extent{}",
                  world.topology.drives(), samples.parts == 2 ? ", two halves each" : "");
  result.digest = digest_of(result.metrics, fleet, swept);
  result.series = std::move(swept.series);
  result.rack_heat_series = {std::move(swept.more.cov), std::move(swept.more.rack_p50),
                             std::move(swept.more.rack_p99), std::move(swept.more.rack_max)};
  return result;
}

}  // namespace spindle::app
