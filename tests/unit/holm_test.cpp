// Holm's procedure on p-values worked out by hand.
#include "sim/holm.hpp"

#include <catch2/catch.hpp>
#include <stdexcept>

namespace spindle::sim {
namespace {

std::vector<HolmStep> by_p(const std::vector<double>& p, double level) {
  return holm(p.size(), level, [&](std::size_t i, double share) { return p[i] <= share; });
}

TEST_CASE("holm: steps down while the smallest p-value left is below its share") {
  // 0.01 <= 0.05/4, 0.015 <= 0.05/3, then 0.03 > 0.05/2: the third stops it, and 0.04 goes with it.
  const auto steps = by_p({0.04, 0.01, 0.03, 0.015}, 0.05);
  CHECK_FALSE(steps[0].rejected);
  CHECK(steps[1].rejected);
  CHECK_FALSE(steps[2].rejected);
  CHECK(steps[3].rejected);
  CHECK(steps[1].level == 0.0125);
  CHECK(steps[3].level == Approx(0.05 / 3));
  CHECK(steps[0].level == 0.025);
  CHECK(steps[2].level == 0.025);
}

TEST_CASE("holm: one hypothesis has the whole level, none are no matter") {
  CHECK(by_p({0.002}, 0.002)[0].rejected);
  CHECK_FALSE(by_p({0.0021}, 0.002)[0].rejected);
  CHECK(by_p({}, 0.002).empty());
  CHECK_THROWS_AS(by_p({0.1}, 0), std::invalid_argument);
}

TEST_CASE("holm: all fall where each p-value is below its own share") {
  for (const HolmStep& step : by_p({0.05, 0.01, 0.025}, 0.05)) CHECK(step.rejected);
}

}  // namespace
}  // namespace spindle::sim
