#include "app/world/mechanics.hpp"

#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

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

std::string asked_too_much(const Scenario& scenario, std::size_t model,
                           const models::MechanicalSpec& spec) {
  const auto holds = static_cast<double>(spec.sectors) * spec.sector_bytes;
  const double asked = scenario.fleet.models[model].model.capacity.to_double();
  if (asked <= holds) return {};
  return fmt::format("{}{} on a drive of {} ({}) — a smaller capacity, or other mechanics",
                     scenario.mechanics[model].capacity_place, human_bytes(asked),
                     human_bytes(holds), spec.name);
}

// What only the bench plays is not to be left out in silence.
std::string plays_too_little(const MechanicsSource& source, const models::MechanicalSpec& spec) {
  const bool has_arms = spec.actuators > 1;
  if (!spec.cache && !has_arms) return {};
  return fmt::format(
      "{}{} has {} (drives of a fleet have one arm and no cache yet) — leave `{}` out of its file",
      source.place, spec.name, has_arms ? "two arms" : "a cache", has_arms ? "actuators" : "cache");
}

}  // namespace

FleetMechanics::FleetMechanics(const Scenario& scenario) {
  std::vector<std::string> lines;
  std::vector<models::MechanicalSpec> specs;
  for (const MechanicsSource& source : scenario.mechanics) {
    specs.push_back(read_mechanics(source, lines));
  }
  for (std::size_t i = 0; lines.empty() && i < specs.size(); ++i) {
    for (std::string line : {asked_too_much(scenario, i, specs[i]),
                             plays_too_little(scenario.mechanics[i], specs[i])}) {
      if (!line.empty()) lines.push_back(std::move(line));
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
