// The checker of repairs catches each fault that is planted in a sound state.
#include "models/checkers/repair_checker.hpp"

#include <catch2/catch.hpp>

#include "tests/support/placement_world.hpp"

using namespace spindle;
using namespace spindle::models;

namespace {

// 2 zones of 2 racks of 3 drives; 2 extents of 4 shards of 10 bytes, placed by hand. Drive 0 failed
// and its shard of extent 0 moved to drive 1; drive 9 is down and the shard it held is missing.
struct State {
  Topology topology = test::fleet(2, 2, 12, 30);
  SpreadRule rule{2, 1};
  PlacementResult placement;
  std::vector<std::uint32_t> extent0 = {1, 3, 6, PlacementResult::kNoDrive};
  std::vector<std::uint8_t> is_up = {1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 1, 1};
  std::vector<std::uint64_t> used = {0, 20, 0, 10, 10, 0, 10, 10, 0, 0, 10, 0};
  std::vector<std::uint8_t> is_gone = std::vector<std::uint8_t>(12, 0);
  std::vector<std::uint32_t> promised = {11};  // to drives, for shards on their way
  std::vector<std::uint32_t> on_their_way = {11};
  std::uint64_t missing = 1;

  State() {
    placement.shards_per_extent = 4;
    placement.drive_of_shard = {0, 3, 6, 9, 1, 4, 7, 10};
  }
  [[nodiscard]] CheckReport check() const {
    const auto counts = count_shards(topology, placement);
    RepairChecker checker(topology, rule, 10, placement, counts);
    checker.show(0, extent0);
    std::vector<std::uint64_t> taken = used;
    for (const std::uint32_t drive : promised) taken[drive] += 10;
    for (const std::uint32_t drive : on_their_way) checker.reserve(drive);
    return checker.finish({is_up, is_gone, used, taken, missing});
  }
};

void expect(const State& state, const char* message) {
  const CheckReport report = state.check();
  REQUIRE(report.violations >= 1);
  CHECK_THAT(report.first[0], Catch::Contains(message));
}

}  // namespace

TEST_CASE("repair checker: a sound state passes") {
  const CheckReport report = State().check();
  for (const std::string& line : report.first) UNSCOPED_INFO(line);
  CHECK(report.ok());
}

TEST_CASE("repair checker: what the map leaves on the drives of a lost zone is not there") {
  State state;
  for (std::uint32_t drive = 6; drive < 12; ++drive) {
    state.is_gone[drive] = 1;
    state.is_up[drive] = 0;
    state.used[drive] = 0;
  }
  CHECK(state.check().ok());
}

TEST_CASE("repair checker: wrong counts of extents are caught") {
  // 3 zones of 1 drive, two extents of 3 shards; the state is asked for one and shown another.
  const Topology topology = test::fleet(3, 1, 3, 100);
  PlacementResult placement;
  placement.shards_per_extent = 3;
  placement.drive_of_shard = {0, 1, 2, 2, 1, 0};
  placement.used_bytes = {20, 20, 20};
  const ShardIndex index(placement, 3);
  FleetState state(topology, 10, 2, placement, index);
  CHECK(check_extents(state).ok());
  state.begin_zone_outage({}, 0);
  state.begin_zone_outage({}, 1);
  CHECK(state.unreadable() == 2);
  CHECK(check_extents(state).ok());
  // A shard that vanishes behind the state's back: the map says more than was counted.
  const_cast<ShardMap&>(state.map()).mark_lost(0, 0);
  const CheckReport report = check_extents(state);
  REQUIRE(report.violations == 2);
  CHECK_THAT(report.first[0], Catch::Contains("1 extents lack shards, 0 are counted so"));
  CHECK_THAT(report.first[1],
             Catch::Contains("1 extents have no shard to spare, 0 are counted so"));
  const_cast<ShardMap&>(state.map()).put(0, 0);
  state.end_zone_outage({}, 1);
  const_cast<ShardMap&>(state.map()).mark_lost(1, 0);
  CHECK_THAT(check_extents(state).first[1],
             Catch::Contains("1 extents cannot be read, 0 are counted so"));
}

TEST_CASE("repair checker: shards where they may not be are caught and named") {
  State state;
  SECTION("a shard left on a drive that is down") {
    state.is_up[3] = 0;
    expect(state, "drive 3 is down and holds 1 shards");
  }
  SECTION("a shard put on a drive that is down") {
    state.extent0[3] = 9;
    state.used[9] = 10;
    state.missing = 0;
    expect(state, "drive 9 is down and holds 1 shards");
  }
  SECTION("two shards on one drive") {
    state.rule = {0, 0};
    state.extent0[1] = 1;
    state.used[3] = 0;
    state.used[1] = 30;
    expect(state, "extent 0 has two shards on drive 1");
  }
  SECTION("too many in a rack") {
    state.extent0[1] = 2;
    state.used[3] = 0;
    state.used[2] = 10;
    expect(state, "extent 0 has 2 shards in rack 0, limit 1");
  }
  SECTION("too many in a zone") {
    state.rule = {1, 0};
    expect(state, "extent 0 has 2 shards in zone 0, limit 1");
  }
  SECTION("a drive above its capacity") {
    state.topology = test::fleet(2, 2, 12, 15);
    expect(state, "drive 1 holds 20 B, capacity 15 B");
  }
}

TEST_CASE("repair checker: bytes and counts that are wrong are caught and named") {
  State state;
  SECTION("room kept for a shard that is not on its way") {
    state.on_their_way.clear();
    expect(state, "drive 11 counts 10 B taken, it holds 0 B and 0 shards are on their way");
  }
  SECTION("a shard on its way without room") {
    state.promised.clear();
    expect(state, "drive 11 counts 0 B taken, it holds 0 B and 1 shards are on their way");
  }
  SECTION("more room promised than there is") {
    state.promised = state.on_their_way = {11, 11, 11, 11};
    expect(state, "drive 11 holds 40 B, capacity 30 B");
  }
  SECTION("bytes on a drive whose zone is lost") {
    state.is_gone[6] = 1;
    expect(state, "drive 6 counts 10 B used, the map puts 0 B there");
  }
  SECTION("bytes that were not freed") {
    state.used[0] = 10;
    expect(state, "drive 0 counts 10 B used, the map puts 0 B there");
  }
  SECTION("bytes that were not counted") {
    state.used[1] = 10;
    expect(state, "drive 1 counts 10 B used, the map puts 20 B there");
  }
  SECTION("a shard that vanished") {
    state.extent0[2] = PlacementResult::kNoDrive;
    state.used[6] = 0;
    expect(state, "2 shards are missing, 1 are counted so");
  }
  SECTION("a shard counted missing that is there") {
    state.missing = 2;
    expect(state, "1 shards are missing, 2 are counted so");
  }
  SECTION("a drive that does not exist") {
    state.extent0[0] = 12;
    expect(state, "extent 0 names drive 12 of 12");
  }
  SECTION("an extent that was never placed has shards") {
    state.placement.drive_of_shard.assign(8, PlacementResult::kNoDrive);
    expect(state, "extent 0 was never placed and has shards");
  }
}
