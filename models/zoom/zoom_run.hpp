#pragma once
// Zoom: some drives of a flow run, served mechanically under the load that the flow gave them.
//
// Drives do not affect each other: each has its own arrivals (part_processes.hpp) and is served as
// in the mechanical fidelity (models/mechanical/drive_block.hpp). All drives are idle at the
// window's start; what waits at its end is served, without further arrivals, so that the response
// of every part that arrived is known. Equations: docs/theory/zoom.md.
//
// Results are equal in every bit for any number of threads. Cost: about 0.2 us a part on one core.
// Memory: zoom_memory_bytes().

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "models/fleet/topology.hpp"
#include "models/mechanical/drive_block.hpp"
#include "models/mechanical/latency.hpp"
#include "models/mechanical/mechanical_run.hpp"
#include "models/redundancy/scheme.hpp"
#include "models/tenant/population.hpp"
#include "models/zoom/drive_loads.hpp"
#include "models/zoom/zoom_window.hpp"

namespace spindle::models {

// What is taken together where errors are estimated (pooled_latency.hpp): each drive, where drives
// are a sample of the fleet; stretches of time, where they are all that is asked about.
enum class ZoomClusters { kDrives, kTimes };
// Stretches of time: enough for an interval, and long against what a queue remembers.
inline constexpr std::uint32_t kZoomTimes = 32;

struct ZoomInputs {
  const Topology& topology;
  const std::vector<TenantClass>& classes;
  const Scheme& scheme;
  std::span<const MechanicalModel> models;  // one a model of the topology
  std::span<const DriveLoad> loads;         // of `window`
  ZoomWindow window;
  EpochGrid grid;
  sim::Seed seed;
  ZoomClusters clusters = ZoomClusters::kDrives;
  unsigned threads = 1;
  // Parts that may wait at drives, all together: more end the window before its time.
  std::uint64_t most_waiting = kMostWaitingParts;
};

struct ZoomResult {
  sim::Duration served;             // time for which parts arrived: less where the zoom was ended
  bool ended_by_waiting = false;    // too many parts waited
  std::uint32_t clusters = 0;       // drives of the zoom, or kZoomTimes
  std::uint32_t classes = 0;        // of tenants
  std::vector<ClassLatency> parts;  // [cluster * classes + class]: responses of parts by side
  LatencySummary waits;             // per part: from decoded to the arm's start
  LatencySummary services;          // per part: from there to its end
  std::vector<double> busy;         // per load: share of `served` in which its arm worked
  [[nodiscard]] std::uint64_t count() const { return services.count(); }

  // Of everything above, as 16 hexadecimal digits.
  [[nodiscard]] std::string digest() const;
};

// Parts that arrive, on average.
double expected_parts(std::span<const DriveLoad> loads, const ZoomWindow& window,
                      const EpochGrid& grid);

// `progress` is called with the share of time done; returning false ends the window there. Throws
// std::invalid_argument where a part does not fit on a drive, a model is missing, or what
// pieces_of() throws.
ZoomResult run_zoom(const ZoomInputs& inputs, const std::function<bool(double)>& progress = {});

// Bytes that run_zoom() holds at its peak beside its inputs, roughly; `classes` is how many have
// data on a drive, `waiting` the most parts that wait.
double zoom_memory_bytes(std::uint32_t drives, std::uint32_t drive_models, std::uint32_t classes,
                         ZoomClusters clusters, std::size_t depth, double waiting);

}  // namespace spindle::models
