// The state's books: room, counts and who bears what, against a recount.
#include "models/state/fleet_state.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>

#include "models/checkers/repair_checker.hpp"
#include "sim/random_stream.hpp"
#include "tests/support/placement_world.hpp"

using namespace spindle;
using namespace spindle::models;

namespace {

constexpr std::uint64_t kShard = 10;

struct Journalled {
  Topology topology = test::fleet(3, 4, 24, 1000);
  ExtentTable extents = test::equal_tenants(1, 60, kShard);
  PlacementResult placement =
      place_all({topology, {2, 1}, 6, 1, sim::Seed{1}}, test::policy("random"), extents);
  ShardIndex index{placement, topology.drives()};
  DemandJournal journal{topology.racks(), sim::Duration::hours(1)};
  FleetState state{topology, kShard, 4, placement, index, &journal, demand()};

  static ExtentDemand demand() {
    ExtentDemand out;
    for (std::uint32_t extent = 0; extent < 60; ++extent) {
      out.column.push_back(extent % 3);
      out.weight.push_back(1.0F + static_cast<float>(extent % 4));
    }
    return out;
  }
};

// What each (column, drive) bears: from the state itself, and from the start plus all shifts.
using Borne = std::map<std::pair<std::uint32_t, std::uint32_t>, double>;

Borne recount(const FleetState& state) {
  Borne out;
  for (std::uint32_t extent = 0; extent < state.extents(); ++extent) {
    const std::uint32_t readable = state.readable(extent);
    if (readable < state.needed()) continue;
    for (const std::uint32_t entry : state.map().of(extent)) {
      if (!state.is_present_entry(entry) || !state.can_read(entry)) continue;
      out[{state.demand().column[extent], entry}] +=
          static_cast<double>(state.demand().weight[extent]) * state.shards() / readable;
    }
  }
  return out;
}

void play(const Journalled& world, Borne& borne) {
  for (std::uint32_t rack = 0; rack < world.topology.racks(); ++rack) {
    for (const DemandShift& shift : world.journal.shifts(rack)) {
      borne[{shift.column, world.topology.drives_of_rack(rack).first + shift.drive_in_rack}] +=
          static_cast<double>(shift.weight);
    }
  }
}

}  // namespace

TEST_CASE("fleet state: reserved room is taken until it is released, and closes a full drive") {
  Journalled world;
  FleetState& state = world.state;
  const std::uint32_t drive = 3;
  const std::uint32_t zone = world.topology.zone_of(drive);
  const std::uint32_t open = state.open_drives()[zone];
  const std::uint64_t used = state.used_bytes()[drive];
  std::uint32_t reserved = 0;
  for (; state.has_room(drive); ++reserved) state.reserve(drive);
  CHECK(state.taken_bytes()[drive] == 1000);
  CHECK(state.used_bytes()[drive] == used);
  CHECK(state.open_drives()[zone] == open - 1);
  // The drive fails and is replaced: what was promised stays promised.
  for (const std::uint32_t shard : state.begin_failure(drive)) state.mark_lost({}, shard, shard);
  state.end_failure(drive);
  CHECK(state.used_bytes()[drive] == 0);
  CHECK(state.taken_bytes()[drive] == 1000 - used);
  state.replace(drive);
  for (std::uint32_t i = 0; i < reserved; ++i) state.release(drive);
  CHECK(state.taken_bytes()[drive] == 0);
  CHECK(state.open_drives()[zone] == open);
}

TEST_CASE("fleet state: a lost zone holds nothing and takes nothing") {
  Journalled world;
  world.state.lose_zone({}, 2);
  const DriveRange drives = world.topology.drives_of_zone(2);
  for (std::uint32_t drive = drives.first; drive < drives.last; ++drive) {
    CHECK(world.state.used_bytes()[drive] == 0);
    CHECK(world.state.taken_bytes()[drive] == 0);
    CHECK(world.state.is_gone(drive));
    world.state.replace(drive);
    CHECK_FALSE(world.state.is_present(drive));
  }
  CHECK(world.state.open_drives()[2] == 0);
  CHECK(world.state.under_protected() == 60);
  CHECK(check_extents(world.state).ok());
}

TEST_CASE("fleet state: the journal's shifts lead from one state to the next") {
  // Random failures, repairs and outages; after each, start plus shifts times the factor is what a
  // recount of readable shards bears. Drives in racks that are down are compared when back.
  Journalled world;
  FleetState& state = world.state;
  sim::RandomStream random(sim::Seed{3}, 0, sim::Purpose{1}, 0);
  Borne borne = recount(state);
  std::vector<std::uint32_t> lost;
  std::vector<std::uint32_t> failed;
  std::uint32_t zones_down = 0;
  for (int step = 0; step < 400; ++step) {
    world.journal.begin({});
    const std::uint32_t what = random.below(6);
    const std::uint32_t drive = random.below(world.topology.drives());
    if (step == 300) {
      state.lose_zone({}, 0);
    } else if (what == 0 && state.is_present(drive) && failed.size() < 4) {
      for (const std::uint32_t shard : state.begin_failure(drive)) {
        state.mark_lost({}, shard, shard);
        lost.push_back(shard);
      }
      state.end_failure(drive);
      failed.push_back(drive);
    } else if (what == 1 && !failed.empty()) {
      state.replace(failed.back());
      failed.pop_back();
    } else if (what == 2 && zones_down == 0) {
      state.begin_zone_outage({}, 1);
      zones_down = 1;
    } else if (what == 3 && zones_down == 1) {
      state.end_zone_outage({}, 1);
      zones_down = 0;
    } else {
      for (int i = 0; i < 5 && !lost.empty(); ++i) {
        const auto entries = state.map().of(lost.back() / 6);
        const bool is_held = std::find(entries.begin(), entries.end(), drive) != entries.end();
        if (is_held || state.takes_data()[drive] == 0) break;
        state.put({}, lost.back(), drive);
        lost.pop_back();
      }
    }
    play(world, borne);
    Borne truth = recount(state);
    for (const auto& [key, value] : borne) {
      if (!state.can_read(key.second)) continue;
      INFO("step " << step << " column " << key.first << " drive " << key.second);
      REQUIRE(value * state.factor() == Approx(truth[key]).margin(1e-3));
    }
    REQUIRE(check_extents(state).ok());
  }
}
