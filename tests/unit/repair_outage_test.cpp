// Racks and zones that go down or are lost, and repair between them.
#include <rapidcheck.h>

#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/support/living_fleet.hpp"

using namespace spindle;
using namespace spindle::models;
using test::FailingFleet;
using test::LivingFleet;
using test::PlacedFleet;

namespace {

// Placed extents with fewer than `needed` shards on drives for which `is_up`.
template <class IsUp>
std::uint64_t count_unreadable(const PlacementResult& placement, std::uint32_t needed, IsUp is_up) {
  std::uint64_t out = 0;
  const auto extents =
      static_cast<std::uint32_t>(placement.drive_of_shard.size() / placement.shards_per_extent);
  for (std::uint32_t extent = 0; extent < extents; ++extent) {
    const auto drives = placement.drives_of(extent);
    const auto up = std::count_if(drives.begin(), drives.end(), is_up);
    out += up < static_cast<std::ptrdiff_t>(needed) ? 1U : 0U;
  }
  return out;
}

FailingFleet five_of_nine(double bytes_per_s, std::uint32_t max_per_zone = 3) {
  FailingFleet fleet = test::quiet_fleet(bytes_per_s);
  fleet.shards = 9;
  fleet.needed = 5;
  fleet.spread = {max_per_zone, 1};
  return fleet;
}

}  // namespace

TEST_CASE("outage: a zone down for a time loses nothing, and its return restores all reads") {
  for (const bool is_even : {true, false}) {
    // The placement splits evenly where it can; with two zones 5 of 9 lie in one of them.
    FailingFleet fleet = five_of_nine(1, is_even ? 3 : 5);
    fleet.zones = is_even ? 3 : 2;
    fleet.racks_per_zone = 10;
    fleet.outages.scripted = {test::zone_down(1, 10, 6), test::rack_down(2, 11, 2)};
    LivingFleet living(fleet);
    const auto& run = living.at(10.5);
    const Topology& topology = living.placed().topology();
    const auto zone_is_up = [&](std::uint32_t drive) { return topology.zone_of(drive) != 1; };
    const std::uint64_t without_zone = count_unreadable(living.placed().placement(), 5, zone_is_up);
    CHECK((without_zone > 0) == !is_even);
    CHECK(run.state().unreadable() == without_zone);
    const auto both_up = [&](std::uint32_t drive) {
      return zone_is_up(drive) && topology.rack_of(drive) != 2;
    };
    const std::uint64_t worst = count_unreadable(living.placed().placement(), 5, both_up);
    CHECK(living.at(12).state().unreadable() == worst);
    CHECK(living.at(17).state().unreadable() == 0);
    CHECK(run.state().under_protected() == 0);
    CHECK(run.repair().health().most_unreadable() == worst);
    const auto sums = run.repair().health().sums_at(run.now());
    CHECK(sums.zone_down_s == 6 * 3600);
    const double expected =
        (4.0 * static_cast<double>(without_zone) + 2.0 * static_cast<double>(worst)) * 3600;
    CHECK(sums.unreadable_s == Approx(expected));
    CHECK(sums.zone_down_unreadable_s == sums.unreadable_s);
    CHECK(run.repair().bytes().read == 0);
    const auto events = run.repair().fleet_events();
    REQUIRE(events.size() == 4);
    CHECK(events[0].kind == FleetEventKind::kZoneDown);
    CHECK(events[0].at == test::hour(10));
    CHECK(events[1].kind == FleetEventKind::kRackDown);
    CHECK(events[2].kind == FleetEventKind::kRackUp);
    CHECK(events[2].domain == 2);
    CHECK(events[3].kind == FleetEventKind::kZoneUp);
    CHECK(events[3].at == test::hour(16));
  }
}

TEST_CASE("outage: overlapping outages of a domain end with the last") {
  FailingFleet fleet = five_of_nine(1, 5);
  fleet.zones = 2;
  fleet.outages.scripted = {test::zone_down(0, 1, 5), test::zone_down(0, 2, 1),
                            test::zone_down(0, 4, 10)};
  LivingFleet living(fleet);
  const std::uint64_t down = living.at(1.5).state().unreadable();
  CHECK(down > 0);
  for (const double h : {2.5, 3.5, 5.0, 7.0, 13.9}) {
    CHECK(living.at(h).state().unreadable() == down);
  }
  CHECK(living.at(14.1).state().unreadable() == 0);
  const auto events = living.run().repair().fleet_events();
  REQUIRE(events.size() == 2);
  CHECK(events[0].at == test::hour(1));
  CHECK(events[1].kind == FleetEventKind::kZoneUp);
  CHECK(events[1].at == test::hour(14));
}

TEST_CASE("outage: a lost rack comes back empty after the replacement and its shards elsewhere") {
  FailingFleet fleet = five_of_nine(100);
  fleet.replace = sim::Duration::hours(48);
  fleet.detect = sim::Duration::hours(1);
  fleet.outages.scripted = {test::rack_lost(4, 10)};
  LivingFleet living(fleet);
  const auto& run = living.at(10.5);
  std::uint64_t held = 0;
  for (std::uint32_t drive = 40; drive < 50; ++drive) held += living.placed().counts()[drive];
  CHECK(held > 100);
  CHECK(run.missing_shards() == held);
  CHECK(run.counts().failures == 0);  // no drive failed by itself
  CHECK(living.at(20).missing_shards() == 0);
  CHECK(run.counts().restored_shards == held);
  CHECK_FALSE(run.state().is_present(45));
  CHECK_FALSE(living.at(57.9).state().is_present(45));
  CHECK(living.at(58.1).state().is_present(45));
  CHECK(run.state().used_bytes()[45] == 0);
}

TEST_CASE("outage: full protection after lost racks is there with the last of their shards") {
  for (const RepairLaw law : {RepairLaw::kExponential, RepairLaw::kBandwidth}) {
    // Drives fail all the time: what they lose is of no account.
    FailingFleet fleet = five_of_nine(0.01);
    fleet.options.law = law;
    fleet.lambda = 0.02;
    fleet.outages.scripted = {test::rack_lost(3, 10), test::rack_lost(20, 400)};
    LivingFleet living(fleet);
    const Repair& repair = living.run().repair();
    const auto took_h = [&] { return repair.time_to_full_protection()->to_seconds() / 3600; };
    const auto missing_in = [&](std::uint32_t rack) {  // of the placement's shards there
      std::uint64_t out = 0;
      const auto& drives = living.placed().placement().drive_of_shard;
      for (std::uint32_t shard = 0; shard < drives.size(); ++shard) {
        const bool is_lost = ShardMap::is_lost(living.run().state().map().entry(shard));
        out += living.placed().topology().rack_of(drives[shard]) == rack && is_lost ? 1U : 0U;
      }
      return out;
    };
    living.at(9.9);
    CHECK(repair.counts().failures > 0);
    CHECK_FALSE(repair.time_to_full_protection());
    double h = 10;
    do {
      living.at(++h);
      if (!repair.time_to_full_protection()) CHECK(missing_in(3) > 0);
    } while (!repair.time_to_full_protection() && h < 300);
    CHECK(took_h() > h - 11);
    CHECK(took_h() <= h - 10);
    const double first = took_h();
    living.at(399);
    CHECK(took_h() == first);
    living.at(401);
    CHECK_FALSE(repair.time_to_full_protection());
    living.at(30 * 24 - 1);
    CHECK(took_h() > 390);
  }
  FailingFleet fleet = five_of_nine(0);
  fleet.outages.scripted = {test::rack_lost(3, 10)};
  CHECK_FALSE(LivingFleet(fleet).at(300).repair().time_to_full_protection());
}

TEST_CASE("outage: a rebuild that loses a drive or a rack at work starts again and ends") {
  FailingFleet fleet = five_of_nine(0.01);  // 10,000 s a transfer
  fleet.extents = 100;
  fleet.outages.scripted = {test::rack_lost(0, 1)};
  std::vector<Outage> blows;
  for (std::uint32_t rack = 1; rack < 12; ++rack) {
    blows.push_back(test::rack_down(rack, 1 + 0.2 * rack, 0.1));
    blows.push_back(test::rack_lost(rack + 12, 1.1 + 0.2 * rack));
  }
  LivingFleet calm(fleet);
  calm.at(500);
  CHECK(calm.run().counts().restarted == 0);
  CHECK(calm.run().missing_shards() == 0);
  fleet.outages.scripted.insert(fleet.outages.scripted.end(), blows.begin(), blows.end());
  LivingFleet living(fleet);
  for (double h = 1; h < 5; h += 0.1) living.at(h);
  const auto& run = living.at(500);
  CHECK(run.counts().restarted > 20);
  CHECK(run.missing_shards() == 0);
  CHECK(run.state().under_protected() == 0);
  CHECK(run.state().taken_bytes().size() == 300);
  CHECK(std::equal(run.state().taken_bytes().begin(), run.state().taken_bytes().end(),
                   run.state().used_bytes().begin()));
}

TEST_CASE("outage: what cannot be read for a time waits for the outage's end") {
  for (const RepairLaw law : {RepairLaw::kBandwidth, RepairLaw::kExponential}) {
    FailingFleet fleet = five_of_nine(1e9);
    fleet.options.law = law;
    fleet.outages.scripted = {test::zone_down(0, 1, 200), test::rack_down(10, 1, 200),
                              test::rack_down(20, 1, 200), test::rack_lost(11, 2)};
    LivingFleet living(fleet);
    const auto& run = living.at(190);
    // With 3 shards down, extents with shards in racks 11 and 10 or 20 have 4 left at most.
    CHECK(run.counts().losses == 0);
    CHECK(run.missing_shards() > 10);
    CHECK(run.missing_shards() == run.waiting_shards());
    CHECK(run.counts().restored_shards > 10);
    if (law == RepairLaw::kBandwidth) {
      CHECK(living.at(202).missing_shards() == 0);
    } else {
      CHECK(living.at(201.1).missing_shards() == 0);
    }
  }
}

TEST_CASE("bandwidth: at 0 nothing is ever rebuilt, and nothing waits") {
  FailingFleet fleet = five_of_nine(0);
  fleet.outages.scripted = {test::rack_lost(0, 1), test::zone_lost(2, 5)};
  fleet.options.after_zone_loss = AfterZoneLoss::kRelax;
  LivingFleet living(fleet);
  const auto& run = living.at(30 * 24 - 1);
  CHECK(run.counts().restored_shards == 0);
  CHECK(run.waiting_shards() == 0);
  CHECK(run.missing_shards() > 100);
  CHECK(run.repair().zone_restored_shards() == 0);
  CHECK_FALSE(run.repair().time_to_full_protection());
}

TEST_CASE("bandwidth: so little of it that nothing ends in the run is no different from none") {
  for (const double bytes_per_s : {1e-300, 1e-9, 1e-5}) {
    FailingFleet fleet = five_of_nine(bytes_per_s);
    fleet.outages.scripted = {test::rack_lost(0, 1), test::rack_down(1, 2, 3)};
    LivingFleet living(fleet);
    const auto& run = living.at(240);
    CHECK(run.counts().restored_shards == 0);
    CHECK(run.missing_shards() > 100);
    CHECK(run.repair().bytes().read == 0);
  }
  FailingFleet fleet = five_of_nine(-1);
  CHECK_THROWS_WITH(LivingFleet(fleet), Catch::Contains("check bandwidth"));
}

TEST_CASE("bandwidth: room is kept from the start of a transfer") {
  // 3 racks of 4 drives with room for 10 shards each; 100 extents of one copy on them fill 100 of
  // 120. A lost drive's 8 or so shards are on their way for long: what room is left is promised.
  FailingFleet fleet = test::quiet_fleet(0.001, {.zones = 1,
                                                 .racks_per_zone = 12,
                                                 .drives = 12,
                                                 .capacity_shards = 10,
                                                 .shards = 2,
                                                 .extents = 48,
                                                 .spread = {0, 1},
                                                 .replace = sim::Duration::days(365)});
  fleet.outages.scripted = {test::rack_lost(0, 1), test::rack_lost(1, 2), test::rack_lost(2, 3)};
  LivingFleet living(fleet);
  const auto& run = living.at(3.5);
  const Repair& repair = run.repair();
  std::uint64_t promised = 0;
  repair.for_each_reserved([&](std::uint32_t, std::uint32_t) { ++promised; });
  CHECK(promised > 0);
  CHECK(promised + run.waiting_shards() <= run.missing_shards());
  living.at(30 * 24 - 1);
  std::uint64_t used = 0;
  for (std::uint32_t drive = 3; drive < 12; ++drive) {
    used += run.state().used_bytes()[drive];
    CHECK(run.state().taken_bytes()[drive] <= 1000);
  }
  CHECK(used >= 9 * 1000 - 500);  // filled up but for what no rack may take
}

TEST_CASE("outage: failures keep their times under every law, bandwidth and outage") {
  FailingFleet fleet;
  fleet.lambda = 0.05;
  fleet.run = 60;
  fleet.drives = 90;
  fleet.replace = sim::Duration::hours(30);
  const auto failures_of = [](const FailingFleet& changed) {
    LivingFleet living(changed);
    const auto& run = living.at(60 * 24);
    return std::vector<DriveFailure>(run.failures().begin(), run.failures().end());
  };
  const auto reference = failures_of(fleet);
  REQUIRE(reference.size() > 150);
  const auto expect_same = [&](const FailingFleet& changed, sim::Instant lost_at) {
    const Topology topology({3, 10, 90, {{test::drive_of_capacity(1), 1}}});
    const auto seen = failures_of(changed);
    std::size_t i = 0;
    for (const DriveFailure& failure : reference) {
      if (topology.zone_of(failure.slot) == 2 && failure.at > lost_at) continue;
      REQUIRE(i < seen.size());
      REQUIRE(seen[i].slot == failure.slot);
      REQUIRE(seen[i].at == failure.at);
      ++i;
    }
    CHECK(i == seen.size());
  };
  const auto never = sim::Instant::never();
  fleet.options.law = RepairLaw::kBandwidth;
  for (const double bytes_per_s : {0.0, 0.01, 1e6}) {
    fleet.options.bytes_per_s = bytes_per_s;
    expect_same(fleet, never);
  }
  fleet.outages.scripted = {test::zone_down(0, 100, 30), test::rack_lost(3, 200),
                            test::rack_lost(3, 210), test::rack_down(4, 300, 100)};
  fleet.outages.random = {{DomainKind::kRack, 20, false, sim::Duration::hours(5)}};
  expect_same(fleet, never);
  fleet.policy = test::policy("static");
  expect_same(fleet, never);
  fleet.outages.scripted.push_back(test::zone_lost(2, 400));
  expect_same(fleet, test::hour(400));
}

TEST_CASE("outage: every state of a fleet full of them passes the checker") {
  const bool ok = rc::check("outages: invariants", [] {
    // Two racks a zone at least, so that one that is down leaves another.
    auto any = test::any_fleet(2);
    if (!any) return true;
    FailingFleet& fleet = *any;
    fleet.lambda = *rc::gen::element(0.0, 0.1, 0.5);
    fleet.detect = sim::Duration::hours(*rc::gen::inRange(0, 10));
    fleet.options.law = *rc::gen::element(RepairLaw::kExponential, RepairLaw::kBandwidth);
    fleet.options.bytes_per_s = *rc::gen::element(0.0, 0.001, 0.01, 1.0);
    fleet.options.after_zone_loss = *rc::gen::element(AfterZoneLoss::kWait, AfterZoneLoss::kRelax);
    const auto hours = sim::Duration::hours(*rc::gen::inRange(0, 50));
    fleet.outages.random = {{DomainKind::kZone, *rc::gen::element(0.0, 40.0), false, hours},
                            {DomainKind::kZone, *rc::gen::element(0.0, 12.0), true, {}},
                            {DomainKind::kRack, *rc::gen::element(0.0, 40.0), false, hours},
                            {DomainKind::kRack, *rc::gen::element(0.0, 20.0), true, {}}};
    fleet.outages.scripted = {test::rack_down(0, 5, 5)};
    return test::passes_the_checker(fleet, [](const RepairRun& run) {
      return run.repair().zone_restored_shards() <= run.repair().zone_shards() &&
             run.counts().lost_extents <= run.counts().losses;
    });
  });
  REQUIRE(ok);
}
