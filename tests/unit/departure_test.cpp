// When the arm of a drive that reads on leaves, and what its scheduler takes the angle for.
#include "models/drive/departure.hpp"

#include <catch2/catch.hpp>

#include "models/drive/drive_run.hpp"

using namespace spindle;
using namespace spindle::models;

namespace {

// 10 sectors of 1 ms on each of 4 heads, 2 ms between tracks, 100 cylinders.
MechanicalSpec simple(ReadOn read_on) {
  MechanicalSpec spec;
  spec.rpm = 6000;
  spec.surfaces = 4;
  spec.zones = {{0, 100, 10, 0.2, 0.3}};
  spec.sectors = 4000;
  spec.seek = SeekProfile(std::vector<SeekPoint>{{1, 1.1e-3}, {99, 10.9e-3}});
  spec.head_switch_s = 0.5e-3;
  spec.read_on = read_on;
  spec.angle_of_last_sector = true;
  return spec;
}

sim::Instant ms(double time) {
  return sim::Instant{} + sim::Duration::seconds(time * 1e-3);
}

// Of a read that ended with sector 3 of a cylinder's first track at 100 ms.
struct Case {
  ReadOn read_on;
  double now, start, angle_at;
};

}  // namespace

TEST_CASE("departure: at the end of the sector in hand, or where the next track begins") {
  for (const Case& row :
       {Case{ReadOn::kNot, 102.5, 102.5, 100}, Case{ReadOn::kTrack, 100.5, 101, 100},
        Case{ReadOn::kTrack, 102.5, 103, 102},
        // Sectors 4 to 9 have passed: the track ends at 106 ms.
        Case{ReadOn::kTrack, 107.2, 107.2, 106}, Case{ReadOn::kCylinder, 105.5, 106, 105},
        Case{ReadOn::kCylinder, 107.2, 108, 106}, Case{ReadOn::kCylinder, 108.7, 109, 108},
        Case{ReadOn::kCylinder, 119.5, 120, 118},
        // Three more tracks, each with its gap: the cylinder ends at 142 ms.
        Case{ReadOn::kCylinder, 141.5, 142, 141}, Case{ReadOn::kCylinder, 900.3, 900.3, 142}}) {
    INFO(row.now);
    const HeadTrail trail{40 + 3, ms(100), true};
    MechanicalSpec spec = simple(row.read_on);
    const Departure stale = departure(MechanicalDrive(spec), trail, ms(row.now));
    CHECK(stale.start == ms(row.start));
    CHECK(stale.angle_at == ms(row.angle_at));
    spec.angle_of_last_sector = false;
    const Departure exact = departure(MechanicalDrive(spec), trail, ms(row.now));
    CHECK(exact.start == ms(row.start));
    CHECK(exact.angle_at == exact.start);
  }
}

TEST_CASE("departure: nothing is read on behind a write, nor before the first request") {
  const MechanicalDrive drive(simple(ReadOn::kCylinder));
  const Departure after_write = departure(drive, {43, ms(100), false}, ms(102.5));
  CHECK(after_write.start == ms(102.5));
  CHECK(after_write.angle_at == ms(100));
  const Departure first = departure(drive, {}, ms(2.5));
  CHECK(first.start == ms(2.5));
  CHECK(first.angle_at == ms(2.5));
}

// Sector 3 has passed at 4 ms and is answered at 4.5; the arm leaves at 5. Head 1 has sector 3 at 5
// ms: in reach from 4 ms, as the stale angle has it, and just missed. Its sector 8 comes at 10 ms.
TEST_CASE("departure: sptf with the last sector's angle misses what it thought to catch") {
  MechanicalSpec spec = simple(ReadOn::kTrack);
  spec.completion_s = 0.5e-3;
  const auto rotation_of_second = [](const MechanicalSpec& with) {
    std::size_t asked = 0;
    const auto source = [&asked](DriveRequest& request) {
      const std::uint64_t sectors[] = {3, 18, 13};
      if (asked == 3) return false;
      request.sector = sectors[asked++];
      return true;
    };
    std::vector<ServedRequest> served;
    const auto sink = [&served](const ServedRequest& one) { served.push_back(one); };
    DriveRunOptions options;
    options.scheduler = Scheduler::kSptf;
    options.depth = 3;
    run_closed(MechanicalDrive(with), options, source, sink);
    REQUIRE(served.size() == 3);
    CHECK(served[0].request.sector == 3);
    return std::pair(served[1].request.sector, served[1].rotation_s);
  };
  const auto stale = rotation_of_second(spec);
  spec.angle_of_last_sector = false;
  const auto exact = rotation_of_second(spec);
  CHECK(stale.first == 13);
  CHECK(stale.second == Approx(9.5e-3));
  CHECK(exact.first == 18);
  CHECK(exact.second == Approx(4.5e-3));
}
