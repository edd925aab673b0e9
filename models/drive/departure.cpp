#include "models/drive/departure.hpp"

#include <algorithm>

namespace spindle::models::detail {
namespace {

// Revolutions after the trail's end.
struct Passage {
  double last_end = 0;  // of the last sector that has passed
  double leave = 0;     // of the one in hand, or of the gap between two tracks
};

Passage pass(const CylinderRest& rest, std::uint32_t tracks, double now) {
  Passage passage;
  const double sector_turns = 1.0 / rest.per_track;
  double sectors = static_cast<double>(static_cast<std::int64_t>(rest.sectors));
  for (std::uint32_t track = 0;; ++track) {
    const double read = (now - passage.last_end) / sector_turns;
    if (read < sectors) {
      const auto whole = static_cast<double>(static_cast<std::int64_t>(read));
      passage.last_end += whole * sector_turns;
      passage.leave = passage.last_end + sector_turns;
      return passage;
    }
    passage.last_end += sectors * sector_turns;
    passage.leave = now;
    if (track == tracks) return passage;
    const double next = passage.last_end + rest.gap_turns;
    if (now < next) {
      passage.leave = next;
      return passage;
    }
    passage.last_end = next;
    sectors = rest.per_track;
  }
}

}  // namespace

Departure departure_from(const MechanicalDrive& drive, const HeadTrail& trail, sim::Instant now) {
  const MechanicalSpec& spec = drive.spec();
  Departure departure{now, trail.passed};
  if (trail.is_read && spec.read_on != ReadOn::kNot) {
    const CylinderRest rest = drive.rest_of_cylinder(trail.sector);
    const std::uint32_t tracks = spec.read_on == ReadOn::kCylinder ? rest.tracks : 0;
    const double turn_s = drive.revolution_s();
    const Passage passage = pass(rest, tracks, (now - trail.passed).to_seconds() / turn_s);
    departure.angle_at = trail.passed + sim::Duration::seconds(passage.last_end * turn_s);
    departure.start = std::max(now, trail.passed + sim::Duration::seconds(passage.leave * turn_s));
  }
  if (!spec.angle_of_last_sector) departure.angle_at = departure.start;
  return departure;
}

}  // namespace spindle::models::detail
