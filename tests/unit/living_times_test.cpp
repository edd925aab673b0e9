// Things happen at any moment of an epoch, and epochs may be long: the laws hold all the same.
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "app/experiment/sweep.hpp"
#include "app/world/world.hpp"
#include "models/placement/translate.hpp"
#include "tests/support/read_scenario.hpp"

using namespace spindle;
using namespace spindle::app;

namespace {

// 90 drives in 18 racks, half full; a tenth of the young data is replaced an hour.
const char* const kLivingText = R"({
  "schema_version": 1, "name": "moments", "question": "Do the laws hold at any moment?",
  "run": { "duration": "2 d", "epoch": "1 h" },
  "fleet": { "zones": 3, "racks_per_zone": 6, "drives": 90,
             "models": [{ "model": "talk", "capacity": "300 GB", "afr": "50 %/yr" }] },
  "data": { "logical": "4.5 TB", "extent": "1 GB" },
  "redundancy": { "scheme": "replication", "copies": 3 },
  "spread": { "max_per_zone": 1, "max_per_rack": 1 },
  "placement": { "policy": "random" },
  "tenants": [
    { "name": "archive", "count": 3, "share": 4, "reads": "3 TB/d", "object": "1 MB" },
    { "name": "logs", "count": 2, "share": 1, "reads": "3 TB/d", "writes": "2 TB/d",
      "writes_are": "new_data", "object": "1 MB",
      "cooling": { "model": "exponential", "tau": "2 d", "ages": "steady" } } ],
  "failure": { "detect": "10 min", "replace": "4 h" },
  "repair": { "bandwidth": "10 MB/s" }
})";

TimelineSummary lived(const std::vector<std::string>& overrides) {
  const Scenario scenario = test::valid_scenario(kLivingText, overrides);
  const auto world = build_world(scenario);
  const models::PlacementResult placed =
      models::place_all(world->policy, scenario.placement, world->extents);
  const Swept swept =
      sweep_living(scenario, *world, models::translate(placed, world->base, world->topology),
                   placed.expected_heat, 1, {});
  REQUIRE(swept.timeline);
  CHECK(swept.violations == std::vector<std::string>{});
  CHECK(swept.timeline->summary.new_extents > 100);
  return swept.timeline->summary;
}

}  // namespace

TEST_CASE("living times: racks go down and return within an epoch while new data is written") {
  SECTION("one rack, an hour and a bit") {
    lived({R"(events=[{"at":"36060 s","event":"rack_down","rack":1,"lasts":"4000 s"}])"});
  }
  SECTION("within one epoch, several times") {
    lived({R"(events=[{"at":"36060 s","event":"rack_down","rack":1,"lasts":"100 s"},
                      {"at":"36200 s","event":"rack_down","rack":1,"lasts":"1000 s"},
                      {"at":"36500 s","event":"rack_down","rack":7,"lasts":"2000 s"}])"});
  }
  SECTION("a rack lost for good") {
    lived({R"(events=[{"at":"36060 s","event":"rack_lost","rack":1}])"});
  }
  SECTION("a zone down within an epoch") {
    lived({R"(events=[{"at":"36060 s","event":"zone_down","zone":1,"lasts":"1000 s"}])"});
  }
  SECTION("a zone lost within an epoch") {
    lived({R"(events=[{"at":"36060 s","event":"zone_lost","zone":1}])"});
  }
  SECTION("at random") {
    lived({R"(failure.outages=[{"domain":"rack","rate":"300 /yr","lasts":"40 min"}])"});
  }
}

TEST_CASE("living times: racks land and are filled within an epoch while others go down") {
  std::string events;
  for (int i = 0; i < 60; ++i) {
    events += R"({"at":")" + std::to_string(36'000 + 7 * i) +
              R"( s","event":"rack_landing","racks_per_zone":1,"policy":"coolest_first",)"
              R"("target_fill":0.1,"rate":"50 MB/s"},)";
  }
  const TimelineSummary summary =
      lived({"events=[" + events + R"({"at":"36333 s","event":"rack_down","rack":1,"lasts":"600 s"},
                                      {"at":"36400 s","event":"rack_down","rack":24,"lasts":"900 s"}])"});
  REQUIRE(summary.landings.size() == 60);
  CHECK(summary.landings[59].moved_bytes > 0);
}

TEST_CASE("living times: epochs may be long against the time in which data cools") {
  const std::string writes = "tenants.1.writes=200 GB/d";
  SECTION("a third") {
    lived({"tenants.1.cooling.tau=3 h"});
  }
  SECTION("just coarse") {
    lived({"tenants.1.cooling.tau=3.9 h"});
  }
  SECTION("just not coarse") {
    lived({"tenants.1.cooling.tau=4.1 h"});
  }
  SECTION("equal") {
    lived({"tenants.1.cooling.tau=1 h"});
  }
  SECTION("much longer") {
    lived({"tenants.1.cooling.tau=1 min"});
  }
  SECTION("a day against three") {
    lived({"run.duration=20 d", "run.epoch=1 d", "tenants.1.cooling.tau=3 d", writes});
  }
  SECTION("a day against an hour") {
    lived({"run.duration=20 d", "run.epoch=1 d", "tenants.1.cooling.tau=1 h", writes});
  }
  SECTION("a day against a second") {
    lived({"run.duration=20 d", "run.epoch=1 d", "tenants.1.cooling.tau=1 s", writes});
  }
  SECTION("a power law") {
    lived(
        {R"(tenants.1.cooling={"model":"power_law","scale":"10 min","exponent":1,"ages":"steady"})"});
  }
}
