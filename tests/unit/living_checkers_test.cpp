// Faults planted in a run that lives: each is found by the checkers that every run has.
#include <algorithm>
#include <catch2/catch.hpp>
#include <functional>

#include "app/experiment/sweep.hpp"
#include "app/world/world.hpp"
#include "models/placement/translate.hpp"
#include "tests/support/read_scenario.hpp"

using namespace spindle;
using namespace spindle::app;

namespace {

// 45 drives in 9 racks, two thirds full: one rack is lost, others land and are filled, new data
// replaces old.
const char* const kLivingFleet = R"({
  "schema_version": 1, "name": "planted", "question": "Is the fault found?",
  "run": { "duration": "2 d", "epoch": "1 h" },
  "fleet": { "zones": 3, "racks_per_zone": 3, "drives": 45,
             "models": [{ "model": "talk", "capacity": "300 GB", "afr": "50 %/yr" }] },
  "data": { "logical": "3 TB", "extent": "1 GB" },
  "redundancy": { "scheme": "replication", "copies": 3 },
  "spread": { "max_per_zone": 1, "max_per_rack": 1 },
  "placement": { "policy": "random" },
  "tenants": [
    { "name": "archive", "count": 3, "share": 4, "reads": "3 TB/d", "object": "1 MB" },
    { "name": "logs", "count": 2, "share": 1, "reads": "3 TB/d", "writes": "100 GB/d",
      "writes_are": "new_data", "object": "1 MB",
      "cooling": { "model": "exponential", "tau": "2 d", "ages": "steady" } } ],
  "failure": { "detect": "10 min", "replace": "4 h" },
  "repair": { "bandwidth": "10 MB/s" },
  "events": [{ "at": "3 h", "event": "rack_lost", "rack": 1 },
             { "at": "6 h", "event": "rack_landing", "racks_per_zone": 1,
               "policy": "coolest_first", "target_fill": 0.3, "rate": "5 MB/s" }]
})";

// What a careless component could do to the fleet: it reaches past the timeline's const.
struct CheckedFleet {
  models::Timeline& timeline;
  const models::WindowDemand& window;

  models::FleetState& state() const { return const_cast<models::FleetState&>(timeline.state()); }
  models::ShardMap& map() const { return const_cast<models::ShardMap&>(state().map()); }
  models::ExtentDemand& demand() const {
    return const_cast<models::ExtentDemand&>(state().demand());
  }
  models::DemandJournal& journal() const { return timeline.journal(); }
  // An extent that has all its shards.
  std::uint32_t whole() const {
    std::uint32_t extent = 100;
    while (state().readable(extent) < state().shards()) ++extent;
    return extent;
  }
  // Another drive in a rack, one that can be read.
  std::uint32_t beside(std::uint32_t drive) const {
    const models::Topology& topology = state().topology();
    std::uint32_t other = topology.drives_of_rack(topology.rack_of(drive)).first;
    while (other == drive || !state().can_read(other)) ++other;
    return other;
  }
};

using Fault = std::function<void(const CheckedFleet&)>;

std::vector<std::string> violations(const Fault& fault) {
  const Scenario scenario = test::valid_scenario(kLivingFleet);
  const auto world = build_world(scenario);
  const models::PlacementResult placed =
      models::place_all(world->policy, scenario.placement, world->extents);
  const Swept swept =
      sweep_living(scenario, *world, models::translate(placed, world->base, world->topology),
                   placed.expected_heat, 1, {},
                   [&](models::Timeline& timeline, const models::WindowDemand& window) {
                     // The last window: what is broken stays so.
                     if (fault && window.first_epoch + window.epochs == 48)
                       fault({timeline, window});
                   });
  REQUIRE(swept.timeline);
  CHECK(swept.timeline->summary.repair_written_bytes > 0);
  CHECK(swept.timeline->summary.new_extents > 100);
  CHECK(swept.timeline->summary.landings[0].moved_bytes > 0);
  return swept.violations;
}

void check_found(const Fault& fault, const std::vector<std::string>& expected) {
  const auto found = violations(fault);
  for (const std::string& line : found) UNSCOPED_INFO(line);
  for (const std::string& words : expected) {
    INFO(words);
    CHECK(std::any_of(found.begin(), found.end(), [&](const std::string& line) {
      return line.find(words) != std::string::npos;
    }));
  }
}

}  // namespace

TEST_CASE("living checkers: a run in which all goes well breaks no law") {
  CHECK(violations({}) == std::vector<std::string>{});
}

TEST_CASE("living checkers: shards and bytes that go astray are found") {
  SECTION("a shard that vanishes") {
    check_found([](const CheckedFleet& fleet) { fleet.map().mark_lost(fleet.whole() * 3, 0); },
                {"shards are missing, ", "extents lack shards, ", "B used, the map puts ",
                 "the ledger holds a weight of "});
  }
  SECTION("bytes that a deletion does not free") {
    check_found(
        [](const CheckedFleet& fleet) {
          const std::uint32_t shard = fleet.whole() * 3;
          fleet.state().put(fleet.window.start, shard, fleet.map().entry(shard));
        },
        {"B used, the map puts "});
  }
  SECTION("a drive filled beyond its capacity") {
    check_found(
        [](const CheckedFleet& fleet) {
          const models::Topology& topology = fleet.state().topology();
          const std::uint32_t to = fleet.map().entry(fleet.whole() * 3);
          for (std::uint32_t shard = 0;
               static_cast<double>(fleet.state().used_bytes()[to]) <= 300e9; ++shard) {
            const std::uint32_t from = fleet.map().entry(shard);
            if (!fleet.state().is_present_entry(from) || from == to) continue;
            if (topology.zone_of(from) != topology.zone_of(to)) continue;
            fleet.state().move(fleet.window.start, shard, to);
          }
        },
        {"holds 301000000000 B, capacity 300000000000 B"});
  }
  SECTION("two shards in a rack") {
    check_found(
        [](const CheckedFleet& fleet) {
          const std::uint32_t shard = fleet.whole() * 3;
          fleet.state().move(fleet.window.start, shard, fleet.beside(fleet.map().entry(shard + 1)));
        },
        {" has 2 shards in rack ", " has 2 shards in zone "});
  }
  SECTION("two shards on a drive") {
    check_found(
        [](const CheckedFleet& fleet) {
          const std::uint32_t shard = fleet.whole() * 3;
          fleet.state().move(fleet.window.start, shard, fleet.map().entry(shard + 1));
        },
        {" has two shards on drive "});
  }
  SECTION("a shard left on a dead drive") {
    check_found(
        [](const CheckedFleet& fleet) {
          fleet.state().end_failure(fleet.map().entry(fleet.whole() * 3));  // it never began
        },
        {" is down and holds ", "extents lack shards, "});
  }
}

TEST_CASE("living checkers: demand that goes astray is found") {
  SECTION("a shift of demand that is lost") {
    check_found(
        [](const CheckedFleet& fleet) {
          const models::Topology& topology = fleet.state().topology();
          const std::uint32_t shard = fleet.whole() * 3;
          const std::uint32_t to = fleet.beside(fleet.map().entry(shard));
          const std::uint32_t rack = topology.rack_of(to);
          fleet.state().move(fleet.window.start, shard, to);
          const models::DemandShift last = fleet.journal().shifts(rack).back();
          fleet.journal().shift(fleet.window.start, rack, last.drive_in_rack, last.column,
                                -last.weight);
        },
        {"column ", "rack ", "epoch 40: the drives bear ", "epoch 47: the drives bear "});
  }
  SECTION("a weight that changes by itself") {
    check_found([](const CheckedFleet& fleet) { fleet.demand().weight[fleet.whole()] *= 2; },
                {"column ", "rack "});
  }
  SECTION("new data whose demand is forgotten") {
    check_found(
        [](const CheckedFleet& fleet) {
          const std::uint32_t extent = fleet.whole();
          const auto entries = fleet.map().of(extent);
          const std::vector<std::uint32_t> drives(entries.begin(), entries.end());
          fleet.state().renew(fleet.window.start, extent, drives,
                              fleet.state().demand().column[extent], 0);
        },
        {"epoch 40: the drives bear "});
  }
}
