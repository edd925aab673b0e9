// Repair under bandwidth: the times and bytes that arithmetic gives.
#include <algorithm>
#include <catch2/catch.hpp>
#include <tuple>

#include "tests/support/living_fleet.hpp"

using namespace spindle;
using namespace spindle::models;
using test::FailingFleet;
using test::LivingFleet;
using test::PlacedFleet;

TEST_CASE("bandwidth: a single shard is back after detection and one transfer, exactly") {
  // One extent of two copies, a drive a rack: a lost rack loses one shard at most.
  FailingFleet fleet = test::quiet_fleet(0.01, {.racks_per_zone = 2,  // 100 B: 10,000 s
                                                .drives = 6,
                                                .shards = 2,
                                                .extents = 1,
                                                .spread = {1, 1},
                                                .detect = sim::Duration::hours(2)});
  for (std::uint32_t rack = 0; rack < 6; ++rack) {
    fleet.outages.scripted = {test::rack_lost(rack, 5)};
    LivingFleet living(fleet);
    const auto drives = living.placed().placement().drives_of(0);
    const bool is_hit = std::find(drives.begin(), drives.end(), rack) != drives.end();
    const double back_h = 5 + 2 + 10'000.0 / 3600;
    const auto& run = living.at(back_h - 1e-6);
    CHECK(run.missing_shards() == (is_hit ? 1 : 0));
    living.at(back_h + 1e-6);
    CHECK(run.missing_shards() == 0);
    CHECK(run.counts().restored_shards == (is_hit ? 1 : 0));
    if (is_hit) CHECK(run.counts().repair_s.max() == 17'200);
    const TransferBytes bytes = run.repair().bytes();
    CHECK(bytes.read == (is_hit ? 100 : 0));
    CHECK(bytes.written == bytes.read);
  }
}

TEST_CASE("bandwidth: a declustered rebuild takes its bytes over the helpers' bandwidth") {
  // bytes / (H b) (docs/theory/failure.md), scaled down. One zone of 51 racks of one drive; a rack
  // is lost, H = 50 drives read k shards and write one for each it held. What queues unevenly at
  // the end adds a few transfers to the 400 or 50 of each drive.
  FailingFleet fleet = test::quiet_fleet(1);  // 100 s a transfer
  fleet.zones = 1;
  fleet.racks_per_zone = 51;
  fleet.drives = 51;
  fleet.capacity_shards = 20'000;
  fleet.spread = {0, 1};
  fleet.extents = 20'000;
  fleet.replace = sim::Duration::days(300);  // the new drive helps nobody
  fleet.outages.scripted = {test::rack_lost(7, 0)};
  for (const auto& [shards, needed, slack] : {std::tuple{9U, 5U, 1.02}, {3U, 1U, 1.15}}) {
    fleet.shards = shards;
    fleet.needed = needed;
    fleet.run = 300;
    LivingFleet living(fleet);
    const auto& run = living.at(300 * 24 - 1);
    const std::uint64_t shards_lost = living.placed().counts()[7];
    const auto lost = static_cast<double>(shards_lost);
    REQUIRE(run.counts().restored_shards == shards_lost);
    const double expected_s = lost * (needed + 1) * 100 / 50;
    INFO(run.counts().repair_s.max() << " s, expected " << expected_s);
    CHECK(run.counts().repair_s.max() > expected_s);
    CHECK(run.counts().repair_s.max() < slack * expected_s);
    CHECK(run.repair().bytes().read == shards_lost * needed * 100);
    CHECK(run.repair().bytes().written == shards_lost * 100);
    CHECK(run.repair().bytes().cross_zone == 0);
    // Without waiting for one another: the mean is about half of the last.
    CHECK(run.counts().repair_s.quantile(0.5) == Approx(expected_s / 2).epsilon(0.15));
  }
}

TEST_CASE("bandwidth: copies in other zones are read across zones, shards of one zone are not") {
  FailingFleet fleet = test::quiet_fleet(1);
  fleet.spread = {1, 1};
  fleet.outages.scripted = {test::rack_lost(3, 1)};
  LivingFleet copies(fleet);
  copies.at(700);
  const TransferBytes bytes = copies.run().repair().bytes();
  REQUIRE(bytes.read > 5000);
  CHECK(bytes.cross_zone == bytes.read);  // the lost copy was the zone's only one
}

TEST_CASE("bandwidth: repair's disk time is what its bytes cost") {
  FailingFleet fleet = test::quiet_fleet(2);
  fleet.shards = 6;
  fleet.needed = 4;
  fleet.spread = {2, 1};
  fleet.outages.scripted = {test::rack_lost(0, 1)};
  const PlacedFleet placed(fleet, sim::Seed{1});
  // Drives with seeks, a second's io of 2 B: heat = 2 B/s / 2 B x service.
  DriveModel model = *find_drive_preset("talk");
  model.capacity = {100'000};
  model.annual_failure_rate = 0;
  const Topology topology({3, 10, 300, {{model, 1}}});
  RepairInputs inputs{
      topology,        fleet.spread,     4,           100, placed.placement(), placed.index(),
      placed.repair(), placed.failure(), sim::Seed{1}};
  inputs.repair.io = Bytes{2};
  sim::Engine engine;
  FleetState state(topology, 100, 4, placed.placement(), placed.index());
  const sim::Duration epoch = sim::Duration::days(10);
  DirectedLoad load(topology.drives(), epoch);
  load.begin({});
  Repair repair(inputs, 0, engine, state, fleet.outages.scripted, &load);
  engine.run_until(test::hour(29 * 24));
  REQUIRE(repair.counts().restored_shards > 100);
  REQUIRE(repair.missing_shards() == 0);
  double busy_s = 0;
  for (std::uint32_t drive = 0; drive < topology.drives(); ++drive) {
    for (const float heat : load.of(drive))
      busy_s += static_cast<double>(heat) * epoch.to_seconds();
  }
  const auto reads = static_cast<double>(repair.bytes().read) / 2;
  const auto writes = static_cast<double>(repair.bytes().written) / 2;
  const double expected =
      reads * read_service(model, 2).mean_s + writes * write_service(model, 2).mean_s;
  CHECK(busy_s == Approx(expected).epsilon(1e-4));  // heat is kept in single precision
}
