#include "app/experiment/experiment.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "app/experiment/metrics.hpp"
#include "app/world/world.hpp"
#include "models/checkers/demand_checker.hpp"
#include "models/checkers/placement_checker.hpp"
#include "models/flow/flow_run.hpp"
#include "models/flow/heat_matrix.hpp"
#include "models/repair/direct_durability.hpp"
#include "sim/digest.hpp"

namespace spindle::app {
namespace {

// Placing takes about this share of a run's time; the rest is the sweep. For progress only.
constexpr double kPlacingShare = 0.5;
// With the direct estimator the placing and the sweep take about this share. For progress only.
constexpr double kStillShare = 0.5;
// About this wide is a bin of the fill histogram: a whole number of shards of the fleet's first
// drive model, so that no bin holds more of the possible fills than its neighbour.
constexpr double kFillBin = 0.0025;

// The check draws the demand a second time: the first epochs stand for all.
constexpr std::uint64_t kCheckedEpochs = 1024;

std::vector<HistogramBin> fill_histogram(const models::Topology& topology,
                                         std::uint64_t shard_bytes,
                                         const std::vector<std::uint64_t>& used_bytes) {
  const double shard =
      static_cast<double>(shard_bytes) / topology.models().front().capacity.to_double();
  const double width = std::min(1.0, shard * std::max(1.0, std::round(kFillBin / shard)));
  std::vector<HistogramBin> out;
  for (double b = 0; b * width <= 1; b += 1) out.push_back({b * width, (b + 1) * width, 0});
  for (std::uint32_t d = 0; d < topology.drives(); ++d) {
    const double fill = static_cast<double>(used_bytes[d]) / topology.capacity_of(d).to_double();
    // A fill on an edge belongs above it, whatever the last bit of the division says.
    const auto bin = static_cast<std::size_t>(fill / width + 1e-9);
    ++out[std::min(bin, out.size() - 1)].count;
  }
  return out;
}

std::vector<HistogramBin> heat_histogram(const sim::LogHistogram& histogram) {
  std::vector<HistogramBin> out;
  histogram.for_each_bucket([&](double low, double high, std::uint64_t count) {
    out.push_back({low, high, count});
  });
  return out;
}

std::string digest_of(const RunResult& result, const models::PlacementResult& placement,
                      const models::FlowResult& flow,
                      const std::optional<models::DirectEstimate>& direct) {
  sim::Digest digest;
  for (const auto& [name, value] : result.metrics.values()) {
    digest.add(std::string_view(name));
    digest.add(value);
  }
  for (const std::uint64_t bytes : placement.used_bytes) digest.add(bytes);
  for (const double heat : flow.drive_heat_sum) digest.add(heat);
  for (const double heat : flow.drive_heat_max) digest.add(heat);
  for (const double heat : flow.series.heat_sum) digest.add(heat);
  for (const double rate : flow.series.requests_per_s) digest.add(rate);
  if (direct) {
    for (const std::uint64_t events : direct->digests) digest.add(events);
  }
  return digest.hex();
}

// Watched from outside: in each epoch the drives bear what the tenants ask of the placed shards.
models::CheckReport check_demand(const models::FlowInputs& inputs,
                                 const models::ExtentTable& extents,
                                 const models::PlacementResult& placement,
                                 const models::FlowResult& flow) {
  const auto epochs = static_cast<std::size_t>(std::min(flow.epochs, kCheckedEpochs));
  return models::check_fleet_heat(models::expected_fleet_heat(inputs, extents, placement, epochs),
                                  std::span(flow.series.heat_sum).first(epochs),
                                  models::fleet_heat_tolerance(inputs.population));
}

void append_violations(const models::CheckReport& report, std::vector<std::string>& lines) {
  lines.insert(lines.end(), report.first.begin(), report.first.end());
  if (report.violations > report.first.size()) {
    lines.push_back(fmt::format("and {} more", report.violations - report.first.size()));
  }
}

// Failures and repairs, where the scenario asks for them.
std::optional<models::DirectEstimate> simulate_durability(
    const Scenario& scenario, const World& world, const models::PlacementResult& placement,
    unsigned threads, const std::function<bool(double)>& progress) {
  if (scenario.durability.estimator != DurabilityEstimator::kDirect) return std::nullopt;
  const models::RepairOptions repair{scenario.failure.detect,
                                     sim::Duration::hours(scenario.mttr_hours)};
  const models::FailureOptions failure{scenario.failure.replace, scenario.run.duration};
  const models::DirectOptions options{.replications = scenario.durability.replications,
                                      .threads = threads};
  return models::estimate_directly(world.topology, scenario.spread, world.scheme.needed(),
                                   world.extents, placement, repair, failure,
                                   sim::Seed{scenario.seed}, options, progress);
}

// Who bears which demand, in columns where data cools.
struct Demand {
  models::HeatMatrix matrix;
  std::vector<double> column_weight;
};

Demand spread_demand(const World& world, const models::PlacementResult& placement,
                     const models::DemandColumns* columns) {
  if (columns == nullptr) {
    return {models::HeatMatrix(world.topology, world.extents, placement), {}};
  }
  models::ExtentDemand demand = models::first_demand(*columns, world.population);
  return {models::HeatMatrix(world.topology, world.extents, placement, demand),
          models::column_weights(*columns, demand)};
}

// Heat of every drive in every epoch; the matrix lives no longer than this.
models::FlowResult sweep(const World& world, const models::PlacementResult& placement,
                         unsigned threads, const std::function<bool(double)>& progress,
                         std::vector<std::string>& violations) {
  std::optional<models::DemandColumns> columns;
  if (!world.extents.heat_weight.empty()) columns.emplace(world.population);
  const Demand demand = spread_demand(world, placement, columns ? &*columns : nullptr);
  models::FlowInputs inputs{world.topology,     demand.matrix,        world.population, world.costs,
                            world.total_weight, world.capacity_share, world.grid,       threads};
  if (columns) {
    inputs.columns = &*columns;
    inputs.column_weight = &demand.column_weight;
  }
  models::FlowResult flow = models::run_flow(inputs, progress);
  append_violations(check_demand(inputs, world.extents, placement, flow), violations);
  return flow;
}

}  // namespace

RunResult run_experiment(const Scenario& scenario, unsigned threads,
                         const std::function<bool(double)>& progress) {
  const auto world = build_world(scenario);
  const bool is_direct = scenario.durability.estimator == DurabilityEstimator::kDirect;
  const double still = is_direct ? kStillShare : 1.0;
  bool stopped = false;
  const auto report = [&](double share) {
    stopped = stopped || (progress && !progress(share));
    return !stopped;
  };

  const models::PlacementResult placement =
      models::place_all(world->policy, scenario.placement, world->extents,
                        [&](double share) { return report(still * kPlacingShare * share); });
  RunResult result;
  result.partial = stopped && placement.unplaced_extents > 0;
  append_violations(
      models::check_placement(world->topology, scenario.spread, world->extents, placement),
      result.violations);
  models::FlowResult flow = sweep(
      *world, placement, threads,
      [&](double share) { return report(still * (kPlacingShare + (1 - kPlacingShare) * share)); },
      result.violations);
  const auto direct = simulate_durability(scenario, *world, placement, threads, [&](double share) {
    return report(still + (1 - still) * share);
  });
  if (direct) {
    result.violations.insert(result.violations.end(), direct->violations.begin(),
                             direct->violations.end());
  }

  result.metrics = compute_metrics(scenario, *world, placement, flow, direct ? &*direct : nullptr);
  result.epoch_s = scenario.run.epoch.to_seconds();
  result.drives = world->topology.drives();
  result.fill = fill_histogram(world->topology, world->extents.shard_bytes, placement.used_bytes);
  result.heat = heat_histogram(flow.histogram);
  result.partial = result.partial || flow.epochs < world->grid.count ||
                   (direct && direct->replications < scenario.durability.replications);
  result.drive_epochs = flow.epochs * world->topology.drives();
  result.shards = (world->extents.extents() - placement.unplaced_extents) *
                  static_cast<std::uint64_t>(placement.shards_per_extent);
  result.extents = world->extents.extents();
  result.notes = placement.notes;
  result.digest = digest_of(result, placement, flow, direct);
  result.series = std::move(flow.series);
  return result;
}

}  // namespace spindle::app
