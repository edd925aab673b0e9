// CRUSH against crushtool's measured movement and against one random choice (docs/theory/crush.md).

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "tests/support/crush_world.hpp"

using namespace spindle;
using namespace spindle::models;
using test::CrushWorld;

namespace {

// What a change moves, in parts of all shards (of all extents for `touched`).
struct Moved {
  double ideal = 0, nodes = 0, positions = 0, touched = 0;
};

Moved moved(const CrushWorld& before, const CrushWorld& after) {
  const auto [movement, least] = crush::effect_of_change(
      before.topology, before.options(), after.options(), {}, CrushWorld::kShape, 1);
  return {least, static_cast<double>(movement.nodes_changed) / CrushWorld::kShards,
          static_cast<double>(movement.positions_changed) / CrushWorld::kShards,
          static_cast<double>(movement.extents_touched) / CrushWorld::kShape.extents};
}

}  // namespace

// The tree, the rule (3 zones, 3 racks in each) and the figures are those measured with crushtool
// 16.2. The counts are of thousands of shards: their own noise is below 3 %.
TEST_CASE("crush moves what crushtool moves when racks and zones change") {
  const CrushWorld whole;
  const std::uint32_t rack = 3 * CrushWorld::kDrivesPerRack;

  const Moved no_rack = moved(whole, whole.weighed(rack, CrushWorld::kDrivesPerRack, 0));
  CHECK(no_rack.ideal == Approx(0.0278).epsilon(0.001));
  CHECK(no_rack.nodes == Approx(0.0321).epsilon(0.1));
  CHECK(no_rack.positions == Approx(0.0572).epsilon(0.1));
  CHECK(no_rack.touched == Approx(0.276).epsilon(0.1));

  const Moved twice_a_rack = moved(whole, whole.weighed(rack, CrushWorld::kDrivesPerRack, 2));
  CHECK(twice_a_rack.ideal == Approx(0.0235).epsilon(0.001));
  CHECK(twice_a_rack.nodes == Approx(0.0291).epsilon(0.1));
  CHECK(twice_a_rack.positions == Approx(0.0548).epsilon(0.1));
  CHECK(twice_a_rack.touched == Approx(0.243).epsilon(0.1));

  const Moved twice_a_zone = moved(whole, whole.weighed(0, 3240, 2));
  CHECK(twice_a_zone.ideal == Approx(0).margin(1e-12));
  CHECK(twice_a_zone.nodes == 0);
  CHECK(twice_a_zone.positions == Approx(0.215).epsilon(0.1));
  CHECK(twice_a_zone.touched == Approx(0.292).epsilon(0.1));
}

// One host's figures vary by some 7 % from host to host: the mean over 12.
TEST_CASE("crush moves what crushtool moves when hosts go") {
  const CrushWorld whole;
  Moved mean;
  for (std::uint32_t i = 0; i < 12; ++i) {
    const Moved one = moved(
        whole, whole.weighed(i * 45 * CrushWorld::kDrivesPerHost, CrushWorld::kDrivesPerHost, 0));
    mean.ideal += one.ideal / 12;
    mean.nodes += one.nodes / 12;
    mean.positions += one.positions / 12;
    mean.touched += one.touched / 12;
  }
  CHECK(mean.ideal == Approx(0.00185).epsilon(0.005));
  CHECK(mean.nodes == Approx(0.00387).epsilon(0.1));
  CHECK(mean.positions == Approx(0.00530).epsilon(0.1));
  CHECK(mean.touched == Approx(0.0341).epsilon(0.1));
}

namespace {

// In parts of the shards that the drives held: what a drive's going moves, by weight 0 or out.
Moved mean_over_drives(std::uint32_t drives, bool is_out) {
  Movement movement;
  double held = 0;
  for (std::uint32_t i = 0; i < drives; ++i) {
    // Zones change places for the same few extents whichever drive of a zone goes: other extents
    // for every drive.
    const std::uint32_t drive = i * (9720 / drives);
    const CrushWorld whole;
    const auto map = whole.map(i + 1);
    const CrushWorld changed = is_out ? whole.without(drive) : whole.weighed(drive, 1, 0);
    movement.add(count_movement(map, changed.map(i + 1), 9));
    held += static_cast<double>(std::count(map.begin(), map.end(), drive));
  }
  return {1, static_cast<double>(movement.nodes_changed) / held,
          static_cast<double>(movement.positions_changed) / held,
          static_cast<double>(movement.extents_touched) / held};
}

}  // namespace

// Means of crushtool 16.2 over 102 drives, each with other extents: 2.98 shards change drive
// and 3.92 positions for each that the drive held. Of 9 drives' 450 shards the ratios are known to
// 6 %.
TEST_CASE("crush moves what crushtool moves when a drive's weight becomes 0") {
  const Moved mean = mean_over_drives(9, false);
  CHECK(mean.nodes == Approx(2.98).epsilon(0.15));
  CHECK(mean.positions == Approx(3.92).epsilon(0.15));
}

TEST_CASE("crush moves what crushtool moves when each of 102 drives goes", "[.large]") {
  const Moved mean = mean_over_drives(102, false);
  CHECK(mean.nodes == Approx(2.98).epsilon(0.05));
  CHECK(mean.positions == Approx(3.92).epsilon(0.1));
}

// A drive that is out gives away what it held, and nothing else moves but where a shard finds its
// new place taken by one that must look again too.
TEST_CASE("crush moves a drive's own shards when it is out") {
  const Moved mean = mean_over_drives(6, true);
  CHECK(mean.nodes == Approx(1).margin(0.03));
  CHECK(mean.positions == Approx(1).margin(0.03));
}

namespace {

// Standard deviation of the drives' shards over that of one random choice: an extent puts a shard
// on a given drive with probability p = shards per drive / extents, and never two.
double spread_to_binomial(const Topology& topology, std::uint32_t drives_per_host,
                          const crush::MapShape& shape) {
  const crush::CrushTree tree(topology, {.drives_per_host = drives_per_host});
  std::vector<std::uint32_t> counts(topology.drives());
  for (const std::uint32_t drive : crush::map_extents(tree, {}, shape, 1)) ++counts[drive];
  const double mean = 1.0 * shape.extents * shape.zones * shape.per_zone / topology.drives();
  double squares = 0;
  for (const std::uint32_t count : counts) squares += (count - mean) * (count - mean);
  const double p = mean / shape.extents;
  return std::sqrt(squares / topology.drives() / (mean * (1 - p)));
}

}  // namespace

// The published spreads are those of one random choice: 10.09 at 100 shards a drive, 5.81 at 33.3
// (9,720 drives), 2.989 at 8.93 (100,800). Of n nearly independent loads the standard deviation is
// known to sqrt((1 + 1 / (2 mean)) / (2n)); three of these are the bounds: once in 370 seeds each.
TEST_CASE("crush spreads shards as one random choice does") {
  const Topology small = test::fleet(3, 12, 9720, 1);
  const auto bound = [](double drives, double mean) {
    return 3 * std::sqrt((1 + 1 / (2 * mean)) / (2 * drives));
  };
  CHECK(spread_to_binomial(small, 18, {108'000, 3, 3}) == Approx(1).margin(bound(9720, 100)));
  CHECK(spread_to_binomial(small, 18, {108'000, 3, 1}) == Approx(1).margin(bound(9720, 33.3)));
  const Topology large = test::fleet(3, 35, 100'800, 1);
  CHECK(spread_to_binomial(large, 48, {100'000, 3, 3}) == Approx(1).margin(bound(100'800, 8.93)));
}
