// The closed form of the mechanical drive against a walk over every sector of tiny drives.
//
// The walk shares nothing with the closed form but the rules: it lists the tracks one after another
// and lets the head follow sector by sector. Both compute in doubles; tolerance 1e-9 revolutions.
#include <rapidcheck.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "models/drive/mechanics.hpp"

using namespace spindle::models;

namespace {

struct Sector {
  std::uint32_t cylinder, head;
  std::uint64_t track;  // of the drive
  double angle;         // of its start, not reduced
  double width;
  enum Step { kNone, kHead, kCylinder, kOther } step;  // from the track before
};

double turns(const MechanicalSpec& spec, double seconds) {
  return seconds * spec.rpm / 60;
}

// Cylinders (of the zone) and heads of a zone's tracks, in order.
std::vector<Arm> tracks_of(const ZoneSpec& zone, std::uint32_t heads, std::uint32_t width) {
  std::vector<Arm> out;
  if (width == 0) {
    for (std::uint32_t c = 0; c < zone.cylinders; ++c) {
      for (std::uint32_t h = 0; h < heads; ++h) out.push_back({zone.first_cylinder + c, h});
    }
    return out;
  }
  bool upwards = true;  // of the heads
  for (std::uint32_t from = 0; from < zone.cylinders; from += width) {
    const std::uint32_t to = std::min(zone.cylinders, from + width);
    for (std::uint32_t leg = 0; leg < heads; ++leg) {
      const std::uint32_t head = upwards ? leg : heads - 1 - leg;
      for (std::uint32_t i = from; i < to; ++i) {
        const std::uint32_t c = leg % 2 == 0 ? i : to - 1 - (i - from);
        out.push_back({zone.first_cylinder + c, head});
      }
    }
    upwards = !upwards;
  }
  return out;
}

std::vector<Sector> all_sectors(const MechanicalSpec& spec) {
  std::vector<Sector> out;
  double angle = 0;
  std::uint64_t track = 0;
  for (std::size_t z = 0; z < spec.zones.size(); ++z) {
    const ZoneSpec& zone = spec.zones[z];
    const auto tracks = tracks_of(zone, spec.surfaces, spec.serpentine_tracks);
    for (std::size_t i = 0; i < tracks.size(); ++i, ++track) {
      Sector sector{tracks[i].cylinder,           tracks[i].head, track, 0,
                    1.0 / zone.sectors_per_track, Sector::kNone};
      if (i > 0) {
        const bool same_cylinder = tracks[i].cylinder == tracks[i - 1].cylinder;
        const std::uint32_t way = tracks[i].cylinder > tracks[i - 1].cylinder
                                      ? tracks[i].cylinder - tracks[i - 1].cylinder
                                      : tracks[i - 1].cylinder - tracks[i].cylinder;
        sector.step = same_cylinder ? Sector::kHead : way == 1 ? Sector::kCylinder : Sector::kOther;
        angle += same_cylinder ? zone.head_skew : zone.cylinder_skew;
      } else if (z > 0) {
        sector.step = Sector::kOther;
        angle += spec.zones[z - 1].cylinder_skew;
      }
      for (std::uint32_t s = 0; s < zone.sectors_per_track; ++s) {
        sector.angle = angle + s * sector.width;
        out.push_back(sector);
      }
    }
  }
  out.resize(spec.sectors);
  return out;
}

double until(double angle, double now) {
  const double gap = angle - now - std::floor(angle - now);
  return gap > 1 - kAngleSlack ? 0 : gap;
}

double move_turns(const MechanicalSpec& spec, const Arm& from, const Sector& to, bool is_write) {
  const std::uint32_t way =
      from.cylinder > to.cylinder ? from.cylinder - to.cylinder : to.cylinder - from.cylinder;
  if (way == 0 && from.head == to.head) return 0;
  double seconds = spec.seek.seconds(way);
  if (from.head != to.head) seconds = std::max(seconds, spec.head_switch_s);
  return turns(spec, seconds + (is_write ? spec.write_settle_s : 0));
}

struct Walk {
  double seek, rotation, transfer;
  Arm after;
};

Walk walk(const MechanicalSpec& spec, const std::vector<Sector>& sectors, Arm arm,
          std::uint64_t first, std::uint64_t count, bool is_write, double phase) {
  Walk out{};
  out.seek = move_turns(spec, arm, sectors[first], is_write);
  const double to_go = sectors[first].angle - phase - out.seek;
  out.rotation = until(sectors[first].angle, phase + out.seek);
  // Just missed: the sector still ends when it ends.
  const double late = out.rotation == 0 ? std::round(to_go) - to_go : 0;
  const double start = phase + out.seek + out.rotation;
  double now = start - late + sectors[first].width;
  for (std::uint64_t i = first + 1; i < first + count; ++i) {
    const Sector& sector = sectors[i];
    if (sector.track != sectors[i - 1].track) {
      const Arm here{sectors[i - 1].cylinder, sectors[i - 1].head};
      double move = move_turns(spec, here, sector, is_write);
      if (sector.step == Sector::kCylinder && spec.cylinder_switch_s) {
        move = turns(spec, *spec.cylinder_switch_s + (is_write ? spec.write_settle_s : 0));
        if (here.head != sector.head) {
          move = std::max(move,
                          turns(spec, spec.head_switch_s + (is_write ? spec.write_settle_s : 0)));
        }
      }
      now += move + until(sector.angle, now + move);
    }
    now += sector.width;
  }
  out.transfer = now - start;
  out.after = {sectors[first + count - 1].cylinder, sectors[first + count - 1].head};
  return out;
}

// Skews are multiples of 1/97 and switch times end on .37/101 of a revolution, so that no head
// comes within the slack of just missing a track's start.
MechanicalSpec any_drive() {
  MechanicalSpec spec;
  spec.rpm = 6000;  // a revolution is 10 ms
  const auto step = [] { return (*rc::gen::inRange(0, 150) + 0.37) / 101 * 10e-3; };
  spec.surfaces = *rc::gen::inRange<std::uint32_t>(1, 5);
  spec.serpentine_tracks = *rc::gen::inRange<std::uint32_t>(0, 5);
  const int zones = *rc::gen::inRange(1, 4);
  std::uint32_t cylinder = 0;
  std::uint64_t sectors = 0;
  for (int z = 0; z < zones; ++z) {
    ZoneSpec zone;
    zone.first_cylinder = cylinder + *rc::gen::inRange<std::uint32_t>(0, 3);
    zone.cylinders = *rc::gen::inRange<std::uint32_t>(1, 12);
    zone.sectors_per_track = *rc::gen::inRange<std::uint32_t>(1, 9);
    zone.head_skew = *rc::gen::inRange(0, 97) / 97.0;
    zone.cylinder_skew = *rc::gen::inRange(0, 97) / 97.0;
    cylinder = zone.first_cylinder + zone.cylinders;
    sectors += std::uint64_t{zone.cylinders} * zone.sectors_per_track * spec.surfaces;
    spec.zones.push_back(zone);
  }
  spec.sectors = sectors - *rc::gen::inRange<std::uint64_t>(0, sectors / 10 + 1);
  const double first = step();
  const std::vector<SeekPoint> table{
      {1, first}, {4, first + 10e-3 / 101}, {20, first + 50e-3 / 101}};
  spec.seek = SeekProfile(table);
  spec.head_switch_s = step();
  spec.write_settle_s = *rc::gen::inRange(0, 50) / 101.0 * 10e-3;
  if (*rc::gen::arbitrary<bool>()) spec.cylinder_switch_s = step();
  return spec;
}

}  // namespace

TEST_CASE("mechanics: every block lies where counting tracks one by one puts it") {
  REQUIRE(rc::check("locate", [] {
    const MechanicalSpec spec = any_drive();
    const MechanicalDrive drive(spec);
    const std::vector<Sector> sectors = all_sectors(spec);
    for (std::uint64_t s = 0; s < spec.sectors; ++s) {
      const Target target = drive.locate(s);
      RC_ASSERT(target.cylinder == sectors[s].cylinder);
      RC_ASSERT(target.head == sectors[s].head);
      const double apart = target.angle - sectors[s].angle;
      RC_ASSERT(std::fabs(apart - std::round(apart)) < 1e-9);
    }
  }));
}

TEST_CASE("mechanics: service in closed form equals the walk from sector to sector") {
  REQUIRE(rc::check("serve", [] {
    const MechanicalSpec spec = any_drive();
    const MechanicalDrive drive(spec);
    const std::vector<Sector> sectors = all_sectors(spec);
    for (int k = 0; k < 20; ++k) {
      const auto first = *rc::gen::inRange<std::uint64_t>(0, spec.sectors);
      const auto count = *rc::gen::inRange<std::uint64_t>(1, spec.sectors - first + 1);
      const Sector& rest = sectors[*rc::gen::inRange<std::uint64_t>(0, spec.sectors)];
      const Arm arm{rest.cylinder, rest.head};
      const bool is_write = *rc::gen::arbitrary<bool>();
      const double phase = (*rc::gen::inRange(0, 1000) + 0.123) / 1009;
      const MechanicalService service =
          drive.serve(arm, drive.locate(first), count, is_write, phase);
      const Walk expected = walk(spec, sectors, arm, first, count, is_write, phase);
      const double revolution = drive.revolution_s();
      RC_ASSERT(std::fabs(service.seek_s / revolution - expected.seek) < 1e-9);
      RC_ASSERT(std::fabs(service.rotation_s / revolution - expected.rotation) < 1e-9);
      RC_ASSERT(std::fabs(service.transfer_s / revolution - expected.transfer) < 1e-9);
      RC_ASSERT(service.after.cylinder == expected.after.cylinder);
      RC_ASSERT(service.after.head == expected.after.head);
    }
  }));
}
