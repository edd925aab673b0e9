#include "app/drive/fleet_use.hpp"

#include <fmt/format.h>

#include "app/text/wording.hpp"

namespace spindle::app {

std::optional<Unfitness> unfit_for_fleet(const models::MechanicalSpec& drive,
                                         double capacity_bytes) {
  const double holds = static_cast<double>(drive.sectors) * drive.sector_bytes;
  if (capacity_bytes > holds) {
    return Unfitness{
        "capacity", fmt::format("{} on a drive of {} ({}) — a smaller capacity, or other mechanics",
                                human_bytes(capacity_bytes), human_bytes(holds), drive.name)};
  }
  // What only the bench plays is not to be left out in silence.
  const bool has_arms = drive.actuators > 1;
  if (!drive.cache && !has_arms) return std::nullopt;
  return Unfitness{
      "mechanics",
      fmt::format("{} has {} (drives of a fleet have one arm and no cache yet) — leave "
                  "`{}` out of its file",
                  drive.name, has_arms ? "two arms" : "a cache", has_arms ? "actuators" : "cache")};
}

}  // namespace spindle::app
