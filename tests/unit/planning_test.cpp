// Rounding and bounds of drive planning.
#include "models/redundancy/planning.hpp"

#include <rapidcheck.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

using namespace spindle::models;

TEST_CASE("planning: a whole number of drives survives division by a decimal target") {
  // 0.1 + 0.2 and friends: 3 * 0.1 / 0.1 is 3.0000000000000004 in double.
  CHECK(drives_for_heat(0.1 + 0.1 + 0.1, 0.1) == 3);
  CHECK(drives_for_heat(0.3, 0.1) == 3);
  CHECK(drives_for_capacity(0.8 * 7e13, {10'000'000'000'000}, 0.8) == 7);
  CHECK(drives_for_heat(0, 0.5) == 0);
  CHECK(drives_for_capacity(0, {1}, 1) == 0);
  CHECK(drives_for_capacity(1, {20'000'000'000'000}, 1) == 1);
  CHECK(drives_for_heat(3.0 + 1e-9, 1) == 4);
}

TEST_CASE("planning: the drives planned hold the load, one fewer would not") {
  REQUIRE(rc::check([](std::uint32_t milli_load, std::uint8_t percent) {
    const double load = milli_load * 1e-3;
    const double target = (percent % 100 + 1) / 100.0;
    const double drives = drives_for_heat(load, target);
    return drives * target >= load * (1 - 1e-11) && (drives - 1) * target < load;
  }));
}

TEST_CASE("planning: more drives than an integer counts are still a number") {
  CHECK(drives_for_heat(1e22, 1) == Approx(1e22).epsilon(1e-11));
  CHECK(drives_for_heat(1e300, 1) == Approx(1e300).epsilon(1e-11));
}

TEST_CASE("planning: impossible inputs are refused") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK_THROWS_AS(drives_for_heat(1, 0), std::invalid_argument);
  CHECK_THROWS_AS(drives_for_heat(1, 1.01), std::invalid_argument);
  CHECK_THROWS_AS(drives_for_heat(1, nan), std::invalid_argument);
  CHECK_THROWS_AS(drives_for_heat(-1, 1), std::invalid_argument);
  CHECK_THROWS_AS(drives_for_heat(nan, 1), std::invalid_argument);
  CHECK_THROWS_AS(drives_for_heat(1e300, 1e-10), std::invalid_argument);
  CHECK_THROWS_AS(drives_for_capacity(1, {0}, 1), std::invalid_argument);
  CHECK_THROWS_AS(drives_for_capacity(0, {0}, 1), std::invalid_argument);
}
