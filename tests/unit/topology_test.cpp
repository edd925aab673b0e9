#include <algorithm>
#include <catch2/catch.hpp>
#include <stdexcept>

#include "models/failure/failure_process.hpp"
#include "models/placement/translate.hpp"
#include "tests/support/placement_world.hpp"

using namespace spindle;
using namespace spindle::models;

TEST_CASE("drives are spread over racks and zones within one") {
  const Topology topology = test::fleet(3, 34, 100'000, 20);
  CHECK(topology.zones() == 3);
  CHECK(topology.racks() == 102);
  CHECK(topology.drives() == 100'000);
  std::uint32_t next = 0;
  for (std::uint32_t rack = 0; rack < topology.racks(); ++rack) {
    const DriveRange range = topology.drives_of_rack(rack);
    CHECK(range.first == next);
    CHECK((range.size() == 980 || range.size() == 981));
    CHECK(topology.rack_of(range.first) == rack);
    CHECK(topology.rack_of(range.last - 1) == rack);
    next = range.last;
  }
  CHECK(next == 100'000);
  for (std::uint32_t zone = 0; zone < 3; ++zone) {
    const DriveRange range = topology.drives_of_zone(zone);
    CHECK((range.size() == 33'333 || range.size() == 33'334));
    CHECK(topology.zone_of(range.first) == zone);
    CHECK(topology.zone_of(range.last - 1) == zone);
    CHECK(topology.racks_of_zone(zone).size() == 34);
  }
  CHECK(topology.total_capacity() == 2e6);
}

TEST_CASE("racks follow the models' shares, evenly over zones") {
  const auto capacities = [](const FleetOptions& options) {
    return Topology(options).total_capacity();
  };
  FleetOptions options{3,
                       10,
                       300,
                       {{test::drive_of_capacity(1), 3},
                        {test::drive_of_capacity(100), 1},
                        {test::drive_of_capacity(10'000), 1}}};
  const Topology topology(options);
  std::vector<std::vector<std::uint32_t>> racks(3, std::vector<std::uint32_t>(3));
  for (std::uint32_t rack = 0; rack < 30; ++rack) {
    ++racks[topology.model_of_rack(rack)][topology.zone_of_rack(rack)];
  }
  for (std::uint32_t model = 0; model < 3; ++model) {
    const auto [low, high] = std::minmax_element(racks[model].begin(), racks[model].end());
    CHECK(*high - *low <= 1);
    CHECK(racks[model][0] + racks[model][1] + racks[model][2] == (model == 0 ? 18 : 6));
  }
  CHECK(capacities(options) == 180 + 60 * 100 + 60 * 10'000.0);
  CHECK(topology.capacity_of(0).value == 1);

  // A small share still has its rack; remainders go to the largest fraction.
  options.models = {{test::drive_of_capacity(1), 1000}, {test::drive_of_capacity(100), 1}};
  CHECK(capacities(options) == 290 + 10 * 100);
  options.models = {{test::drive_of_capacity(1), 1},
                    {test::drive_of_capacity(100), 1e-9},
                    {test::drive_of_capacity(10'000), 1e9}};
  CHECK(capacities(options) == 10 + 10 * 100 + 280 * 10'000.0);
}

TEST_CASE("capacity beyond 64 bits is not cut off") {
  const Topology topology = test::fleet(1, 1, 2'000'000, 20'000'000'000'000);
  CHECK(topology.total_capacity() == 4e19);
}

TEST_CASE("racks that land come last in their zone and change no slot") {
  FleetOptions options{
      3, 4, 41, {{test::drive_of_capacity(20), 3}, {test::drive_of_capacity(7), 1}}};
  const Topology base(options);
  options.landing_racks_per_zone = 2;
  const Topology full(options);
  options.landing_racks_per_zone = 3;
  const Topology later(options);

  CHECK(full.racks() == 18);
  CHECK(full.base_racks() == 12);
  CHECK(full.base_drives() == 41);
  CHECK(full.drives() == 41 + 6 * 3);  // 41 / 12 = 3.4
  std::vector<std::uint32_t> seen(full.drives());
  for (std::uint32_t rack = 0; rack < full.racks(); ++rack) {
    const DriveRange range = full.drives_of_rack(rack);
    CHECK(full.is_landing_rack(rack) == (rack % 6 >= 4));
    if (full.is_landing_rack(rack)) {
      CHECK(range.size() == 3);
      CHECK(full.model_of_rack(rack) == 0);
    } else {
      CHECK(full.model_of_rack(rack) == base.model_of_rack(full.slot_of_rack(rack)));
      CHECK(range.size() == base.drives_of_rack(full.slot_of_rack(rack)).size());
    }
    for (std::uint32_t drive = range.first; drive < range.last; ++drive) {
      ++seen[full.slot_of(drive)];
      CHECK((full.slot_of(drive) >= 41) == full.is_landing_rack(rack));
    }
  }
  CHECK(std::count(seen.begin(), seen.end(), 1U) == static_cast<std::ptrdiff_t>(seen.size()));
  for (std::uint32_t zone = 0; zone < 3; ++zone) {
    CHECK(full.zone_of_rack(full.landing_rack(zone, 1)) == zone);
    CHECK(full.drives_of_zone(zone).size() == base.drives_of_zone(zone).size() + 6);
    for (std::uint32_t i = 0; i < 2; ++i) {  // one more landing leaves the first ones' slots
      const std::uint32_t rack = full.landing_rack(zone, i);
      const std::uint32_t same = later.landing_rack(zone, i);
      CHECK(full.slot_of_rack(rack) == later.slot_of_rack(same));
      CHECK(full.slot_of(full.drives_of_rack(rack).first) ==
            later.slot_of(later.drives_of_rack(same).first));
    }
  }
  for (std::uint32_t drive = 0; drive < base.drives(); ++drive) CHECK(base.slot_of(drive) == drive);
  options.landing_racks_per_zone = 1'500'000'000;
  CHECK_THROWS_WITH(Topology(options), Catch::Contains("that land"));
}

TEST_CASE("a landing leaves placement and failures of the base fleet as they were") {
  DriveModel model = test::drive_of_capacity(100);
  model.annual_failure_rate = 2;
  FleetOptions options{3, 4, 41, {{model, 1}}};
  const Topology base(options);
  options.landing_racks_per_zone = 2;
  const Topology full(options);
  const auto table = test::equal_tenants(2, 50, 1);
  const auto placed = place_all({base, {3, 1}, 9, 2, sim::Seed{3}}, test::policy("random"), table);
  const auto moved = translate(placed, base, full);
  const auto number = full_numbers(base, full);
  const FailureOptions failure{sim::Duration::hours(1), sim::Duration::days(365)};
  const FailureProcess before(base, failure, sim::Seed{3}, 0);
  const FailureProcess after(full, failure, sim::Seed{3}, 0);
  std::uint64_t failures = 0;
  for (std::uint32_t drive = 0; drive < base.drives(); ++drive) {
    CHECK(full.slot_of(number[drive]) == drive);
    CHECK(moved.used_bytes[number[drive]] == placed.used_bytes[drive]);
    CHECK(before.failures_of(drive) == after.failures_of(number[drive]));
    failures += before.failures_of(drive).size();
  }
  CHECK(failures > 41);
  for (std::size_t shard = 0; shard < placed.drive_of_shard.size(); ++shard) {
    CHECK(moved.drive_of_shard[shard] == number[placed.drive_of_shard[shard]]);
  }
  CHECK(moved.used_bytes.size() == full.drives());
  CHECK_THROWS_WITH(translate(placed, full, full), Catch::Contains("before its landings"));
}

TEST_CASE("a fleet that cannot be is refused with a reason") {
  const DriveModel model = test::drive_of_capacity(20);
  CHECK_THROWS_WITH(Topology({0, 1, 1, {{model, 1}}}), Catch::Contains("0 zones"));
  CHECK_THROWS_WITH(Topology({1, 0, 1, {{model, 1}}}), Catch::Contains("of 0 racks"));
  CHECK_THROWS_WITH(Topology({3, 4, 11, {{model, 1}}}), Catch::Contains("11 drives for 12 racks"));
  CHECK_THROWS_WITH(Topology({1, 1, 1, {}}), Catch::Contains("0 drive models"));
  CHECK_THROWS_WITH(Topology({1, 1, 1, {{model, 1}, {model, 1}}}),
                    Catch::Contains("2 drive models for 1 racks"));
  CHECK_THROWS_WITH(Topology({1, 1, 1, {{model, 0}}}), Catch::Contains("share 0"));
  CHECK_THROWS_WITH(Topology({1, 1, 1, {{test::drive_of_capacity(0), 1}}}),
                    Catch::Contains("capacity 0 B"));
}
