// Rules that every built-in drive keeps.
#include <catch2/catch.hpp>
#include <set>
#include <string>

#include "models/drive/drive_model.hpp"

using namespace spindle::models;

TEST_CASE("drive presets: names are unique and found") {
  std::set<std::string> names;
  for (const DriveModel& drive : drive_presets()) {
    CHECK(names.insert(drive.name).second);
    CHECK(find_drive_preset(drive.name) == &drive);
  }
  CHECK(names.count("talk") == 1);
  CHECK(names.count("nearline-20tb") == 1);
  CHECK(find_drive_preset("no such drive") == nullptr);
}

TEST_CASE("drive presets: physically possible and sourced") {
  for (const DriveModel& drive : drive_presets()) {
    INFO(drive.name);
    CHECK(drive.source.size() > 20);
    CHECK(drive.capacity.value >= 1'000'000'000'000ULL);
    CHECK(drive.rotation_s > 3e-3);
    CHECK(drive.rotation_s < 12e-3);
    CHECK(drive.inner_bytes_per_s > 0);
    CHECK(drive.inner_bytes_per_s <= drive.outer_bytes_per_s);
    CHECK(drive.overhead_s >= 0);
    CHECK(drive.annual_failure_rate > 0);
    CHECK(drive.annual_failure_rate < 0.25);
    CHECK(drive.write_seek.mean_s >= drive.read_seek.mean_s);
    CHECK(drive.read_seek.variance_s2 >= 0);
  }
}

TEST_CASE("drive presets: service grows with size, and every read waits for the arm") {
  for (const DriveModel& drive : drive_presets()) {
    INFO(drive.name);
    double previous = drive.read_seek.mean_s + drive.rotation_s / 2;
    for (const double size : {1.0, 4096.0, 0.5e6, 1e6, 16e6}) {
      const ServiceTime read = read_service(drive, size);
      CHECK(read.mean_s > previous);
      CHECK(read.variance_s2 >= drive.read_seek.variance_s2);
      CHECK(write_service(drive, size).mean_s >= read.mean_s);
      previous = read.mean_s;
    }
  }
}
