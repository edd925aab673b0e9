#include "app/experiment/zoom.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/zoom/zoom_window.hpp"

namespace spindle::app {
namespace {

// Of the zoom's time, about: choosing drives, and reading their load off. For progress only.
constexpr double kChosen = 0.2;
constexpr double kLoaded = 0.4;
// Sums of the same products in another order; where demand shifts, in single precision.
constexpr double kTolerance = 1e-9;
constexpr double kShiftedTolerance = 1e-5;

// Racks that are there in any epoch of the window: flow notes the heat of a living fleet's racks.
std::vector<std::uint8_t> racks_there(const models::FlowResult& flow, std::uint32_t racks,
                                      const std::vector<models::ZoomPiece>& pieces) {
  const std::vector<float>& heat = flow.series.rack_heat;
  std::vector<std::uint8_t> there(racks, heat.empty() ? 1 : 0);
  if (heat.empty()) return there;
  for (const models::ZoomPiece& piece : pieces) {
    for (std::uint32_t rack = 0; rack < racks; ++rack) {
      if (!std::isnan(heat[piece.epoch * racks + rack])) there[rack] = 1;
    }
  }
  return there;
}

// One request's disk time at one drive, of the tenants of each class.
struct PartSeconds {
  std::vector<double> read;
  std::vector<double> write;
};

PartSeconds part_seconds(const World& world, std::uint32_t model) {
  const auto& tenants = world.population.tenants();
  PartSeconds out;
  out.read.resize(world.population.classes().size());
  out.write.resize(out.read.size());
  for (std::size_t t = 0; t < tenants.size(); ++t) {
    const std::size_t at = model * tenants.size() + t;
    out.read[tenants[t].tenant_class] = world.costs.read[at] / world.scheme.read_fan_out();
    out.write[tenants[t].tenant_class] = world.costs.write[at] / world.scheme.write_fan_out();
  }
  return out;
}

}  // namespace

Zoom::Zoom(const Scenario& scenario, const World& world, unsigned threads)
    : scenario_(scenario), world_(world), threads_(threads) {}

ZoomPlan Zoom::plan(const models::FlowResult& flow) const {
  const ZoomOptions& zoom = *scenario_.zoom;
  const sim::Duration latest = scenario_.run.duration - zoom.duration;
  const sim::Duration peak = static_cast<std::int64_t>(flow.peak_epoch) * world_.grid.epoch;
  const sim::Instant start = sim::Instant() + zoom.from.value_or(std::min(peak, latest));
  ZoomPlan plan{{start, start + zoom.duration}, {}};
  plan.rack_is_there =
      racks_there(flow, world_.topology.racks(), models::pieces_of(plan.window, world_.grid));
  return plan;
}

std::vector<std::uint32_t> Zoom::choose(const ZoomPlan& plan, const FlowReplay& replay,
                                        const std::function<bool(double)>& progress) const {
  const ZoomOptions& zoom = *scenario_.zoom;
  if (zoom.drives == models::ZoomDrives::kRandom) {
    return models::random_drives(world_.topology, plan.rack_is_there, world_.population.seed(),
                                 zoom.count);
  }
  std::vector<double> heat;
  replay([&](const models::FlowInputs& inputs) {
    heat = models::replay_heat(inputs, plan.window, progress);
  });
  return models::hottest_drives(world_.topology, plan.rack_is_there, heat, zoom.count);
}

std::optional<ZoomSweep> Zoom::run(const ZoomPlan& plan, const FlowReplay& replay,
                                   const std::function<bool(double)>& progress,
                                   std::vector<std::string>& violations) const {
  bool go_on = true;
  const auto part_of = [&](double from, double to) {
    return [&go_on, &progress, from, to](double share) {
      go_on = go_on && progress(from + (to - from) * share);
      return go_on;
    };
  };
  ZoomSweep out{.window = plan.window, .loads = {}, .result = {}};
  const auto drives = choose(plan, replay, part_of(0, kChosen));
  if (!go_on) return std::nullopt;
  bool lives = false;
  replay([&](const models::FlowInputs& inputs) {
    lives = inputs.dynamics != nullptr;
    out.loads = models::replay_loads(inputs, out.window,
                                     {world_.scheme.read_fan_out(), world_.scheme.write_fan_out()},
                                     drives, part_of(kChosen, kLoaded));
  });
  if (!go_on) return std::nullopt;
  check_heat(out, lives, violations);
  const bool is_sample = scenario_.zoom->drives == models::ZoomDrives::kRandom;
  out.result = models::run_zoom(
      {.topology = world_.topology,
       .classes = world_.population.classes(),
       .scheme = world_.scheme,
       .models = mechanical_models(world_.mechanics),
       .loads = out.loads,
       .window = out.window,
       .grid = world_.grid,
       .seed = world_.population.seed(),
       .clusters = is_sample ? models::ZoomClusters::kDrives : models::ZoomClusters::kTimes,
       .threads = threads_},
      part_of(kLoaded, 1));
  out.complete = go_on;
  return out;
}

// Watched from outside: rate times service over classes and sides is the heat that the sweep found.
void Zoom::check_heat(const ZoomSweep& zoom, bool lives,
                      std::vector<std::string>& violations) const {
  const auto pieces = models::pieces_of(zoom.window, world_.grid);
  std::vector<PartSeconds> seconds;
  for (std::uint32_t m = 0; m < world_.topology.models().size(); ++m) {
    seconds.push_back(part_seconds(world_, m));
  }
  for (const models::DriveLoad& load : zoom.loads) {
    const PartSeconds& of =
        seconds[world_.topology.model_of_rack(world_.topology.rack_of(load.drive))];
    double heat = load.directed;
    for (const models::ClassLoad& row : load.classes) {
      for (std::size_t i = 0; i < pieces.size(); ++i) {
        heat += pieces[i].share * (row.read_parts[i] * of.read[row.tenant_class] +
                                   row.write_parts[i] * of.write[row.tenant_class]);
      }
    }
    const double most = lives ? kShiftedTolerance * (1 + load.heat) : kTolerance * load.heat;
    if (std::fabs(heat - load.heat) <= most) continue;
    violations.push_back(fmt::format("zoom: drive {}: its parts make a heat of {}, the sweep {}",
                                     load.drive, heat, load.heat));
    return;
  }
}

}  // namespace spindle::app
