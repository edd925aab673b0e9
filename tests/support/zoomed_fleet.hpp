#pragma once
// A still fleet at flow fidelity, and zooms into it.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "models/flow/flow_run.hpp"
#include "models/zoom/drive_choice.hpp"
#include "models/zoom/drive_loads.hpp"
#include "models/zoom/pooled_latency.hpp"
#include "models/zoom/zoom_run.hpp"
#include "tests/support/mechanical_fleet.hpp"

namespace spindle::test {

class ZoomedFleet {
 public:
  explicit ZoomedFleet(const app::Scenario& scenario, const std::string& drive = "talk",
                       models::Scheduler scheduler = models::Scheduler::kFcfs)
      : fleet(scenario, drive, scheduler),
        matrix(fleet.world->topology, fleet.world->extents, fleet.placement),
        inputs{fleet.world->topology,     matrix,
               fleet.world->population,   fleet.world->costs,
               fleet.world->total_weight, fleet.world->capacity_share,
               fleet.world->grid,         1},
        all{sim::Instant(), sim::Instant() + scenario.run.duration} {}
  ZoomedFleet(const ZoomedFleet&) = delete;
  ZoomedFleet& operator=(const ZoomedFleet&) = delete;

  [[nodiscard]] std::vector<models::DriveLoad> loads(const models::ZoomWindow& window,
                                                     std::span<const std::uint32_t> drives) const {
    const models::Scheme& scheme = fleet.world->scheme;
    return models::replay_loads(inputs, window, {scheme.read_fan_out(), scheme.write_fan_out()},
                                drives);
  }
  [[nodiscard]] std::vector<std::uint32_t> random(std::uint32_t count, std::uint64_t seed) const {
    const std::vector<std::uint8_t> there(fleet.world->topology.racks(), 1);
    return models::random_drives(fleet.world->topology, there, sim::Seed{seed}, count);
  }
  [[nodiscard]] models::ZoomResult zoom(
      const models::ZoomWindow& window, std::span<const models::DriveLoad> loads,
      std::uint64_t seed, models::ZoomClusters clusters = models::ZoomClusters::kDrives,
      unsigned threads = 1) const {
    return models::run_zoom({.topology = fleet.world->topology,
                             .classes = fleet.world->population.classes(),
                             .scheme = fleet.world->scheme,
                             .models = fleet.inputs.models,
                             .loads = loads,
                             .window = window,
                             .grid = fleet.world->grid,
                             .seed = sim::Seed{seed},
                             .clusters = clusters,
                             .threads = threads});
  }

  MechanicalFleet fleet;
  models::HeatMatrix matrix;
  models::FlowInputs inputs;
  models::ZoomWindow all;
};

inline std::vector<std::uint32_t> all_drives(std::uint32_t count) {
  std::vector<std::uint32_t> drives(count);
  for (std::uint32_t i = 0; i < count; ++i) drives[i] = i;
  return drives;
}

// Reads of one class, of `fan_out` parts each.
inline models::PooledLatency reads_of(const models::ZoomResult& result, std::uint32_t fan_out,
                                      std::uint32_t tenant_class = 0) {
  models::PartKind kind{.clusters = {}, .fan_out = fan_out};
  for (std::uint32_t i = 0; i < result.clusters; ++i) {
    kind.clusters.push_back(&result.parts[i * result.classes + tenant_class].reads);
  }
  return models::PooledLatency({std::move(kind)});
}

}  // namespace spindle::test
