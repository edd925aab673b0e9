#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>
#include <stdexcept>

#include "models/checkers/placement_checker.hpp"
#include "models/placement/blast.hpp"
#include "models/placement/skew.hpp"
#include "tests/support/placement_world.hpp"

using namespace spindle;
using namespace spindle::models;

TEST_CASE("every extent is placed once, whatever the number of extents") {
  const Topology topology = test::fleet(1, 1, 10, 1'000'000);
  for (const std::uint32_t extents : {1U, 2U, 3U, 4U, 5U, 63U, 64U, 65U, 1000U, 4097U}) {
    CAPTURE(extents);
    const ExtentTable table = test::equal_tenants(1, extents, 1);
    const PlacementResult result =
        place_all({topology, {0, 0}, 2, 1, {1}}, test::policy("random"), table);
    // Each extent counts in its own two shards, so the bytes tell a repeated or skipped one.
    CHECK(check_placement(topology, {0, 0}, table, result).ok());
    CHECK(result.unplaced_extents == 0);
  }
}

TEST_CASE("extents belong to their tenants, also where tenants are empty or tiny") {
  // With shard heat 2^tenant the sum of heat tells how many extents each tenant placed.
  const Topology topology = test::fleet(1, 1, 3, 1'000'000);
  ExtentTable table;
  table.shard_bytes = 1;
  table.first_extent = {0, 0, 1, 1, 900, 901, 903, 903, 1000, 1000};
  std::vector<double> demand;
  for (std::uint32_t tenant = 0; tenant < 9; ++tenant) {
    table.shard_heat.push_back(std::ldexp(1.0, static_cast<int>(tenant) * 3));
    demand.push_back(table.shard_heat[tenant] *
                     (table.first_extent[tenant + 1] - table.first_extent[tenant]));
  }
  const PlacementResult result =
      place_all({topology, {0, 0}, 1, 9, {1}}, test::policy("random"), table);
  CHECK(std::accumulate(result.expected_heat.begin(), result.expected_heat.end(), 0.0) ==
        std::accumulate(demand.begin(), demand.end(), 0.0));
}

TEST_CASE("nothing to place is no error") {
  const Topology topology = test::fleet(1, 1, 3, 10);
  for (const std::vector<std::uint32_t>& first :
       {std::vector<std::uint32_t>{}, std::vector<std::uint32_t>{0, 0, 0}}) {
    ExtentTable table;
    table.first_extent = first;
    const PlacementResult result =
        place_all({topology, {0, 0}, 1, 2, {1}}, test::policy("random"), table);
    CHECK(result.drive_of_shard.empty());
    CHECK(result.used_bytes == std::vector<std::uint64_t>(3, 0));
    CHECK(capacity_skew(topology, result.used_bytes).stranded == 0);
  }
}

TEST_CASE("progress rises to 1, and stopping leaves the rest unplaced") {
  const Topology topology = test::fleet(1, 1, 10, 1'000'000'000);
  const ExtentTable table = test::equal_tenants(2, 50'000, 1);
  const PolicyContext context{topology, {0, 0}, 2, 2, {1}};
  std::vector<double> seen;
  const PlacementResult whole = place_all(context, test::policy("random"), table, [&](double done) {
    seen.push_back(done);
    return true;
  });
  CHECK(seen.size() > 10);
  CHECK(seen.front() == 0);
  CHECK(seen.back() == 1);
  CHECK(std::is_sorted(seen.begin(), seen.end()));

  const PlacementResult part =
      place_all(context, test::policy("random"), table, [](double done) { return done < 0.5; });
  CHECK(part.unplaced_extents > 40'000);
  CHECK(part.unplaced_extents <= 50'000);
  CHECK(check_placement(topology, {0, 0}, table, part).ok());
  CHECK(check_placement(topology, {0, 0}, table, whole).ok());
}

TEST_CASE("tables that do not fit together are refused") {
  const Topology topology = test::fleet(1, 1, 3, 10);
  const PolicyContext context{topology, {0, 0}, 1, 2, {1}};
  const auto place = [&](const ExtentTable& table) {
    return place_all(context, test::policy("random"), table);
  };
  ExtentTable table = test::equal_tenants(3, 1, 1);
  CHECK_THROWS_WITH(place(table), Catch::Contains("3 tenants for a policy of 2"));
  table = test::equal_tenants(2, 1, 1);
  table.heat_weight = {1};
  CHECK_THROWS_WITH(place(table), Catch::Contains("1 heat weights for 2 extents"));
  table.heat_weight.clear();
  table.shard_heat = {1};
  CHECK_THROWS_WITH(place(table),
                    Catch::Contains("1 entries of heat for 2 tenants on 1 drive models"));
  table = test::equal_tenants(2, 1, 1);
  table.first_extent = {0, 2, 1};
  CHECK_THROWS_AS(place(table), std::invalid_argument);
}

TEST_CASE("static fills one set of drives, then the next, and shares when none is left") {
  const Topology topology = test::fleet(3, 4, 38, 10);  // 12 sets of 3, two drives left over
  const PolicyContext context{topology, {1, 1}, 3, 2, {1}};
  ExtentTable table = test::equal_tenants(2, 15, 1);
  const PlacementResult result = place_all(context, test::policy("static"), table);
  // 15 extents at 10 a set: two sets of three drives for each tenant, none in common.
  CHECK(drives_per_tenant(topology, table, result) == std::vector<std::uint32_t>{6, 6});
  CHECK(tenants_sharing_drives(0, topology, table, result) == 0);
  REQUIRE(result.notes.size() == 2);
  CHECK(result.notes[0].name == std::string("unused_drives"));
  CHECK(result.notes[0].count == 2);
  CHECK(result.notes[1].count == 0);

  // 13 tenants, 12 sets: one joins another.
  table = test::equal_tenants(13, 1, 1);
  const PlacementResult crowded =
      place_all({topology, {1, 1}, 3, 13, {1}}, test::policy("static"), table);
  CHECK(crowded.notes[1].name == std::string("shared_sets"));
  CHECK(crowded.notes[1].count == 1);
  CHECK(crowded.unplaced_extents == 0);
}

TEST_CASE("shuffle_shard keeps a tenant on its subset until that is full") {
  const ExtentTable table = test::equal_tenants(4, 30, 1);
  const auto place = [&](const Topology& topology, std::uint32_t width) {
    return place_all({topology, {1, 1}, 3, 4, {1}}, test::policy("shuffle_shard", width), table);
  };
  const Topology roomy = test::fleet(3, 4, 120, 1000);
  const PlacementResult within = place(roomy, 12);
  CHECK(within.notes[0].name == std::string("extra_subsets"));
  CHECK(within.notes[0].count == 0);
  for (const std::uint32_t drives : drives_per_tenant(roomy, table, within)) CHECK(drives <= 12);

  // 30 extents of 3 shards do not fit on 6 drives of 10 shards: every tenant needs a second subset.
  const Topology topology = test::fleet(3, 4, 120, 10);
  const PlacementResult beyond = place(topology, 6);
  CHECK(beyond.notes[0].count >= 4);
  CHECK(beyond.unplaced_extents == 0);
  CHECK(check_placement(topology, {1, 1}, table, beyond).ok());
}

TEST_CASE("capacity statistics of a fleet filled by hand") {
  // Drives of 100 and 400 bytes in two racks; fill fractions .5 .1 .2 | .25 .75 .3.
  const Topology topology(
      {1, 2, 6, {{test::drive_of_capacity(100), 1}, {test::drive_of_capacity(400), 1}}});
  const std::vector<std::uint64_t> used = {50, 10, 20, 100, 300, 120};
  const CapacitySkew skew = capacity_skew(topology, used);
  CHECK(skew.mean == Approx(600.0 / 1500));
  CHECK(skew.min == Approx(0.1));
  CHECK(skew.max == Approx(0.75));
  CHECK(skew.p0_1 == Approx(0.1));
  CHECK(skew.p50 == Approx(0.25));
  CHECK(skew.p99_9 == Approx(0.75));
  CHECK(skew.sd == Approx(std::sqrt(0.28 / 6)));  // about the plain average .35
  CHECK(skew.over == Approx(0.75 / 0.4 - 1));
  CHECK(skew.under == Approx(1 - 0.1 / 0.4));
  CHECK(skew.stranded == Approx(1 - 0.4 / 0.75));
}

TEST_CASE("blast radius of a placement made by hand") {
  const Topology topology = test::fleet(2, 2, 8, 10);  // racks {0 1} {2 3} | {4 5} {6 7}
  ExtentTable table = test::equal_tenants(3, 2, 1);
  PlacementResult result;
  result.shards_per_extent = 2;
  constexpr std::uint32_t kNo = PlacementResult::kNoDrive;
  result.drive_of_shard = {0, 1, 0, 2, 4, 6, kNo, kNo, 1, 4, 7, 6};
  const DomainBlast blast = domain_blast(topology, result);
  CHECK(blast.extents_of_rack == std::vector<std::uint32_t>{3, 1, 2, 2});
  CHECK(blast.extents_of_zone == std::vector<std::uint32_t>{3, 3});
  CHECK(blast.mean_of_rack == 2.0);
  CHECK(blast.mean_of_zone == 3.0);
  CHECK(drives_per_tenant(topology, table, result) == std::vector<std::uint32_t>{3, 2, 4});
  CHECK(tenants_sharing_drives(0, topology, table, result) == 1);
  CHECK(tenants_sharing_drives(1, topology, table, result) == 1);
  CHECK(tenants_sharing_drives(2, topology, table, result) == 2);
}
