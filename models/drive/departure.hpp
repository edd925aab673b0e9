#pragma once
// When the arm leaves for the next request, and what the drive knows of the platter then.
//
// A drive that reads on passes sector after sector behind a read, and the arm leaves at the end of
// the sector in hand; between two tracks, where the next one begins. A drive that takes the angle
// of the last sector for the present one chooses as if the arm left at that sector's end.

#include <limits>

#include "models/drive/served_request.hpp"

namespace spindle::models {

// The last sector that a request read or wrote.
struct HeadTrail {
  static constexpr std::uint64_t kNone = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t sector = kNone;
  sim::Instant passed;
  bool is_read = false;
};

inline HeadTrail trail_of(const DriveRequest& request, const MechanicalService& service,
                          sim::Instant start) {
  const double all_s = service.seek_s + service.rotation_s + service.transfer_s;
  return {request.sector + request.sectors - 1, start + sim::Duration::seconds(all_s),
          !request.is_write};
}

struct Departure {
  sim::Instant start;     // not before the request may be chosen
  sim::Instant angle_at;  // when the platter was where the scheduler takes it to be
};

namespace detail {
Departure departure_from(const MechanicalDrive& drive, const HeadTrail& trail, sim::Instant now);
}  // namespace detail

// `now`: when the next request may be chosen, not before the trail's end. Cost: about 30 ns where
// the drive reads on, nothing elsewhere.
inline Departure departure(const MechanicalDrive& drive, const HeadTrail& trail, sim::Instant now) {
  const MechanicalSpec& spec = drive.spec();
  const bool leaves_at_once = spec.read_on == ReadOn::kNot && !spec.angle_of_last_sector;
  if (leaves_at_once || trail.sector == HeadTrail::kNone) return {now, now};
  return detail::departure_from(drive, trail, now);
}

}  // namespace spindle::models
