// What a change of the map moves, by hand.

#include "models/placement/movement.hpp"

#include <catch2/catch.hpp>
#include <stdexcept>
#include <vector>

using namespace spindle::models;

namespace {
constexpr std::uint32_t kNone = 0xffffffffU;
}

TEST_CASE("movement: nodes, positions and extents are counted apart") {
  // Nothing; two change places; one goes elsewhere; one is lost; one is found.
  const std::vector<std::uint32_t> before = {1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, kNone};
  const std::vector<std::uint32_t> after = {1, 2, 3, 2, 1, 3, 1, 9, 3, 1, kNone, 3, 1, 2, 5};
  const Movement movement = count_movement(before, after, 3);
  CHECK(movement.shards == 15);
  CHECK(movement.nodes_changed == 2);
  CHECK(movement.positions_changed == 5);
  CHECK(movement.extents_touched == 4);
  Movement sum = movement;
  sum.add(movement);
  CHECK(sum.shards == 30);
  CHECK(sum.nodes_changed == 4);
  CHECK(sum.positions_changed == 10);
  CHECK(sum.extents_touched == 8);
}

TEST_CASE("movement: the least is what drives lose") {
  const std::vector<double> before = {0.5, 0.25, 0.25};
  const std::vector<double> after = {0.25, 0.5, 0.25};
  CHECK(least_movement(before, after) == 0.25);
  CHECK(least_movement(before, before) == 0);
}

TEST_CASE("movement: maps of different lengths are refused") {
  const std::vector<std::uint32_t> six(6);
  const std::vector<std::uint32_t> three(3);
  CHECK_THROWS_AS(count_movement(six, three, 3), std::invalid_argument);
  CHECK_THROWS_AS(count_movement(six, six, 4), std::invalid_argument);
  CHECK_THROWS_AS(count_movement(six, six, 0), std::invalid_argument);
}
