// Every law is broken by hand, and must be found.
#include "models/checkers/migration_checker.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/support/landing_fleet.hpp"

using namespace spindle;
using namespace spindle::models;
using test::LandingFleet;

namespace {

class Watched {
 public:
  Watched() : fleet_({}), before_(picture(fleet_.state())), now_(before_) {}
  FleetPicture& now() { return now_; }
  LandingFleet& fleet() { return fleet_; }
  // Moves the entry and the bytes: what a careless mover would do.
  void move(std::size_t shard, std::uint32_t to) {
    now_.used_bytes[now_.drive_of_shard[shard]] -= now_.shard_bytes;
    now_.used_bytes[to] += now_.shard_bytes;
    now_.drive_of_shard[shard] = to;
  }
  [[nodiscard]] std::string laws() const {
    return words(check_picture(fleet_.topology(), {3, 1}, now_));
  }
  [[nodiscard]] std::string conservation(std::int64_t lost = 0) const {
    return words(check_conserved(before_, now_, lost));
  }
  static std::string words(const CheckReport& report) {
    return report.ok() ? "" : report.first.front();
  }

 private:
  LandingFleet fleet_;
  FleetPicture before_;
  FleetPicture now_;
};

}  // namespace

TEST_CASE("a fleet that keeps the laws has no violations") {
  Watched watched;
  CHECK(watched.laws().empty());
  CHECK(watched.conservation().empty());
}

TEST_CASE("a lost shard is found") {
  Watched watched;
  std::uint32_t& entry = watched.now().drive_of_shard[31];
  const std::uint32_t drive = entry;
  entry = PlacementResult::kNoDrive;
  CHECK_THAT(watched.laws(), Catch::Contains("the map puts"));
  watched.now().used_bytes[drive] -= watched.now().shard_bytes;  // the bytes forgotten with it
  CHECK(watched.laws().empty());
  CHECK_THAT(watched.conservation(), Catch::Contains("0 were lost"));
  CHECK(watched.conservation(1).empty());
}

TEST_CASE("bytes that no shard explains are found") {
  Watched watched;
  watched.now().used_bytes[7] += 1;
  CHECK_THAT(watched.laws(), Catch::Contains("drive 7 counts"));
}

TEST_CASE("an overfilled drive is found") {
  Watched watched;
  const auto& entries = watched.now().drive_of_shard;
  for (std::size_t shard = 0; shard < 9 * 300; shard += 9) {
    const auto extent = entries.begin() + static_cast<std::ptrdiff_t>(shard);
    if (std::count(extent, extent + 9, 0U) == 0) watched.move(shard, 0);
  }
  const CheckReport report = check_picture(watched.fleet().topology(), {0, 0}, watched.now());
  CHECK(report.violations == 1);
  CHECK(Watched::words(report) == "drive 0 holds 300000000000 B, capacity 200000000000 B");
}

TEST_CASE("a shard moved beside another of its extent is found") {
  Watched watched;
  const std::uint32_t beside = watched.now().drive_of_shard[1];
  SECTION("in one rack") {
    const DriveRange rack =
        watched.fleet().topology().drives_of_rack(watched.fleet().topology().rack_of(beside));
    watched.move(0, rack.first == beside ? rack.first + 1 : rack.first);
    CHECK_THAT(watched.laws(), Catch::Contains("has 2 shards in rack"));
  }
  SECTION("on one drive") {
    watched.move(0, beside);
    CHECK_THAT(watched.laws(), Catch::Contains("two shards on drive"));
  }
  SECTION("in one zone too many") {
    const std::uint32_t other = watched.now().drive_of_shard[8];  // of another zone
    REQUIRE(watched.fleet().topology().zone_of(other) !=
            watched.fleet().topology().zone_of(beside));
    watched.move(0, other);
    CHECK_THAT(
        Watched::words(check_picture(watched.fleet().topology(), {3, 0}, watched.now(), false)),
        Catch::Contains("two shards on drive"));
    const CheckReport report = check_picture(watched.fleet().topology(), {3, 0}, watched.now());
    CHECK(report.violations == 2);
    CHECK_THAT(report.first.back(), Catch::Contains("has 4 shards in zone"));
  }
}

TEST_CASE("a shard on a drive that is not there is found") {
  Watched watched;
  watched.now().is_present[watched.now().drive_of_shard[5]] = 0;
  CHECK_THAT(watched.laws(), Catch::Contains("which is not there"));
  watched.now().drive_of_shard[5] = 45;
  CHECK_THAT(watched.laws(), Catch::Contains("which is not there"));
}

TEST_CASE("an extent that went or came is found") {
  Watched watched;
  for (std::size_t shard = 0; shard < 9; ++shard) {
    watched.now().drive_of_shard[shard] = PlacementResult::kNoDrive;
  }
  const CheckReport gone = check_conserved(picture(watched.fleet().state()), watched.now(), 0);
  CHECK_THAT(gone.first.back(), Catch::Contains("extent 0 is gone"));
  const CheckReport came = check_conserved(watched.now(), picture(watched.fleet().state()), -9);
  CHECK_THAT(came.first.front(), Catch::Contains("was nowhere"));
  watched.now().drive_of_shard.pop_back();
  CHECK_THAT(watched.conservation(), Catch::Contains("became"));
}

TEST_CASE("demand on the wrong drive, or of the wrong column, is found") {
  LandingFleet fleet({});
  const DemandWatch start(fleet.state());
  CHECK(start.check(fleet.state()).ok());
  fleet.journal().begin(sim::Instant());
  const std::uint32_t from = fleet.state().map().entry(0);
  const DriveRange rack = fleet.topology().drives_of_rack(fleet.topology().rack_of(from));
  const std::uint32_t to = rack.first == from ? rack.first + 1 : rack.first;
  fleet.state().move(LandingFleet::hours(1), 0, to);
  DemandWatch good = start;
  good.add(fleet.journal());
  CHECK(good.check(fleet.state()).ok());
  CHECK_THAT(Watched::words(start.check(fleet.state())), Catch::Contains("by the journal"));

  const std::uint32_t number = fleet.topology().rack_of(from);
  const DemandShift last = fleet.journal().shifts(number).back();
  DemandJournal other(fleet.topology().racks(), LandingFleet::kEpoch);
  other.shift(LandingFleet::hours(1), number, last.drive_in_rack, last.column, -last.weight);
  other.shift(LandingFleet::hours(1), number, last.drive_in_rack, last.column + 1, last.weight);
  good.add(other);
  CHECK_FALSE(good.check(fleet.state()).ok());
}
