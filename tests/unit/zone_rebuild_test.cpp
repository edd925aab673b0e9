// After a zone is lost for good: what stays missing, what is rebuilt, and what finds no room.
#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/support/living_fleet.hpp"

using namespace spindle;
using namespace spindle::models;
using test::FailingFleet;
using test::LivingFleet;

namespace {

FailingFleet zone_lost_at_10(std::uint32_t shards, std::uint32_t needed, AfterZoneLoss after) {
  FailingFleet fleet = test::quiet_fleet(0.1);  // 100 B: 1,000 s
  fleet.shards = shards;
  fleet.needed = needed;
  fleet.spread = {(shards + 2) / 3, 1};
  fleet.options.after_zone_loss = after;
  fleet.outages.scripted = {test::zone_lost(1, 10)};
  return fleet;
}

std::uint64_t shards_in(const test::PlacedFleet& placed, std::uint32_t zone) {
  const DriveRange drives = placed.topology().drives_of_zone(zone);
  std::uint64_t out = 0;
  for (std::uint32_t d = drives.first; d < drives.last; ++d) out += placed.counts()[d];
  return out;
}

}  // namespace

TEST_CASE("zone lost: with 3 shards a zone, or one copy, every extent stays readable") {
  for (const auto& [shards, needed] : {std::pair{9U, 5U}, {3U, 1U}}) {
    LivingFleet living(zone_lost_at_10(shards, needed, AfterZoneLoss::kWait));
    const auto& run = living.at(30 * 24 - 1);
    CHECK(run.state().unreadable() == 0);
    CHECK(run.repair().health().most_unreadable() == 0);
    CHECK(run.counts().losses == 0);
    // Waiting: nothing comes back, nothing is moved, and it is told so.
    CHECK(run.state().under_protected() == 1000);
    CHECK(run.repair().zone_shards() == shards_in(living.placed(), 1));
    CHECK(run.repair().zone_restored_shards() == 0);
    CHECK(run.repair().bytes().read == 0);
    CHECK_FALSE(run.repair().time_to_full_protection());
    REQUIRE(run.repair().fleet_events().size() == 1);
    CHECK(run.repair().fleet_events()[0].kind == FleetEventKind::kZoneLost);
    CHECK(run.repair().fleet_events()[0].domain == 1);
    CHECK(run.state().used_bytes()[living.placed().topology().drives_of_zone(1).first] == 0);
  }
}

TEST_CASE(
    "zone lost: where the rule lets 5 of 9 sit in one zone, those extents are lost, no more") {
  FailingFleet fleet = zone_lost_at_10(9, 5, AfterZoneLoss::kRelax);
  fleet.zones = 2;
  fleet.spread = {5, 1};
  LivingFleet living(fleet);
  const auto& run = living.at(700);
  std::uint64_t lost = 0;
  const Topology& topology = living.placed().topology();
  for (std::uint32_t extent = 0; extent < 1000; ++extent) {
    const auto drives = living.placed().placement().drives_of(extent);
    const auto left = std::count_if(drives.begin(), drives.end(), [&](std::uint32_t drive) {
      return topology.zone_of(drive) == 0;
    });
    lost += left < 5 ? 1U : 0U;
  }
  REQUIRE(lost > 300);
  CHECK(run.state().unreadable() == lost);
  CHECK(run.counts().losses == lost);
  CHECK(run.counts().lost_extents == lost);
  CHECK(run.repair().health().most_unreadable() == lost);
  // The others have all nine shards in the zone that is left.
  CHECK(run.state().under_protected() == lost);
  CHECK(run.repair().spread().max_per_zone == 9);
  CHECK(run.repair().shortfall_shards() == 0);
  CHECK_FALSE(run.repair().time_to_full_protection());
}

TEST_CASE("zone lost: relaxed, all is rebuilt in the time that its bytes take") {
  for (const RepairLaw law : {RepairLaw::kBandwidth, RepairLaw::kExponential}) {
    FailingFleet fleet = zone_lost_at_10(9, 5, AfterZoneLoss::kRelax);
    fleet.options.law = law;
    fleet.run = 60;
    fleet.extents = 6000;
    fleet.options.bytes_per_s = 1;  // 100 s
    fleet.detect = sim::Duration::hours(2);
    LivingFleet living(fleet);
    for (double h = 9; h < 80; h += 3) living.at(h);
    const auto& run = living.at(1400);
    const std::uint64_t shards = shards_in(living.placed(), 1);
    CHECK(shards == 18'000);
    CHECK(run.repair().zone_restored_shards() == shards);
    CHECK(run.state().under_protected() == 0);
    CHECK(run.repair().health().most_under_protected() == 6000);
    CHECK(run.repair().spread().max_per_zone == 5);  // ceil(9 / 2)
    CHECK(run.repair().shortfall_shards() == 0);
    REQUIRE(run.repair().time_to_full_protection());
    const double took_s = run.repair().time_to_full_protection()->to_seconds();
    if (law == RepairLaw::kExponential) {
      CHECK(took_s > 7200);
      continue;
    }
    // 200 drives, 6 transfers of 100 s a shard: 54,000 s. Drives hold 180 +- 13 shards and 5 of an
    // extent's 6 are read, so that the last drive has some 20 % more to read than the mean.
    const double expected_s = static_cast<double>(shards) * 6 * 100 / 200;
    INFO(took_s);
    CHECK(took_s > 7200 + expected_s);
    CHECK(took_s < 7200 + 1.3 * expected_s);
    CHECK(run.repair().bytes().read == shards * 500);
    CHECK(run.repair().bytes().written == shards * 100);
    CHECK(run.counts().restored_shards == 0);
  }
}

TEST_CASE("zone lost: where the rule has room in what is left it is kept, waiting or not") {
  FailingFleet fleet = zone_lost_at_10(3, 1, AfterZoneLoss::kWait);
  fleet.spread = {2, 1};
  LivingFleet living(fleet);
  const auto& run = living.at(300);
  CHECK(run.state().under_protected() == 0);
  CHECK(run.repair().spread().max_per_zone == 2);
  CHECK(run.repair().time_to_full_protection());
}

TEST_CASE("zone lost: where space runs out the rest is counted short, until drives land") {
  // 3 zones of 100 drives, room for 12 shards each; 900 of 1,200 in a zone. Two zones have room for
  // 600 of the 900 lost.
  FailingFleet fleet = zone_lost_at_10(9, 5, AfterZoneLoss::kRelax);
  fleet.capacity_shards = 12;
  fleet.extents = 300;
  const test::PlacedFleet placed(fleet, sim::Seed{1});
  const RepairInputs inputs = placed.inputs();
  sim::Engine engine;
  FleetState state(placed.topology(), 100, 5, placed.placement(), placed.index());
  Repair repair(inputs, 0, engine, state, fleet.outages.scripted);
  engine.run_until(test::hour(600));
  CHECK(check_repair(inputs, placed.counts(), state, repair).ok());
  CHECK(repair.zone_shards() == 900);
  CHECK(repair.zone_restored_shards() + repair.shortfall_shards() == 900);
  CHECK(repair.shortfall_shards() >= 300);
  CHECK(repair.shortfall_shards() < 330);  // but for what no legal extent could fill
  CHECK_FALSE(repair.time_to_full_protection());
  CHECK(state.under_protected() > 0);
  const std::uint64_t events = engine.executed();
  engine.run_until(test::hour(700));
  CHECK(engine.executed() == events);  // it does not try for ever
}

TEST_CASE("zone lost: drives that land serve what found no room") {
  // Rack 0 is not there at the start; the others are nearly full.
  FailingFleet fleet = zone_lost_at_10(3, 1, AfterZoneLoss::kRelax);
  fleet.extents = 900;
  fleet.capacity_shards = 12;
  const test::PlacedFleet placed(fleet, sim::Seed{1});
  RepairInputs inputs = placed.inputs();
  PlacementResult placement = placed.placement();
  std::uint32_t unplaced = 0;
  for (std::uint32_t extent = 0; extent < 900; ++extent) {
    const auto first = placement.drive_of_shard.begin() + extent * 3;
    if (!std::any_of(first, first + 3, [](std::uint32_t drive) { return drive < 10; })) continue;
    ++unplaced;
    std::for_each(first, first + 3, [&](std::uint32_t& drive) {
      if (drive != PlacementResult::kNoDrive) placement.used_bytes[drive] -= 100;
      drive = PlacementResult::kNoDrive;
    });
  }
  REQUIRE(unplaced > 50);
  const ShardIndex index(placement, 300);
  const Topology full({3, 10, 300, {{test::drive_of_capacity(1000), 1}}});
  RepairInputs short_of_room{full,          inputs.spread,  1,          100, placement, index,
                             inputs.repair, inputs.failure, inputs.seed};
  sim::Engine engine;
  FleetState state(full, 100, 1, placement, index);
  for (std::uint32_t drive = 0; drive < 10; ++drive) state.set_absent(drive);
  Repair repair(short_of_room, 0, engine, state, {test::zone_lost(1, 10)});
  engine.run_until(test::hour(400));
  const std::uint64_t missing = repair.shortfall_shards();
  CHECK(missing > 200);
  CHECK(state.under_protected() == missing);
  for (std::uint32_t drive = 0; drive < 10; ++drive) repair.put_in_service(drive);
  engine.run_until(test::hour(600));
  // Ten drives with room for ten shards each.
  CHECK(repair.shortfall_shards() == missing - 100);
  CHECK(state.under_protected() == missing - 100);
  for (std::uint32_t drive = 0; drive < 10; ++drive) CHECK(state.used_bytes()[drive] == 1000);
}

TEST_CASE("zone lost: the last zone takes every extent, and the run goes on to its end") {
  for (const auto after : {AfterZoneLoss::kWait, AfterZoneLoss::kRelax}) {
    for (const auto law : {RepairLaw::kExponential, RepairLaw::kBandwidth}) {
      FailingFleet fleet = zone_lost_at_10(9, 5, after);
      fleet.lambda = 0.02;
      fleet.options.law = law;
      fleet.outages.scripted = {test::zone_lost(0, 10),   test::zone_down(1, 12, 40),
                                test::zone_lost(1, 20),   test::zone_lost(2, 30),
                                test::zone_lost(2, 31),   test::rack_lost(5, 40),
                                test::rack_down(5, 41, 1)};
      LivingFleet living(fleet);
      const auto& run = living.at(30 * 24);
      CHECK(run.state().unreadable() == 1000);
      CHECK(run.counts().lost_extents == 1000);
      CHECK(run.missing_shards() <= 9000);
      CHECK_FALSE(run.repair().time_to_full_protection());
      for (const std::uint64_t bytes : run.state().used_bytes()) CHECK(bytes == 0);
      for (const DriveFailure& failure : run.failures()) CHECK(failure.at < test::hour(30));
    }
  }
}

TEST_CASE("zone lost: the rebuild goes on through failures and outages of what is left") {
  FailingFleet fleet = zone_lost_at_10(9, 5, AfterZoneLoss::kRelax);
  fleet.lambda = 0.0005;
  fleet.outages.scripted.push_back(test::zone_down(0, 15, 6));
  fleet.outages.scripted.push_back(test::rack_lost(25, 18));
  fleet.outages.scripted.push_back(test::rack_down(26, 25, 4));
  LivingFleet living(fleet);
  for (double h = 9; h < 60; h += 1) living.at(h);
  const auto& run = living.at(700);
  CHECK(run.counts().losses == 0);
  CHECK(run.repair().zone_restored_shards() == run.repair().zone_shards());
  CHECK(run.repair().time_to_full_protection());
  CHECK(run.counts().failures > 0);
  CHECK(run.repair().health().most_unreadable() > 500);  // while two zones were down
}

TEST_CASE("zone lost: renewed extents are missed no more, drives land when they are told") {
  FailingFleet fleet = zone_lost_at_10(3, 1, AfterZoneLoss::kWait);
  fleet.spread = {0, 1};
  fleet.options.bytes_per_s = 0;
  fleet.lambda = 0.5;
  fleet.extents = 30;
  const test::PlacedFleet placed(fleet, sim::Seed{1});
  const RepairInputs inputs = placed.inputs();
  sim::Engine engine;
  FleetState state(placed.topology(), 100, 1, placed.placement(), placed.index());
  std::uint32_t landing = 0;  // an empty drive of zone 0
  while (placed.counts()[landing] != 0) ++landing;
  REQUIRE(landing < 100);
  state.set_absent(landing);
  Repair repair(inputs, 0, engine, state, fleet.outages.scripted);
  engine.run_until(test::hour(300));
  for (const DriveFailure& failure : repair.failures()) CHECK(failure.slot != landing);
  repair.put_in_service(landing);
  CHECK(state.is_present(landing));
  const FailureProcess process(placed.topology(), placed.failure(), sim::Seed{1}, 0);
  const sim::Instant first = process.failure(landing, 0, test::hour(300));
  engine.run_until(test::hour(719));
  const auto failures = repair.failures();
  const auto seen =
      std::find_if(failures.begin(), failures.end(),
                   [&](const DriveFailure& failure) { return failure.slot == landing; });
  REQUIRE(first < test::hour(719));
  REQUIRE(seen != failures.end());
  CHECK(seen->at == first);

  REQUIRE(repair.missing_shards() > 5);
  std::vector<std::uint32_t> drives;
  for (std::uint32_t drive = 0; drives.size() < 3; ++drive) {
    if (state.takes_data()[drive] != 0) drives.push_back(drive);
  }
  for (std::uint32_t extent = 0; extent < 30; ++extent) {
    repair.forget(extent);
    state.renew(engine.now(), extent, drives, 0, 0);
    CHECK(check_extents(state).ok());
  }
  repair.observe();
  CHECK(repair.missing_shards() == 0);
  CHECK(repair.zone_shards() == 0);
  CHECK(repair.time_to_full_protection());
  CHECK(state.under_protected() == 0);
}
