#include <algorithm>
#include <utility>

#include "app/experiment/flow_latency_metrics.hpp"
#include "app/experiment/living_record.hpp"
#include "app/experiment/sweep.hpp"
#include "models/checkers/demand_checker.hpp"
#include "models/checkers/living_checker.hpp"
#include "models/checkers/repair_checker.hpp"
#include "models/flow/flow_run.hpp"
#include "models/timeline/timeline.hpp"

namespace spindle::app {
namespace {

// Shifts of demand add up in single precision.
constexpr double kShiftTolerance = 1e-5;

models::TimelineInputs timeline_inputs(const Scenario& scenario, const World& world,
                                       const models::PlacementResult& placement,
                                       std::vector<double> expected_heat) {
  return {.topology = world.topology,
          .context = world.policy,
          .policy = scenario.placement,
          .extents = world.extents,
          .placement = placement,
          .expected_heat = std::move(expected_heat),
          .population = world.population,
          .costs = world.costs,
          .needed = world.scheme.needed(),
          .extent_bytes = scenario.data.extent.value,
          .grid = world.grid,
          .repair = scenario.repair,
          .failure = {scenario.failure.replace, scenario.run.duration},
          .outages = scenario.outages,
          .landings = scenario.landings,
          .on_renewed = {}};
}

// Conservation laws of the fleet as it is left: bytes, room, the spread rule, what repair counts.
void check_end(const World& world, const models::PlacementResult& placement,
               const models::Timeline& timeline, std::vector<std::string>& violations) {
  const models::Repair& repair = timeline.repair();
  const models::FleetState& state = timeline.state();
  append_violations(
      models::check_repair(timeline.repair_inputs(),
                           models::count_shards(world.topology, placement), state, repair),
      violations);
}

}  // namespace

Swept sweep_living(const Scenario& scenario, const World& world,
                   const models::PlacementResult& placement, std::vector<double> expected_heat,
                   unsigned threads, const std::function<bool(double)>& progress,
                   const AfterEvents& after_events) {
  Swept out;
  models::DemandColumns columns(world.population);
  models::ExtentDemand demand =
      models::first_demand(columns, world.population, world.extents.heat_weight);
  const std::vector<double> column_weight = models::column_weights(columns, demand);
  models::HeatMatrix matrix(world.topology, world.extents, placement, demand);
  models::HeatLedger ledger(matrix);

  models::FlowInputs inputs{
      world.topology,       matrix,     world.population, world.costs, world.total_weight,
      world.capacity_share, world.grid, threads};
  inputs.columns = &columns;
  inputs.column_weight = &column_weight;
  models::LivingDemand expected(inputs, placement);
  auto timeline_in = timeline_inputs(scenario, world, placement, std::move(expected_heat));
  timeline_in.on_renewed = [&](sim::Instant at, std::uint32_t extent) {
    expected.renewed(at, extent);
  };
  models::Timeline timeline(timeline_in, columns, std::move(demand));
  models::FlowDynamics dynamics{ledger, timeline.journal(), timeline.directed(),
                                [&](const models::WindowDemand& window) {
                                  expected.begin(window);
                                  timeline.advance(window);
                                  expected.end(timeline.journal());
                                  if (after_events) after_events(timeline, window);
                                }};
  inputs.dynamics = &dynamics;
  auto loads = load_record(world);
  inputs.loads = loads ? &*loads : nullptr;
  out.flow = models::run_flow(inputs, progress);
  if (loads) out.latency = latency_of_run(world, *loads, out.flow, threads);

  append_violations(
      expected.check(out.flow.series,
                     std::max(kShiftTolerance, models::fleet_heat_tolerance(world.population))),
      out.violations);
  const sim::Instant end =
      sim::Instant() + static_cast<std::int64_t>(out.flow.epochs) * world.grid.epoch;
  append_violations(models::check_ledger(ledger, timeline.state(), columns, end), out.violations);
  check_end(world, placement, timeline, out.violations);

  const models::FleetState& state = timeline.state();
  out.used_bytes.assign(state.used_bytes().begin(), state.used_bytes().end());
  for (std::uint32_t drive = 0; drive < world.topology.drives(); ++drive) {
    out.is_there.push_back(state.is_present(drive) ? 1 : 0);
  }
  if (std::find(out.is_there.begin(), out.is_there.end(), 1) == out.is_there.end()) {
    out.is_there.clear();  // nothing is left to count apart
  }
  out.events_digest = timeline.digest().value();
  out.timeline = record_timeline(scenario, timeline, world.topology, out.flow);
  return out;
}

}  // namespace spindle::app
