// Disk time per object and drives per petabyte-hour (docs/theory/redundancy.md).
#include "models/redundancy/planning.hpp"

#include <catch2/catch.hpp>

#include "models/redundancy/read_cost.hpp"
#include "tests/support/schemes.hpp"

using namespace spindle;
using namespace spindle::models;

namespace {

const DriveModel& talk() {
  return *find_drive_preset("talk");
}
// One petabyte in one hour, read as whole objects.
double petabyte_hour(const Scheme& scheme, double object_bytes) {
  const double objects_per_s = 1e15 / 3600 / object_bytes;
  return drives_for_heat(objects_per_s * read_disk_seconds(scheme, talk(), object_bytes), 1.0);
}

}  // namespace

TEST_CASE("petabyte in an hour: drives for capacity and for heat") {
  CHECK(drives_for_capacity(1e15, {20'000'000'000'000}, 1.0) == 50);
  CHECK(petabyte_hour(test::copies(1), 0.5e6) == 5556);
  CHECK(petabyte_hour(test::erasure(5, 4), 1e6) == 12223);
  CHECK(petabyte_hour(test::copies(3), 1e6) == 3334);  // any one of the copies is read
  // Shards per read k: drives 277.8 (8 k + 4), goodput 1000 / (8 k + 4) MB/s a drive.
  CHECK(petabyte_hour(test::erasure(2, 1), 1e6) == 5556);
  CHECK(petabyte_hour(test::erasure(4, 1), 1e6) == 10000);
  CHECK(petabyte_hour(test::erasure(10, 4), 1e6) == 23334);
}

TEST_CASE("petabyte in an hour: a target load leaves head room") {
  const double disk_time = 1e15 / 3600 / 0.5e6 * 10e-3;
  CHECK(drives_for_heat(disk_time, 0.8) == 6945);  // 6,944.4
  CHECK(drives_for_capacity(1e15, {20'000'000'000'000}, 0.8) == 63);
}

TEST_CASE("disk time of an object: k shards read, n written") {
  for (const double k : {1.0, 2.0, 4.0, 5.0, 10.0}) {
    const auto data = static_cast<std::uint32_t>(k);
    CHECK(read_disk_seconds(test::erasure(data, 4), talk(), 1e6) ==
          Approx((8 * k + 4) * 1e-3).epsilon(1e-12));
  }
  CHECK(write_disk_seconds(test::erasure(5, 4), talk(), 1e6) == Approx(9 * 8.8e-3).epsilon(1e-12));
  CHECK(write_disk_seconds(test::copies(3), talk(), 1e6) == Approx(3 * 12e-3).epsilon(1e-12));
  CHECK(shard_read_share(test::erasure(5, 4)) == Approx(5.0 / 9));
  CHECK(shard_read_share(test::copies(3)) == Approx(1.0 / 3));
}
