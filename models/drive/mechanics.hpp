#pragma once
// The mechanical drive: where a block lies, and what it takes to read it from where the arm is.
//
// Pure mechanics: no queue, no clock of its own. Angles are shares of a revolution; the platter's
// phase is 0 at time 0. Sector 0 of a track begins at the track's angle, which moves on by the skew
// at every change of track. Equations, sources and range of validity: docs/theory/drive.md.
//
// All functions are const, neither allocate nor throw, and use IEEE-754 basic operations only.
// Times inside are doubles, in revolutions or seconds; a request's duration is rounded to the
// nanosecond once, by whoever adds it to a clock. An angle that is missed by less than kAngleSlack
// (6 to 9 ns) counts as met, or that rounding would cost a revolution; what the head is late comes
// off the transfer, which ends when the sector does, or roundings would add up over a stream.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/drive/seek_profile.hpp"
#include "sim/time.hpp"

namespace spindle::models {

inline constexpr double kAngleSlack = 1e-6;

// Cylinders of equal sectors per track. Skews in revolutions, 0 <= skew < 1.
struct ZoneSpec {
  std::uint32_t first_cylinder = 0;
  std::uint32_t cylinders = 0;
  std::uint32_t sectors_per_track = 0;
  double head_skew = 0;      // where the head changes
  double cylinder_skew = 0;  // where the cylinder changes
};

// How far the heads read on after a read, until the next request calls them away.
enum class ReadOn : std::uint8_t { kNot, kTrack, kCylinder };  // to the end of ...

// A buffer of segments, each holding consecutive sectors, and dirty data. Absent: every request
// waits for the platter. What the cache does is in models/drive/drive_controller.hpp.
struct CacheSpec {
  std::uint32_t segments = 1;            // of reads; the least recently used makes room
  std::uint64_t segment_bytes = 0;       // at least a sector
  std::uint64_t read_ahead_bytes = 0;    // beyond what was asked for; 0: none
  ReadOn read_ahead_to = ReadOn::kNot;   // where the read-ahead ends at the latest, if anywhere
  std::uint64_t write_behind_bytes = 0;  // dirty data that fit; 0: writes wait for the platter
  std::uint32_t write_extents = 256;     // separate runs of dirty sectors that fit
  // From the bus to the host's answer, where the platter took no part; absent: completion_s.
  std::optional<double> hit_completion_s;
};

struct MechanicalSpec {
  std::string name;
  std::string source;
  std::uint32_t sector_bytes = 512;
  std::uint64_t sectors = 0;  // that can be addressed: the zones' from the outer edge, less spares
  double rpm = 7200;
  std::uint32_t surfaces = 1;
  // 0: all heads of a cylinder, then the next cylinder. n > 0: n cylinders on one head, back over
  // them on the next, until all heads had their turn; then the next n, heads in falling order.
  std::uint32_t serpentine_tracks = 0;
  std::vector<ZoneSpec> zones;  // from the outer edge; gaps are cylinders without data
  SeekProfile seek{SeekCurve{}};
  double head_switch_s = 0;
  double write_settle_s = 0;                // a write waits longer after every move
  std::optional<double> cylinder_switch_s;  // to the next cylinder in a transfer; else by `seek`
  double read_overhead_s = 0;               // decoding a command, while the arm may serve another
  double write_overhead_s = 0;
  double completion_s = 0;     // after the transfer, before the next request
  double bus_bytes_per_s = 0;  // 0: no bus
  // The arm leaves a track at the end of the sector in hand. What was read is not kept: a cache has
  // a read-ahead of its own, and excludes both.
  ReadOn read_on = ReadOn::kNot;
  // What sptf takes for the platter's angle: that at the end of the last sector read, however long
  // ago, instead of the angle at which the arm leaves.
  bool angle_of_last_sector = false;
  std::optional<CacheSpec> cache;
  // 2: the first half of the sectors lies on one half of the surfaces, the second on the other, and
  // each has an arm of its own. MechanicalDrive knows one arm: models/drive/drive_controller.hpp
  // makes a drive of each half. Then surfaces and sectors are even.
  std::uint32_t actuators = 1;
};
inline std::uint64_t sectors_per_actuator(const MechanicalSpec& spec) {
  return spec.sectors / spec.actuators;
}

// A mistake in a specification, for the file reader and for exceptions.
struct SpecProblem {
  std::string path;     // dotted: "zones.2.cylinders"
  std::string message;  // problem (why) - mend
};
// All of them, in the order of the fields; none: a drive can be built.
std::vector<SpecProblem> problems_of(const MechanicalSpec& spec);

struct Arm {
  std::uint32_t cylinder = 0;
  std::uint32_t head = 0;
};

struct Target {
  std::uint32_t zone = 0;
  std::uint32_t cylinder = 0;
  std::uint32_t head = 0;
  double angle = 0;           // where the sector begins, [0, 1)
  std::uint64_t in_zone = 0;  // sectors of the zone before this one
  std::uint64_t track = 0;    // of the zone
};

// What follows a sector on its cylinder. Tracks have equal sectors there.
struct CylinderRest {
  std::uint64_t sectors = 0;  // on its track
  std::uint32_t tracks = 0;   // after that one
  std::uint32_t per_track = 0;
  double gap_turns = 0;  // from one track's end to the next one's start
};

// Seconds.
struct MechanicalService {
  double seek_s = 0;  // with head switch and settle
  double rotation_s = 0;
  double transfer_s = 0;  // with all changes of track
  Arm after;
};

class MechanicalDrive {
 public:
  // Throws std::invalid_argument with the first of problems_of(spec).
  explicit MechanicalDrive(MechanicalSpec spec);

  [[nodiscard]] const MechanicalSpec& spec() const { return spec_; }
  [[nodiscard]] double revolution_s() const { return revolution_s_; }
  // The platter's angle at a time >= 0. Exact to 1e-9 revolutions for 100 days.
  [[nodiscard]] double phase(sim::Instant time) const {
    const double turns = static_cast<double>(time.ns()) * turns_per_ns_;
    return turns - static_cast<double>(static_cast<std::int64_t>(turns));
  }

  // Precondition: sector < spec().sectors. Cost: about 10 ns.
  [[nodiscard]] Target locate(std::uint64_t sector) const;

  // Precondition: sector < spec().sectors. Cost: about 15 ns.
  [[nodiscard]] CylinderRest rest_of_cylinder(std::uint64_t sector) const;

  // Revolutions until the head is on the target's track, settled.
  [[nodiscard]] double seek_turns(const Arm& arm, const Target& target, bool is_write) const {
    return reach_turns(arm, target.cylinder, target.head, is_write);
  }
  [[nodiscard]] double reach_turns(const Arm& arm, std::uint32_t cylinder, std::uint32_t head,
                                   bool is_write) const {
    const std::uint32_t distance =
        arm.cylinder > cylinder ? arm.cylinder - cylinder : cylinder - arm.cylinder;
    if (distance == 0 && head == arm.head) return 0;
    double turns = spec_.seek.seconds(distance) * turns_per_s_;
    if (head != arm.head && turns < head_switch_turns_) turns = head_switch_turns_;
    return is_write ? turns + settle_turns_ : turns;
  }
  // Revolutions to wait for `angle` once on the track, in [0, 1); or, where it has just been
  // missed, what the head is late, in (-kAngleSlack, 0).
  static double turns_to(double angle, double phase, double seek_turns) {
    double gap = angle - phase - seek_turns;
    gap -= static_cast<double>(static_cast<std::int64_t>(gap));
    if (gap < 0) gap += 1;
    return gap > 1 - kAngleSlack ? gap - 1 : gap;
  }

  // One request from the moment the arm starts for it. Preconditions: target = locate(sector),
  // sectors > 0, sector + sectors <= spec().sectors. Cost: about 30 ns, whatever `sectors` is
  // within a zone, and about 5 ns more for each zone crossed.
  [[nodiscard]] MechanicalService serve(const Arm& arm, const Target& target, std::uint64_t sectors,
                                        bool is_write, double phase) const;

 private:
  // Changes of track between the zone's first track and another.
  struct Steps {
    double heads = 0;
    double cylinders = 0;
    double blocks = 0;  // of a serpentine
  };
  struct Place {
    std::uint32_t cylinder = 0;  // of the zone
    std::uint32_t head = 0;
    Steps steps;
  };
  // Revolutions from the end of one track to the start of the next.
  struct Waits {
    double head = 0;
    double cylinder = 0;
    double block = 0;
    double next_zone = 0;
  };
  struct Zone {
    std::uint64_t first_sector = 0;
    std::uint64_t sectors = 0;  // that can be addressed
    std::uint32_t first_cylinder = 0;
    std::uint32_t cylinders = 0;
    std::uint32_t per_track = 0;
    double inverse_per_track = 0;
    double angle = 0;  // of its first track
    double head_skew = 0;
    double cylinder_skew = 0;
    Waits waits[2];  // of reads, of writes
  };

  void lay_out_zones();
  void index_zones();
  void find_waits(std::size_t z);
  [[nodiscard]] Place place(const Zone& zone, std::uint64_t track) const;
  [[nodiscard]] double track_angle(const Zone& zone, const Place& place) const;
  static std::uint64_t track_of(const Zone& zone, std::uint64_t in_zone);

  MechanicalSpec spec_;
  double revolution_s_;
  double turns_per_s_;
  double turns_per_ns_;
  double head_switch_turns_;
  double settle_turns_;
  std::vector<Zone> zones_;
  unsigned index_shift_ = 0;
  std::vector<std::uint32_t> zone_index_;  // first zone of each 2^index_shift_ sectors
};

}  // namespace spindle::models
