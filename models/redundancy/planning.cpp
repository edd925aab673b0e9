#include "models/redundancy/planning.hpp"

#include <fmt/format.h>

#include <cmath>
#include <stdexcept>

namespace spindle::models {

namespace {

constexpr double kSlack = 1e-12;

void check_target(const char* what, double target) {
  if (!(target > 0 && target <= 1)) {
    throw std::invalid_argument(
        fmt::format("{} target {} (a share of one drive, in (0, 1]) — usual is 0.8", what, target));
  }
}

double whole_drives(const char* what, double load, double per_drive) {
  const double ratio = load / per_drive;
  if (!(ratio >= 0 && std::isfinite(ratio))) {
    throw std::invalid_argument(
        fmt::format("{} of {} at {} a drive (no countable number of drives) — check the units",
                    what, load, per_drive));
  }
  return std::ceil(ratio * (1.0 - kSlack));
}

}  // namespace

double drives_for_capacity(double physical_bytes, Bytes capacity, double fill_target) {
  check_target("fill", fill_target);
  return whole_drives("bytes", physical_bytes, capacity.to_double() * fill_target);
}

double drives_for_heat(double disk_seconds_per_second, double heat_target) {
  check_target("heat", heat_target);
  return whole_drives("disk time", disk_seconds_per_second, heat_target);
}

}  // namespace spindle::models
