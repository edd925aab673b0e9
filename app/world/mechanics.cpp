#include "app/world/mechanics.hpp"

#include <fmt/format.h>

#include "app/drive/drive_reader.hpp"
#include "app/text/wording.hpp"
#include "app/world/world.hpp"

namespace spindle::app {
namespace {

models::MechanicalSpec read_mechanics(const MechanicsSource& source,
                                      std::vector<std::string>& lines) {
  if (source.file.empty()) return find_mechanical_preset(source.preset).value();
  DriveReadResult read = read_drive(source.file);
  for (const Problem& problem : read.problems) lines.push_back(to_string(problem));
  return read.drive.value_or(models::MechanicalSpec{});
}

}  // namespace

FleetMechanics::FleetMechanics(const Scenario& scenario) {
  std::vector<std::string> lines;
  std::vector<models::MechanicalSpec> specs;
  for (const MechanicsSource& source : scenario.mechanics) {
    specs.push_back(read_mechanics(source, lines));
  }
  for (std::size_t i = 0; lines.empty() && i < specs.size(); ++i) {
    const auto holds = static_cast<double>(specs[i].sectors) * specs[i].sector_bytes;
    const double asked = scenario.fleet.models[i].model.capacity.to_double();
    if (asked <= holds) continue;
    lines.push_back(fmt::format(
        "{}: fleet.models.{}.capacity: {} on a drive of {} ({}) — a smaller capacity, or other "
        "mechanics",
        scenario.name, i, human_bytes(asked), human_bytes(holds), specs[i].name));
  }
  if (!lines.empty()) throw WorldError(std::move(lines));
  drives.reserve(specs.size());
  for (std::size_t i = 0; i < specs.size(); ++i) {
    const MechanicsSource& source = scenario.mechanics[i];
    const std::uint64_t sectors =
        scenario.fleet.models[i].model.capacity.value / specs[i].sector_bytes;
    drives.emplace_back(std::move(specs[i]));
    models.push_back(
        {&drives.back(), {.scheduler = source.scheduler, .depth = source.depth}, sectors});
  }
}

}  // namespace spindle::app
