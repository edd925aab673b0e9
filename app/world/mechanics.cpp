#include "app/world/mechanics.hpp"

#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

#include "app/drive/drive_reader.hpp"
#include "app/drive/fleet_use.hpp"
#include "app/world/world_error.hpp"

namespace spindle::app {

std::optional<models::MechanicalSpec> find_mechanics(const MechanicsSource& source,
                                                     std::vector<std::string>& lines) {
  if (source.file.empty()) return find_mechanical_preset(source.preset);
  DriveReadResult read = read_drive(source.file);
  for (const Problem& problem : read.problems) lines.push_back(to_string(problem));
  return read.drive;
}

FleetMechanics::FleetMechanics(const Scenario& scenario) {
  std::vector<std::string> lines;
  std::vector<models::MechanicalSpec> specs;
  for (const MechanicsSource& source : scenario.mechanics) {
    specs.push_back(find_mechanics(source, lines).value_or(models::MechanicalSpec{}));
  }
  for (std::size_t i = 0; lines.empty() && i < specs.size(); ++i) {
    const double capacity = scenario.fleet.models[i].model.capacity.to_double();
    if (const auto unfit = unfit_for_fleet(specs[i], capacity)) {
      lines.push_back(fmt::format("{}: fleet.models.{}.{}: {}", scenario.name, i, unfit->field,
                                  unfit->message));
    }
  }
  if (!lines.empty()) throw WorldError(std::move(lines));
  drives.reserve(specs.size());
  for (std::size_t i = 0; i < specs.size(); ++i) {
    const MechanicsSource& source = scenario.mechanics[i];
    const std::uint64_t sectors =
        scenario.fleet.models[i].model.capacity.value / specs[i].sector_bytes;
    drives.emplace_back(std::move(specs[i]));
    models.push_back(
        {&drives.back(),
         {.scheduler = source.scheduler, .depth = source.depth, .patience = source.patience},
         sectors});
  }
}

}  // namespace spindle::app
