#include "app/experiment/experiment.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "app/experiment/durability_estimates.hpp"
#include "app/experiment/flow_latency_metrics.hpp"
#include "app/experiment/histograms.hpp"
#include "app/experiment/ledger_experiment.hpp"
#include "app/experiment/mechanical_metrics.hpp"
#include "app/experiment/metrics.hpp"
#include "app/experiment/scrub_metrics.hpp"
#include "app/experiment/sweep.hpp"
#include "app/world/world.hpp"
#include "models/checkers/placement_checker.hpp"
#include "models/placement/translate.hpp"
#include "sim/digest.hpp"

namespace spindle::app {
namespace {

// Placing takes about this share of a run's time; the rest is the sweep. For progress only.
constexpr double kPlacingShare = 0.5;
// The same where every request is served: a few seconds of demand take as long as placing all data.
constexpr double kMechanicalPlacingShare = 0.01;
// Where losses are simulated the placing and the sweep take about this share. For progress only.
constexpr double kStillShare = 0.5;

std::string digest_of(const RunResult& result, const Swept& swept,
                      const DurabilityEstimates& losses) {
  sim::Digest digest;
  for (const auto& [name, value] : result.metrics.values()) {
    digest.add(std::string_view(name));
    digest.add(value);
  }
  for (const std::uint64_t bytes : swept.used_bytes) digest.add(bytes);
  for (const double heat : swept.flow.drive_heat_sum) digest.add(heat);
  for (const double heat : swept.flow.drive_heat_max) digest.add(heat);
  for (const double heat : swept.flow.series.heat_sum) digest.add(heat);
  for (const double rate : swept.flow.series.requests_per_s) digest.add(rate);
  if (swept.timeline) digest.add(swept.events_digest);
  if (swept.mechanical) digest.add(std::string_view(swept.mechanical->result.digest()));
  if (swept.zoom) digest.add(std::string_view(swept.zoom->result.digest()));
  if (losses.direct) {
    for (const std::uint64_t events : losses.direct->digests) digest.add(events);
  }
  return digest.hex();
}

Swept sweep(const Scenario& scenario, const World& world, const models::PlacementResult& placement,
            unsigned threads, const std::function<bool(double)>& progress) {
  if (scenario.run.fidelity == Fidelity::kMechanical) {
    return sweep_mechanical(world, placement, threads, progress);
  }
  std::optional<Zoom> zoom;
  if (scenario.zoom) zoom.emplace(scenario, world, threads);
  const Zoom* after = zoom ? &*zoom : nullptr;
  if (!scenario.has_timeline()) {
    return sweep_still(world, placement, threads, progress, Latencies::kWanted, after);
  }
  if (world.topology.drives() == world.base.drives()) {
    return sweep_living(scenario, world, placement, placement.expected_heat, threads, progress, {},
                        after);
  }
  return sweep_living(scenario, world, models::translate(placement, world.base, world.topology),
                      placement.expected_heat, threads, progress, {}, after);
}

}  // namespace

RunResult run_experiment(const Scenario& scenario, unsigned threads,
                         const std::function<bool(double)>& progress) {
  if (scenario.run.form == FleetForm::kLedger) {
    return run_ledger_experiment(scenario, threads, progress);
  }
  const auto world = build_world(scenario);
  const double still = simulates_durability(scenario) ? kStillShare : 1.0;
  const double placing =
      scenario.run.fidelity == Fidelity::kMechanical ? kMechanicalPlacingShare : kPlacingShare;
  bool stopped = false;
  const auto report = [&](double share) {
    stopped = stopped || (progress && !progress(share));
    return !stopped;
  };

  const models::PlacementResult placement =
      models::place_all(world->policy, scenario.placement, world->extents,
                        [&](double share) { return report(still * placing * share); });
  RunResult result;
  result.partial = stopped && placement.unplaced_extents > 0;
  append_violations(
      models::check_placement(world->base, scenario.spread, world->extents, placement),
      result.violations);
  Swept swept = sweep(scenario, *world, placement, threads, [&](double share) {
    return report(still * (placing + (1 - placing) * share));
  });
  const models::LatentErrors errors = latent_errors(scenario, *world);
  const DurabilityEstimates losses =
      estimate_durability_of(scenario, *world, placement, errors, threads,
                             [&](double share) { return report(still + (1 - still) * share); });
  for (const std::string& line : swept.violations) result.violations.push_back(line);
  if (losses.direct) {
    const std::vector<std::string>& found = losses.direct->violations;
    result.violations.insert(result.violations.end(), found.begin(), found.end());
  }

  const bool is_placed_in_part = result.partial;
  result.metrics = compute_metrics(scenario, *world, placement, swept, errors, losses);
  if (is_placed_in_part) {
    // What the rest would have been asked for is missing.
    for (const char* name : {"heat.", "cost.drives_for_heat", "cost.drives"}) {
      result.metrics.forget(name);
    }
  }
  if (swept.zoom) {
    result.zoom = record_zoom(scenario, *world, *swept.zoom);
    set_zoom(*swept.zoom, *result.zoom, result.metrics);
  }
  if (swept.mechanical) result.latency = latency_rows(*world, *swept.mechanical);
  if (swept.latency) result.latency = latency_rows(*world, *swept.latency);
  result.epoch_s = scenario.run.epoch.to_seconds();
  result.drives = world->topology.drives();
  result.fill = fill_histogram(world->topology, static_cast<double>(world->extents.shard_bytes),
                               swept.used_bytes, swept.is_there);
  result.heat = heat_histogram(swept.flow.histogram);
  result.partial = result.partial || swept.flow.epochs < world->grid.count ||
                   (scenario.zoom && !(swept.zoom && swept.zoom->complete)) || losses.is_partial;
  result.drive_epochs = swept.flow.epochs * world->topology.drives();
  result.shards = (world->extents.extents() - placement.unplaced_extents) *
                  static_cast<std::uint64_t>(placement.shards_per_extent);
  result.extents = world->extents.extents();
  result.notes = placement.notes;
  result.why_unplaced = placement.why_unplaced;
  result.digest = digest_of(result, swept, losses);
  if (scenario.run.wants_drive_arrays) {
    result.drive_arrays =
        drive_arrays(world->topology, swept.used_bytes, swept.is_there, swept.flow);
  }
  result.series = std::move(swept.flow.series);
  result.timeline = std::move(swept.timeline);
  return result;
}

}  // namespace spindle::app
