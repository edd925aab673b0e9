// What links let through of repair: the maximum flow against the bounds of single links.
#include "models/repair/network_share.hpp"

#include <rapidcheck.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "tests/support/living_fleet.hpp"

using namespace spindle;
using namespace spindle::models;
using test::FailingFleet;
using test::LivingFleet;

namespace {

Topology shape(std::uint32_t zones, std::uint32_t racks, std::uint32_t drives,
               std::uint32_t landing = 0) {
  return Topology({zones, racks, drives, {{*find_drive_preset("nearline-20tb"), 1}}, landing});
}

}  // namespace

TEST_CASE("network: the uplink and the zone's link of 5+4, by hand") {
  // 3 zones x 4 racks x 10 drives, each giving 6 B/s: 5 of them read, 50 out of a rack and 200 out
  // of a zone's racks. Three a zone: of 8 other shards 6 are in other zones, 150 B/s.
  const Topology fleet = shape(3, 4, 120);
  const SpreadRule spread{3, 1};
  const auto share = [&](double uplink, double link) {
    return network_share(fleet, spread, 9, 5, 6, {uplink, link});
  };
  CHECK(share(0, 0) == 1);
  CHECK(share(50, 0) == 1);
  CHECK(share(30, 0) == Approx(.6).epsilon(1e-12));
  CHECK(share(0, 60) == Approx(.4).epsilon(1e-12));
  CHECK(share(30, 60) == Approx(.4).epsilon(1e-12));
  CHECK(share(10, 60) == Approx(.2).epsilon(1e-12));
  CHECK(share(1e9, 1e9) == 1);
  CHECK(network_share(fleet, spread, 9, 5, 0, {1, 1}) == 1);
  CHECK(network_share(fleet, spread, 9, 9, 6, {1, 1}) == 1);  // nothing to repair from
  // One zone: its link carries nothing. Two copies in two zones: all they read does cross.
  CHECK(network_share(shape(1, 12, 120), {0, 1}, 9, 5, 6, {0, 1e-9}) == 1);
  CHECK(network_share(shape(2, 5, 100), {1, 1}, 2, 1, 2, {0, 25}) == Approx(.5).epsilon(1e-12));
  CHECK_THROWS_AS(share(-1, 0), std::invalid_argument);
  CHECK_THROWS_AS(share(0, INFINITY), std::invalid_argument);
}

TEST_CASE("network: in a tree of links the narrowest decides") {
  REQUIRE(rc::check([] {
    const std::uint32_t zones = *rc::gen::inRange(1U, 6U);
    const std::uint32_t racks = *rc::gen::inRange(1U, 6U);
    const std::uint32_t drives = *rc::gen::inRange(zones * racks, 200U);
    const std::uint32_t needed = *rc::gen::inRange(1U, 8U);
    const std::uint32_t shards = needed + *rc::gen::inRange(1U, 5U);
    const SpreadRule spread{0, *rc::gen::inRange(0U, 2U),
                            *rc::gen::element(ZoneDraw::kEven, ZoneDraw::kAny)};
    const double uplink = *rc::gen::inRange(1, 100);
    const double link = *rc::gen::inRange(1, 300);
    const Topology fleet = shape(zones, racks, drives, *rc::gen::inRange(0U, 3U));

    double pairs = 0;  // of shards in one zone, over all pairs
    for (std::uint32_t zone = 0; zone < zones; ++zone) {
      const double held = shards / zones + (zone < shards % zones ? 1 : 0);
      pairs += held * (held - 1) / (shards * (shards - 1.0));
    }
    const double same_zone = spread.zones == ZoneDraw::kAny ? 1.0 / zones : pairs;
    const double same_rack = spread.max_per_rack == 1 ? 0 : same_zone / racks;
    const double of_drive = 3.0 * needed / (needed + 1);
    double expected = 1;
    for (std::uint32_t rack = 0; rack < fleet.racks(); ++rack) {
      if (fleet.is_landing_rack(rack)) continue;
      const double load = of_drive * fleet.drives_of_rack(rack).size() * (1 - same_rack);
      if (load > 0) expected = std::min(expected, uplink / load);
    }
    for (std::uint32_t zone = 0; zone < zones; ++zone) {
      double of_zone = 0;
      const DriveRange range = fleet.racks_of_zone(zone);
      for (std::uint32_t rack = range.first; rack < range.last; ++rack) {
        if (!fleet.is_landing_rack(rack)) of_zone += fleet.drives_of_rack(rack).size();
      }
      const double load = of_drive * of_zone * (1 - same_zone);
      if (load > 0) expected = std::min(expected, link / load);
    }
    const double share = network_share(fleet, spread, shards, needed, 3, {uplink, link});
    RC_LOG() << share << ", expected " << expected << "\n";
    return std::abs(share / expected - 1) < 1e-9;
  }));
}

// 1 / share times as long as over the drives alone (tests/oracle/repair_bandwidth_test.cpp).
TEST_CASE("network: a declustered rebuild takes its bytes over what the links let through") {
  FailingFleet fleet = test::quiet_fleet(1);
  fleet.zones = 1;
  fleet.racks_per_zone = 51;
  fleet.drives = 51;
  fleet.capacity_shards = 20'000;
  fleet.spread = {0, 1};
  fleet.shards = 9;
  fleet.needed = 5;
  fleet.extents = 20'000;
  fleet.run = 300;
  fleet.replace = sim::Duration::days(300);
  fleet.outages.scripted = {test::rack_lost(7, 0)};
  fleet.options.network.rack_uplink = 5.0 / 6 / 4;  // a drive a rack reads at 5/6 B/s
  LivingFleet living(fleet);
  const auto& run = living.at(300 * 24 - 1);
  const auto lost = static_cast<double>(living.placed().counts()[7]);
  const double expected_s = lost * 6 * 400 / 50;
  INFO(run.counts().repair_s.max() << " s, expected " << expected_s);
  CHECK(run.counts().repair_s.max() > expected_s);
  CHECK(run.counts().repair_s.max() < 1.03 * expected_s);
}
