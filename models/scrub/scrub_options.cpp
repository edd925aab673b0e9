#include "models/scrub/scrub_options.hpp"

#include <cmath>
#include <stdexcept>

namespace spindle::models {

ScrubPace scrub_pace(const ScrubOptions& options, const DriveModel& drive) {
  if (options.unit.value == 0) {
    throw std::invalid_argument("a scrub's unit of 0 bytes (it reads units) — 1 MB, say");
  }
  const bool has_period = options.period > sim::Duration();
  if (!has_period && !(options.bytes_per_s > 0 && std::isfinite(options.bytes_per_s))) {
    throw std::invalid_argument(
        "a scrub without a pace (neither its period nor its rate is above 0) — state one of them");
  }
  const double capacity = drive.capacity.to_double();
  const double unit = options.unit.to_double();
  ScrubPace out;
  out.period_s = has_period ? options.period.to_seconds() : capacity / options.bytes_per_s;
  out.bytes_per_s = capacity / out.period_s;
  out.units = std::ceil(capacity / unit);
  out.disk_share = out.bytes_per_s / unit * read_service(drive, unit).mean_s;
  return out;
}

}  // namespace spindle::models
