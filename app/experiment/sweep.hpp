#pragma once
// The run after everything is placed: heat of every drive in every epoch, of a fleet that stands
// still or of one that lives, and how the fleet is left.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "app/experiment/timeline_record.hpp"
#include "app/experiment/zoom.hpp"
#include "app/scenario/scenario.hpp"
#include "app/world/world.hpp"
#include "models/checkers/placement_checker.hpp"
#include "models/flow/flow_latency.hpp"
#include "models/flow/flow_result.hpp"
#include "models/mechanical/mechanical_run.hpp"
#include "models/placement/placer.hpp"
#include "models/timeline/timeline.hpp"

namespace spindle::app {

using AfterEvents = std::function<void(models::Timeline&, const models::WindowDemand&)>;

// A run at mechanical fidelity, and the mean heat that the flow fidelity gives the same drives.
struct MechanicalSweep {
  models::MechanicalResult result;
  double flow_heat = 0;
};

struct Swept {
  models::FlowResult flow;
  std::vector<std::uint64_t> used_bytes;  // per drive, at the end
  std::vector<std::uint8_t> is_there;     // per drive, at the end; empty: all are
  std::optional<TimelineRecord> timeline;
  std::optional<MechanicalSweep> mechanical;
  std::optional<models::FlowLatency> latency;  // where all drive models have mechanics
  std::optional<ZoomSweep> zoom;               // absent too where the run was interrupted before it
  std::uint64_t events_digest = 0;
  std::vector<std::string> violations;  // conservation laws broken: a bug
};

enum class Latencies { kUnwanted, kWanted };

// `progress` gets the share of epochs done; returning false ends the sweep after the window in
// hand. The placement is in the numbers of World::topology. `zoom`, if any, follows the whole run.
Swept sweep_still(const World& world, const models::PlacementResult& placement, unsigned threads,
                  const std::function<bool(double)>& progress,
                  Latencies latencies = Latencies::kWanted, const Zoom* zoom = nullptr);
// Every request at its drives; `flow` then holds what tenants ask for, and as heat the measured
// busy share of each drive. Throws WorldError, and what models::run_mechanical throws.
Swept sweep_mechanical(const World& world, const models::PlacementResult& placement,
                       unsigned threads, const std::function<bool(double)>& progress);
// `expected_heat` is PlacementResult::expected_heat in the numbers of World::base. `after_events`
// is called once the events of each window are played, before its heat is swept: tests plant there
// the faults that the checkers must find.
Swept sweep_living(const Scenario& scenario, const World& world,
                   const models::PlacementResult& placement, std::vector<double> expected_heat,
                   unsigned threads, const std::function<bool(double)>& progress,
                   const AfterEvents& after_events = {}, const Zoom* zoom = nullptr);

// Of a run with a zoom, the share of its time that the run itself takes. For progress only.
inline constexpr double kShareBeforeZoom = 0.5;

void append_violations(const models::CheckReport& report, std::vector<std::string>& lines);

}  // namespace spindle::app
