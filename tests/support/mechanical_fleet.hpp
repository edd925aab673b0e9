#pragma once
// A fleet of mechanical drives under tenants, placed from a scenario built in code.

#include <cstdint>
#include <memory>
#include <string>

#include "app/world/world.hpp"
#include "models/mechanical/mechanical_run.hpp"
#include "tests/support/mechanical_run.hpp"
#include "tests/support/small_worlds.hpp"

namespace spindle::test {

class MechanicalFleet {
 public:
  MechanicalFleet(const app::Scenario& scenario, const std::string& drive,
                  models::Scheduler scheduler = models::Scheduler::kFcfs, std::size_t depth = 32)
      : world(app::build_world(scenario)),
        placement(models::place_all(world->policy, scenario.placement, world->extents)),
        drive_(mechanical(drive)),
        inputs{.topology = world->topology,
               .placement = placement,
               .population = world->population,
               .scheme = world->scheme,
               .models = {},
               .read_parts = world->scheme.needed(),
               .grid = world->grid,
               .threads = 1,
               .window = {}} {
    inputs.models.assign(
        world->topology.models().size(),
        {&drive_, {.scheduler = scheduler, .depth = depth}, drive_.spec().sectors});
  }
  MechanicalFleet(const MechanicalFleet&) = delete;
  MechanicalFleet& operator=(const MechanicalFleet&) = delete;

  [[nodiscard]] models::MechanicalResult run() const { return models::run_mechanical(inputs); }

  std::unique_ptr<app::World> world;
  models::PlacementResult placement;

 private:
  models::MechanicalDrive drive_;

 public:
  models::MechanicalInputs inputs;
};

// One class of equal tenants that read half megabytes from `drives` drives of preset `talk`, one
// copy each, so that a drive gets `load` / 10 ms reads a second on average.
inline app::Scenario talk_reads(std::uint32_t drives, double load, double seconds) {
  app::Scenario scenario = plain_world(drives, drives, std::uint64_t{drives} * 64);
  scenario.run = {sim::Duration::seconds(seconds), sim::Duration::seconds(seconds / 4)};
  scenario.tenants[0].options.read_bytes_per_s = load * 50e6 * drives;
  return scenario;
}

}  // namespace spindle::test
