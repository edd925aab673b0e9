// Whose turn it is under bounded repair: most exposed first, lazy, and what a backlog may change.
#include <rapidcheck.h>

#include <algorithm>
#include <catch2/catch.hpp>

#include "models/repair/rebuild_backlog.hpp"
#include "tests/support/living_fleet.hpp"

using namespace spindle;
using namespace spindle::models;
using test::FailingFleet;
using test::LivingFleet;

namespace {

// Three copies on 51 racks of one drive, 100 s a transfer; racks 7 and 8 are lost within a minute.
FailingFleet two_racks_lost(RebuildOrder order, std::uint32_t start_at) {
  FailingFleet fleet = test::quiet_fleet(1);
  fleet.zones = 1;
  fleet.racks_per_zone = 51;
  fleet.drives = 51;
  fleet.capacity_shards = 20'000;
  fleet.spread = {0, 1};
  fleet.extents = 20'000;
  fleet.replace = sim::Duration::days(300);  // the new drives help nobody
  fleet.run = 300;
  fleet.options.order = order;
  fleet.options.start_at = start_at;
  fleet.outages.scripted = {test::rack_lost(7, 0), test::rack_lost(8, 1.0 / 60)};
  return fleet;
}

std::uint64_t held_by_both(const PlacementResult& placement) {
  std::uint64_t out = 0;
  for (std::uint32_t extent = 0; extent < 20'000; ++extent) {
    const auto drives = placement.drives_of(extent);
    const auto lost = std::count_if(drives.begin(), drives.end(),
                                    [](std::uint32_t drive) { return drive == 7 || drive == 8; });
    out += lost == 2 ? 1U : 0U;
  }
  return out;
}

// The first hour at which nothing is exposed, and at which nothing is missing.
struct Recovery {
  double safe_h = 0;
  double whole_h = 0;
};
Recovery recovery_of(const FailingFleet& fleet) {
  LivingFleet living(fleet);
  Recovery out;
  for (double h = .1; out.whole_h == 0; h += .1) {
    REQUIRE(h < 1000);
    const RepairRun& run = living.at(h);
    if (out.safe_h == 0 && run.state().exposed() == 0) out.safe_h = h;
    if (run.missing_shards() == 0) out.whole_h = h;
  }
  return out;
}

}  // namespace

TEST_CASE("order: a backlog by exposure, and by who came first") {
  RebuildBacklog exposed(RebuildOrder::kMostExposedFirst);
  RebuildBacklog fifo(RebuildOrder::kFirstComeFirstServed);
  for (RebuildBacklog* backlog : {&exposed, &fifo}) {
    backlog->add(5, 1);
    backlog->add(3, 2);
    backlog->add(9, 1);
    backlog->add(4, 2);
    backlog->add(7, 1);
    backlog->add(9, 3);  // lost another
    backlog->add(4, 1);  // got one back: behind 5, which came before
    backlog->drop(7);
    backlog->drop(7);
    backlog->drop(100);
    CHECK(backlog->size() == 4);
  }
  for (const std::uint32_t number : {9U, 3U, 5U, 4U}) CHECK(exposed.take() == number);
  for (const std::uint32_t number : {5U, 3U, 9U, 4U}) CHECK(fifo.take() == number);
  CHECK_FALSE(exposed.take());
  exposed.add(3, 1);  // a number that is used again comes last
  exposed.add(2, 1);
  CHECK(exposed.take() == 3U);
}

TEST_CASE("order: most exposed first makes what hangs by one copy safe at once, in no more time") {
  const Recovery fifo = recovery_of(two_racks_lost(RebuildOrder::kFirstComeFirstServed, 1));
  const Recovery exposed = recovery_of(two_racks_lost(RebuildOrder::kMostExposedFirst, 1));
  INFO("fifo: " << fifo.safe_h << " h safe, " << fifo.whole_h << " h whole");
  INFO("exposed: " << exposed.safe_h << " h safe, " << exposed.whole_h << " h whole");
  // Some 40 of 2,300 shards hang by one copy: they wait for the few transfers that are queued.
  CHECK(exposed.safe_h < fifo.safe_h / 3);
  CHECK(exposed.whole_h < 1.15 * fifo.whole_h);
  CHECK(exposed.whole_h > .85 * fifo.whole_h);
}

TEST_CASE("order: lazy repair rebuilds all of what lacks enough, and nothing else") {
  for (const RebuildOrder order :
       {RebuildOrder::kFirstComeFirstServed, RebuildOrder::kMostExposedFirst}) {
    LivingFleet living(two_racks_lost(order, 2));
    const std::uint64_t both = held_by_both(living.placed().placement());
    REQUIRE(both > 10);
    CHECK(living.at(.01).counts().restored_shards == 0);
    const auto& run = living.at(100);
    CHECK(run.counts().restored_shards == 2 * both);
    CHECK(run.state().exposed() == 0);
    const auto& counts = living.placed().counts();
    CHECK(run.missing_shards() == counts[7] + counts[8] - 2 * both);
    CHECK(run.repair().backlog() == 0);
  }
}

TEST_CASE("order: a lost zone makes the rest due") {
  // 5 of 9, three a zone; from two missing on. A rack's loss alone is no matter, the zone's is.
  FailingFleet fleet = test::quiet_fleet(1);
  fleet.shards = 9;
  fleet.needed = 5;
  fleet.options.start_at = 2;
  fleet.options.after_zone_loss = AfterZoneLoss::kRelax;
  fleet.outages.scripted = {test::rack_lost(25, 1), test::zone_lost(0, 5)};
  LivingFleet living(fleet);
  const std::uint64_t lost = living.at(4.9).missing_shards();
  REQUIRE(lost > 0);
  CHECK(living.run().counts().restored_shards == 0);
  const auto& run = living.at(24 * 29);
  CHECK(run.counts().restored_shards == lost);
  CHECK(run.state().under_protected() == 0);
}

TEST_CASE("order: every state of random small fleets obeys the checker, whoever's turn it is") {
  REQUIRE(rc::check([] {
    auto fleet = test::any_fleet(1);
    if (!fleet) return true;
    fleet->options.law = RepairLaw::kBandwidth;
    fleet->options.bytes_per_s = *rc::gen::element(1e-4, 1e-3, .1);
    fleet->options.order =
        *rc::gen::element(RebuildOrder::kMostExposedFirst, RebuildOrder::kFirstComeFirstServed);
    fleet->options.start_at = *rc::gen::inRange(1U, 4U);
    fleet->options.network = {*rc::gen::element(0.0, 1e-3), *rc::gen::element(0.0, 1e-2)};
    fleet->detect = sim::Duration::hours(*rc::gen::inRange(0, 12));
    fleet->options.after_zone_loss = *rc::gen::element(AfterZoneLoss::kWait, AfterZoneLoss::kRelax);
    if (*rc::gen::arbitrary<bool>()) {
      fleet->outages.scripted.push_back(test::zone_down(0, 100, 50));
      fleet->outages.scripted.push_back(test::rack_lost(0, 200));
      fleet->outages.scripted.push_back(test::zone_lost(fleet->zones - 1, 400));
    }
    return test::passes_the_checker(*fleet, [](const RepairRun& run) {
      return run.repair().backlog() <= run.missing_shards();
    });
  }));
}
