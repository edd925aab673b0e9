#pragma once
// The mechanical drives that a scenario's fleet is made of.

#include <optional>
#include <string>
#include <vector>

#include "app/scenario/scenario.hpp"
#include "models/mechanical/drive_block.hpp"

namespace spindle::app {

// The drive that a row's source names, whole. Empty where no preset has the name; what a file gets
// wrong is added to `lines`, and the drive is empty too.
std::optional<models::MechanicalSpec> find_mechanics(const MechanicsSource& source,
                                                     std::vector<std::string>& lines);

// One drive a model of the fleet, and how the fleet's drives of that model use it.
struct FleetMechanics {
  std::vector<models::MechanicalDrive> drives;
  std::vector<models::MechanicalModel> models;  // point into `drives`: moved, never copied

  // Reads the drive files. Throws WorldError: a file that is absent or broken, a fleet's capacity
  // beyond that of the drive, a drive with a cache or two arms.
  explicit FleetMechanics(const Scenario& scenario);
  FleetMechanics(FleetMechanics&&) = default;
  FleetMechanics(const FleetMechanics&) = delete;
  FleetMechanics& operator=(const FleetMechanics&) = delete;
};

}  // namespace spindle::app
