#include <algorithm>
#include <functional>
#include <optional>
#include <utility>

#include "app/experiment/flow_latency_metrics.hpp"
#include "app/experiment/living_record.hpp"
#include "app/experiment/part_of_progress.hpp"
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
          .failure = world.failure,
          .outages = scenario.outages,
          .landings = scenario.landings,
          .scrub = scenario.scrub,
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

// A fleet that lives, at time 0, and what its flow run reads and changes.
struct LivingFleet {
  LivingFleet(const Scenario& scenario, const World& world,
              const models::PlacementResult& placement, const std::vector<double>& expected_heat,
              unsigned threads)
      : columns(world.population),
        demand(models::first_demand(columns, world.population, world.extents.heat_weight)),
        column_weight(models::column_weights(columns, demand)),
        matrix(world.topology, world.extents, placement, demand),
        ledger(matrix),
        timeline_in(timeline_inputs(scenario, world, placement, expected_heat)),
        inputs{world.topology,       matrix,     world.population, world.costs, world.total_weight,
               world.capacity_share, world.grid, threads} {
    timeline_in.on_renewed = [this](sim::Instant at, std::uint32_t extent) {
      if (on_renewed) on_renewed(at, extent);
    };
    timeline.emplace(timeline_in, columns, std::move(demand));
    dynamics.emplace(models::FlowDynamics{
        ledger,
        timeline->journal(),
        timeline->directed(),
        [this](const models::WindowDemand& window) { timeline->advance(window); },
        {}});
    if (scenario.repair.yields_to_clients) {
      dynamics->swept = [this](std::span<const double> heat) { timeline->set_client_heat(heat); };
    }
    inputs.columns = &columns;
    inputs.column_weight = &column_weight;
    inputs.dynamics = &*dynamics;
  }
  LivingFleet(const LivingFleet&) = delete;
  LivingFleet& operator=(const LivingFleet&) = delete;

  models::DemandColumns columns;
  models::ExtentDemand demand;  // the timeline's, once that is made
  std::vector<double> column_weight;
  models::HeatMatrix matrix;
  models::HeatLedger ledger;
  models::TimelineInputs timeline_in;
  models::FlowInputs inputs;
  std::function<void(sim::Instant, std::uint32_t)> on_renewed;
  std::optional<models::Timeline> timeline;
  std::optional<models::FlowDynamics> dynamics;
};

// The run itself, watched by its checkers.
Swept live(const Scenario& scenario, const World& world, const models::PlacementResult& placement,
           const std::vector<double>& expected_heat, unsigned threads,
           const std::function<bool(double)>& progress, const AfterEvents& after_events,
           const Zoom* zoom, ZoomPlan& plan) {
  Swept out;
  LivingFleet fleet(scenario, world, placement, expected_heat, threads);
  models::Timeline& timeline = *fleet.timeline;
  models::LivingDemand expected(fleet.inputs, placement);
  fleet.on_renewed = [&](sim::Instant at, std::uint32_t extent) { expected.renewed(at, extent); };
  fleet.dynamics->advance = [&](const models::WindowDemand& window) {
    expected.begin(window);
    timeline.advance(window);
    expected.end(timeline.journal());
    if (after_events) after_events(timeline, window);
  };
  auto loads = load_record(world);
  fleet.inputs.loads = loads ? &*loads : nullptr;
  out.flow = models::run_flow(fleet.inputs, progress);
  if (loads) out.latency = latency_of_run(world, *loads, out.flow, threads);

  append_violations(
      expected.check(out.flow.series,
                     std::max(kShiftTolerance, models::fleet_heat_tolerance(world.population))),
      out.violations);
  const sim::Instant end =
      sim::Instant() + static_cast<std::int64_t>(out.flow.epochs) * world.grid.epoch;
  append_violations(models::check_ledger(fleet.ledger, timeline.state(), fleet.columns, end),
                    out.violations);
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
  if (zoom != nullptr && out.flow.epochs == world.grid.count) plan = zoom->plan(out.flow);
  out.timeline = record_timeline(scenario, timeline, world.topology, out.flow);
  return out;
}

}  // namespace

Swept sweep_living(const Scenario& scenario, const World& world,
                   const models::PlacementResult& placement, std::vector<double> expected_heat,
                   unsigned threads, const std::function<bool(double)>& progress,
                   const AfterEvents& after_events, const Zoom* zoom) {
  const double before_zoom = zoom == nullptr ? 1 : kShareBeforeZoom;
  ZoomPlan plan;
  Swept out = live(scenario, world, placement, expected_heat, threads,
                   part_of_progress(progress, 0, before_zoom), after_events, zoom, plan);
  if (zoom == nullptr || out.flow.epochs < world.grid.count) return out;
  const auto replay = [&](const auto& use) {
    LivingFleet again(scenario, world, placement, expected_heat, threads);
    use(again.inputs);
  };
  out.zoom = zoom->run(plan, replay, part_of_progress(progress, before_zoom, 1), out.violations);
  return out;
}

}  // namespace spindle::app
