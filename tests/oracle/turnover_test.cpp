// Turnover with cooling against closed forms (docs/theory/landing.md).

#include <catch2/catch.hpp>
#include <cmath>

#include "sim/math.hpp"
#include "tests/support/landing_fleet.hpp"

using namespace spindle;
using namespace spindle::models;
using test::LandingFleet;

TEST_CASE("with turnover, temperature tends to delta / (delta + gamma) of new data's") {
  // Rates per unit of 100 h: gamma = 1 and delta = .1, .3, 1 give .091, .231, .5.
  constexpr double kUnitHours = 100;
  constexpr std::uint32_t kExtents = 4000;
  for (const double delta : {0.1, 0.3, 1.0}) {
    test::LandingFleetOptions options;
    options.tenants = 1;
    options.extents_each = kExtents;
    options.capacity_shards = 2000;
    options.shards = 3;
    options.needed = 1;
    options.spread = {1, 1};
    LandingFleet fleet(options);
    std::vector<double> birth(kExtents, 0.0);  // the run begins with data of age 0
    std::vector<double> births;
    fleet.turn_over({0}, [&](std::uint32_t, sim::Instant at) {
      births.push_back(at.to_seconds() / 3600 / kUnitHours);
      return DemandColumns::Place{static_cast<std::uint32_t>(births.size()), 1.0F};
    });
    const double bytes_per_s =
        delta * kExtents * static_cast<double>(fleet.extent_bytes()) / (kUnitHours * 3600);
    for (const double until : {0.4, 1.2, 4.0}) {
      fleet.run_to(until * kUnitHours, bytes_per_s);
      double heat = 0;
      double young_heat = 0;
      for (const std::uint32_t column : fleet.state().demand().column) {
        const double age = until - (column == 0 ? 0 : births[column - 1]);
        heat += sim::exp(-age) / kExtents;
        if (age < 0.2) young_heat += sim::exp(-age) / kExtents;
      }
      // T' = -gamma T + delta (1 - T), T(0) = 1.
      const double end = delta / (delta + 1);
      const double expected = end + (1 - end) * sim::exp(-(delta + 1) * until);
      // Ages scatter as draws of Exp(delta) do: sd of the mean below 0.5 / sqrt(4,000) = 0.008.
      // Four sd of nine independent checks: a false alarm in 1,700.
      CHECK(std::abs(heat - expected) < 0.032);
      if (until < 4) continue;
      // Share of demand on data younger than T: phi(T) = 1 - e^-((delta + gamma) T), nearly
      // stationary by now (1 % of what it began with is left at delta = .1).
      const double first = sim::exp(-(delta + 1) * until) / expected;
      const double phi = (1 - sim::exp(-(delta + 1) * 0.2)) * (1 - first);
      // Some 80 young extents at delta = .1: sd 0.11 of phi, less at others. Four sd.
      CHECK(std::abs(young_heat / heat / phi - 1) < 4 * 0.11 / std::sqrt(delta / 0.1));
    }
    CHECK(fleet.violations() == std::vector<std::string>{});
  }
}
