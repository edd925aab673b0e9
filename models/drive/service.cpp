#include <algorithm>

#include "models/drive/drive_model.hpp"
#include "sim/math.hpp"

namespace spindle::models {

namespace {

struct InverseRate {
  double mean;    // E[1/rate], s per byte
  double square;  // E[1/rate^2]
};

// With rate(x) = outer (1 - (1 - r) x) at radius fraction x, and bytes in proportion to the rate,
//   E[1/rate]   = 2 / (outer (1 + r)),
//   E[1/rate^2] = 2 ln(1/r) / (outer^2 (1 - r^2)).
InverseRate inverse_rate(double outer, double inner) {
  const double r = inner / outer;
  const double mean = 2.0 / (outer * (1.0 + r));
  const double gap = 1.0 - r;
  // ln(1/r) / (1 - r) -> 1 as the two rates meet.
  const double log_ratio = gap == 0.0 ? 1.0 : -sim::log1p(-gap) / gap;
  return {mean, 2.0 * log_ratio / (outer * outer * (1.0 + r))};
}

ServiceTime service(const DriveModel& drive, const SeekTime& seek, double size_bytes) {
  const InverseRate inverse = inverse_rate(drive.outer_bytes_per_s, drive.inner_bytes_per_s);
  const double transfer = size_bytes * inverse.mean;
  const double transfer_variance =
      size_bytes * size_bytes * std::max(0.0, inverse.square - inverse.mean * inverse.mean);
  const double rotation_variance =
      drive.rotation_is_fixed ? 0.0 : drive.rotation_s * drive.rotation_s / 12.0;
  return {drive.overhead_s + seek.mean_s + 0.5 * drive.rotation_s + transfer,
          seek.variance_s2 + rotation_variance + transfer_variance};
}

ServiceTime measured_service(const std::vector<SizedService>& measured,
                             ServiceTime SizedService::*side, double size_bytes) {
  const auto above = std::find_if(measured.begin(), measured.end(), [&](const SizedService& at) {
    return at.size_bytes >= size_bytes;
  });
  // A size of its own is met exactly; sizes beyond the list take its end's line.
  if (measured.size() == 1 || (above != measured.end() && above->size_bytes == size_bytes)) {
    return (above == measured.end() ? measured.front() : *above).*side;
  }
  const auto high = std::clamp(above, measured.begin() + 1, measured.end() - 1);
  const SizedService& low = *(high - 1);
  const double share = (size_bytes - low.size_bytes) / (high->size_bytes - low.size_bytes);
  const ServiceTime& from = low.*side;
  const ServiceTime& to = (*high).*side;
  return {from.mean_s + share * (to.mean_s - from.mean_s),
          std::max(0.0, from.variance_s2 + share * (to.variance_s2 - from.variance_s2))};
}

}  // namespace

ServiceTime read_service(const DriveModel& drive, double size_bytes) {
  if (drive.measured.empty()) return service(drive, drive.read_seek, size_bytes);
  return measured_service(drive.measured, &SizedService::read, size_bytes);
}

ServiceTime write_service(const DriveModel& drive, double size_bytes) {
  if (drive.measured.empty()) return service(drive, drive.write_seek, size_bytes);
  return measured_service(drive.measured, &SizedService::write, size_bytes);
}

}  // namespace spindle::models
