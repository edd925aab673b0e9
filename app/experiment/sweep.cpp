#include "app/experiment/sweep.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "app/experiment/flow_latency_metrics.hpp"
#include "app/experiment/part_of_progress.hpp"
#include "models/checkers/demand_checker.hpp"
#include "models/flow/flow_run.hpp"
#include "models/tenant/demand_columns.hpp"

namespace spindle::app {
namespace {

// The check draws the demand a second time: the first epochs stand for all.
constexpr std::uint64_t kCheckedEpochs = 1024;

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

// Who bears which demand, in columns where data cools; it lives no longer than the sweep.
struct Demand {
  models::HeatMatrix matrix;
  std::vector<double> column_weight;
};

Demand spread_demand(const World& world, const models::PlacementResult& placement,
                     const models::DemandColumns* columns) {
  if (columns == nullptr) {
    return {models::HeatMatrix(world.topology, world.extents, placement), {}};
  }
  const models::ExtentDemand demand =
      models::first_demand(*columns, world.population, world.extents.heat_weight);
  return {models::HeatMatrix(world.topology, world.extents, placement, demand),
          models::column_weights(*columns, demand)};
}

}  // namespace

Swept sweep_still(const World& world, const models::PlacementResult& placement, unsigned threads,
                  const std::function<bool(double)>& progress, Latencies latencies,
                  const Zoom* zoom) {
  std::optional<models::DemandColumns> columns;
  if (!world.extents.heat_weight.empty()) columns.emplace(world.population);
  const Demand demand = spread_demand(world, placement, columns ? &*columns : nullptr);
  models::FlowInputs inputs{world.topology,     demand.matrix,        world.population, world.costs,
                            world.total_weight, world.capacity_share, world.grid,       threads};
  if (columns) {
    inputs.columns = &*columns;
    inputs.column_weight = &demand.column_weight;
  }
  auto loads = latencies == Latencies::kWanted ? load_record(world) : std::nullopt;
  inputs.loads = loads ? &*loads : nullptr;
  Swept out;
  const double before_zoom = zoom == nullptr ? 1 : kShareBeforeZoom;
  out.flow = models::run_flow(inputs, part_of_progress(progress, 0, before_zoom));
  if (loads) out.latency = latency_of_run(world, *loads, out.flow, threads);
  inputs.loads = nullptr;  // a zoom replays what is recorded already
  append_violations(check_demand(inputs, world.extents, placement, out.flow), out.violations);
  if (zoom != nullptr && out.flow.epochs == world.grid.count) {
    out.zoom = zoom->run(
        zoom->plan(out.flow), [&](const auto& use) { use(inputs); },
        part_of_progress(progress, before_zoom, 1), out.violations);
  }
  out.used_bytes = placement.used_bytes;
  return out;
}

void append_violations(const models::CheckReport& report, std::vector<std::string>& lines) {
  lines.insert(lines.end(), report.first.begin(), report.first.end());
  if (report.violations > report.first.size()) {
    lines.push_back(fmt::format("and {} more", report.violations - report.first.size()));
  }
}

}  // namespace spindle::app
