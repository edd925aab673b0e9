// The run at mechanical fidelity: every request at its drives.

#include <fmt/format.h>

#include <algorithm>

#include "app/experiment/part_of_progress.hpp"
#include "app/experiment/sweep.hpp"

namespace spindle::app {
namespace {

// The flow sweep takes about this share of the time. For progress only.
constexpr double kFlowShare = 0.01;

// Watched from outside: no request is lost, and no arm works more than all the time.
void check_requests(const models::MechanicalResult& run, std::vector<std::string>& lines) {
  const std::uint64_t told = run.answered + run.open + run.without_place;
  if (run.arrivals != told) {
    lines.push_back(fmt::format("requests: {} came, and {} were answered, are open or had no place",
                                run.arrivals, told));
  }
  if (run.busy.histogram.max() > 1) {
    lines.push_back(fmt::format("a drive was busy for {} of an epoch", run.busy.histogram.max()));
  }
}

// Heat is what was measured: the busy share of each drive in each epoch.
void take_busy_as_heat(const models::BusyRecord& busy, models::FlowResult& flow) {
  flow.epochs = busy.sum.size();
  flow.series.heat_sum = busy.sum;
  flow.series.heat_max = busy.max;
  flow.series.hot_drives = busy.hot_drives;
  flow.drive_heat_sum = busy.drive_sum;
  flow.drive_heat_max = busy.drive_max;
  flow.peak_epoch = busy.peak_epoch;
  flow.peak_heat = busy.peak;
  flow.heat = busy.pooled;
  flow.histogram = busy.histogram;
}

}  // namespace

Swept sweep_mechanical(const World& world, const models::PlacementResult& placement,
                       unsigned threads, const std::function<bool(double)>& progress) {
  // What tenants ask for, and the heat that the flow fidelity makes of it.
  Swept out = sweep_still(world, placement, threads, part_of_progress(progress, 0, kFlowShare),
                          Latencies::kUnwanted);
  const models::MechanicalInputs inputs{.topology = world.topology,
                                        .placement = placement,
                                        .population = world.population,
                                        .scheme = world.scheme,
                                        .models = mechanical_models(world.mechanics),
                                        .read_parts = world.scheme.needed(),
                                        .grid = world.grid,
                                        .demand = out.flow.series.heat_sum,
                                        .heat_weight = world.extents.heat_weight,
                                        .threads = threads,
                                        .window = {}};
  MechanicalSweep run{
      .result = models::run_mechanical(inputs, part_of_progress(progress, kFlowShare, 1)),
      .flow_heat = out.flow.heat.mean()};
  check_requests(run.result, out.violations);
  take_busy_as_heat(run.result.busy, out.flow);
  // Cut short within the first epoch: no drive was measured for one.
  if (run.result.epochs == 0) std::fill(out.flow.peak_racks.begin(), out.flow.peak_racks.end(), 0);
  out.mechanical = std::move(run);
  return out;
}

}  // namespace spindle::app
