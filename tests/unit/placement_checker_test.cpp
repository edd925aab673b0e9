// The checkers catch each fault that is planted in a sound placement.

#include "models/checkers/placement_checker.hpp"

#include <catch2/catch.hpp>
#include <limits>

#include "models/checkers/demand_checker.hpp"
#include "tests/support/placement_world.hpp"

using namespace spindle;
using namespace spindle::models;

namespace {

// 2 zones of 2 racks of 3 drives; 4 extents of 4 shards of 10 bytes, placed by hand.
struct CheckedWorld {
  Topology topology = test::fleet(2, 2, 12, 40);
  SpreadRule rule{2, 1};
  ExtentTable table = test::equal_tenants(2, 2, 10);
  PlacementResult result;

  CheckedWorld() {
    result.shards_per_extent = 4;
    result.drive_of_shard = {0, 3, 6, 9, 1, 4, 7, 10, 2, 5, 8, 11, 0, 4, 8, 9};
    result.used_bytes = {20, 10, 10, 10, 20, 10, 10, 10, 20, 20, 10, 10};
  }
  void move(std::size_t shard, std::uint32_t drive) {
    result.used_bytes[result.drive_of_shard[shard]] -= 10;
    result.drive_of_shard[shard] = drive;
    result.used_bytes[drive] += 10;
  }
  [[nodiscard]] CheckReport check() const { return check_placement(topology, rule, table, result); }
};

}  // namespace

TEST_CASE("a sound placement passes") {
  CheckedWorld world;
  CHECK(world.check().ok());
}

TEST_CASE("a planted fault is caught and named") {
  CheckedWorld world;
  const auto expect = [&](const char* message) {
    const CheckReport report = world.check();
    REQUIRE(report.violations >= 1);
    CHECK_THAT(report.first[0], Catch::Contains(message));
  };
  SECTION("two shards on one drive") {
    world.rule = {0, 0};
    world.move(1, 0);
    expect("extent 0 has two shards on drive 0");
  }
  SECTION("too many in a rack") {
    world.move(1, 1);
    expect("extent 0 has 2 shards in rack 0, limit 1");
  }
  SECTION("too many in a zone") {
    world.rule.max_per_rack = 0;
    world.move(2, 4);
    expect("extent 0 has 3 shards in zone 0, limit 2");
  }
  SECTION("above capacity") {
    for (std::uint64_t& used : world.result.used_bytes) used *= 5;
    world.table.shard_bytes = 50;
    expect("holds 100 B, capacity 40 B");
  }
  SECTION("bytes lost") {
    world.result.used_bytes[7] -= 10;
    expect("drive 7 counts 0 B used, the map puts 10 B there");
    CHECK_THAT(world.check().first[1], Catch::Contains("drives hold 150 B"));
  }
  SECTION("bytes moved to the wrong drive") {
    world.result.used_bytes[7] -= 10;
    world.result.used_bytes[6] += 10;
    expect("drive 6 counts 20 B used, the map puts 10 B there");
  }
  SECTION("an extent placed in part") {
    world.result.drive_of_shard[5] = PlacementResult::kNoDrive;
    expect("extent 1 lacks 1 of 4 shards");
  }
  SECTION("a drive that does not exist") {
    world.result.drive_of_shard[5] = 12;
    expect("names a drive beyond 12");
  }
  SECTION("an unplaced extent not counted") {
    for (std::size_t shard = 4; shard < 8; ++shard) {
      world.result.used_bytes[world.result.drive_of_shard[shard]] -= 10;
      world.result.drive_of_shard[shard] = PlacementResult::kNoDrive;
    }
    expect("1 extents are unplaced, 0 are counted so");
    world.result.unplaced_extents = 1;
    CHECK(world.check().ok());
  }
  SECTION("a map of the wrong length") {
    world.result.drive_of_shard.pop_back();
    expect("map of 15 shards");
  }
}

TEST_CASE("messages are bounded, the count is not") {
  CheckedWorld world;
  world.table = test::equal_tenants(1, 100, 10);
  world.result.drive_of_shard.assign(400, 0);
  const CheckReport report = world.check();
  CHECK(report.first.size() == CheckReport::kKept);
  CHECK(report.violations > 300);
}

TEST_CASE("heat on drives must be the tenants' demand") {
  const std::vector<double> demand = {1.5, 2.5};
  CHECK(check_heat(std::vector<double>{1, 1, 2}, demand).ok());
  CHECK(check_heat(std::vector<double>{1, 1, 2 + 3e-9}, demand).ok());
  CHECK_FALSE(check_heat(std::vector<double>{1, 1, 2 + 5e-9}, demand).ok());
  CHECK_FALSE(check_heat(std::vector<double>{1, 1}, demand).ok());
  CHECK_FALSE(
      check_heat(std::vector<double>{std::numeric_limits<double>::quiet_NaN()}, demand).ok());
  CHECK(check_heat({}, {}).ok());
}

TEST_CASE("heat so small that doubles lose digits is no fault") {
  const std::vector<double> asked{3.008198437e-315, 0};
  const std::vector<double> borne{3.008218955e-315, 5e-324};
  CHECK(check_fleet_heat(asked, borne, 1e-9).violations == 0);
}
