// Isolation of tenants, on maps made by hand.

#include "models/placement/isolation.hpp"

#include <bit>
#include <catch2/catch.hpp>
#include <cmath>

#include "tests/support/placement_world.hpp"

using namespace spindle;
using namespace spindle::models;

namespace {

constexpr std::uint32_t kNoDrive = PlacementResult::kNoDrive;

// 2 zones of 2 racks of 2 drives. Tenants: extents {0, 4}, {0, 5}; {1, 4}; {2, 6}, none; nothing.
struct SharedFleet {
  Topology topology = test::fleet(2, 2, 8, 1000);
  ExtentTable extents;
  PlacementResult result;
  SharedFleet() {
    extents.first_extent = {0, 2, 3, 5, 5};
    result.shards_per_extent = 2;
    result.drive_of_shard = {0, 4, 0, 5, 1, 4, 2, 6, kNoDrive, kNoDrive};
  }
  [[nodiscard]] TenantDrives drives() const { return {topology, extents, result}; }
};

std::vector<std::uint32_t> list(std::span<const std::uint32_t> drives) {
  return {drives.begin(), drives.end()};
}

}  // namespace

TEST_CASE("isolation: drives of tenants, each once and in order") {
  const TenantDrives drives = SharedFleet().drives();
  CHECK(drives.tenants() == 4);
  CHECK(list(drives.of(0)) == std::vector<std::uint32_t>{0, 4, 5});
  CHECK(list(drives.of(1)) == std::vector<std::uint32_t>{1, 4});
  CHECK(list(drives.of(2)) == std::vector<std::uint32_t>{2, 6});
  CHECK(drives.of(3).empty());
}

TEST_CASE("isolation: overlap of all pairs, and of pairs drawn") {
  const TenantDrives drives = SharedFleet().drives();
  const DriveOverlap all = drive_overlap(drives, 6, {1});
  CHECK(all.pairs == 6);
  CHECK(all.with_shared == std::vector<std::uint64_t>{5, 1});
  CHECK(all.mean == Approx(1.0 / 6));
  const DriveOverlap drawn = drive_overlap(drives, 5, {1});  // one fewer than there are
  CHECK(drawn.pairs == 5);
  CHECK(drive_overlap(drives, 5, {1}).with_shared == drawn.with_shared);

  SharedFleet lonely;
  lonely.extents.first_extent = {0, 5};
  CHECK(drive_overlap(lonely.drives(), 100, {1}).pairs == 0);
  CHECK(drive_overlap(lonely.drives(), 100, {1}).mean == 0);
}

TEST_CASE("isolation: who is beside a tenant, and in a rack") {
  const SharedFleet world;
  const auto beside = [&](std::uint32_t tenant) {
    return extents_sharing_drives(tenant, world.topology, world.extents, world.result);
  };
  CHECK(beside(0) == 1);
  CHECK(beside(1) == 1);  // {0, 5} shares nothing with {1, 4}
  CHECK(beside(2) == 0);
  CHECK(beside(3) == 0);
  // Racks: tenants 0 and 1; 2; 0 and 1; 2.
  const TenantBlast blast = tenant_blast(world.topology, world.extents, world.result);
  CHECK(blast.mean_of_rack == 1.5);
  CHECK(blast.mean_of_drive == 7.0 / 8);
  CHECK(blast.mean_shared == Approx(drive_overlap(world.drives(), 6, {1}).mean));
  ExtentTable one;
  one.first_extent = {0, 5};
  CHECK(std::isnan(tenant_blast(world.topology, one, world.result).mean_shared));
}

TEST_CASE("isolation: failed drives hit what counting every set of them says") {
  const SharedFleet world;
  const TenantDrives drives = world.drives();
  for (std::uint32_t failed = 0; failed <= 8; ++failed) {
    double sets = 0;
    double extents = 0;
    double tenants = 0;
    for (std::uint32_t set = 0; set < 256; ++set) {
      if (static_cast<std::uint32_t>(std::popcount(set)) != failed) continue;
      ++sets;
      const auto is_hit = [&](std::span<const std::uint32_t> list) {
        return std::any_of(list.begin(), list.end(), [&](std::uint32_t drive) {
          return drive != kNoDrive && ((set >> drive) & 1U) != 0;
        });
      };
      for (std::uint32_t extent = 0; extent < 5; ++extent) {
        extents += is_hit(world.result.drives_of(extent)) ? 1 : 0;
      }
      for (std::uint32_t tenant = 0; tenant < 4; ++tenant) {
        tenants += is_hit(drives.of(tenant)) ? 1 : 0;
      }
    }
    CAPTURE(failed);
    const HitByFailures hit = hit_by_failed_drives(failed, drives, world.topology, world.result);
    CHECK(hit.extents == Approx(extents / sets));
    CHECK(hit.tenants == Approx(tenants / sets));
  }
}

TEST_CASE("isolation: hot drives bind reads that have too few others") {
  const SharedFleet world;
  const std::vector<std::uint8_t> hot = {1, 0, 0, 0, 0, 1, 0, 0};
  const HotReads any = hot_reads(world.result, hot, 1);
  CHECK(any.fixed == 0.5);   // {0, 4} and {0, 5}
  CHECK(any.bound == 0.25);  // {0, 5}
  const HotReads all = hot_reads(world.result, hot, 2);
  CHECK(all.fixed == 0.5);
  CHECK(all.bound == 0.5);
  CHECK(hot_reads({}, {}, 1).fixed == 0);
}

TEST_CASE("isolation: the hottest share of drives is rounded up, the first on ties") {
  const std::vector<double> heat = {0.5, 0.9, 0.5, 0.1};
  CHECK(hottest_drives(heat, 0) == std::vector<std::uint8_t>{0, 0, 0, 0});
  CHECK(hottest_drives(heat, 0.25) == std::vector<std::uint8_t>{0, 1, 0, 0});
  CHECK(hottest_drives(heat, 0.26) == std::vector<std::uint8_t>{1, 1, 0, 0});
  CHECK(hottest_drives(heat, 1) == std::vector<std::uint8_t>{1, 1, 1, 1});
}

TEST_CASE("isolation: load varies over time by duty and over drives by place") {
  // One tenant on one drive of four, always on: only drives differ. Mean 1/4, deviations 3/4, 1/4.
  const Topology topology = test::fleet(1, 1, 4, 1000);
  const ExtentTable one = test::equal_tenants(1, 1, 1);
  PlacementResult on_one;
  on_one.shards_per_extent = 1;
  on_one.drive_of_shard = {2};
  const LoadVariation fixed =
      instant_load(topology, one, on_one, std::vector<double>{1}, std::vector<double>{1});
  CHECK(fixed.over_time == 0);
  CHECK(fixed.over_drives == Approx(std::sqrt(3.0)));

  // The same over all drives, on a quarter of the time: variance (1 - p) / p of the mean squared.
  PlacementResult on_all;
  on_all.shards_per_extent = 4;
  on_all.drive_of_shard = {0, 1, 2, 3};
  const LoadVariation bursts =
      instant_load(topology, one, on_all, std::vector<double>{1}, std::vector<double>{0.25});
  CHECK(bursts.over_time == Approx(std::sqrt(3.0)));
  CHECK(bursts.over_drives == Approx(0).margin(1e-12));
  CHECK(bursts.cov == Approx(std::sqrt(3.0)));
  CHECK(instant_load(topology, one, on_all, std::vector<double>{0}, std::vector<double>{1}).cov ==
        0);
}
