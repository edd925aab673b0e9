// Policies as a scenario states them, against published spreads.
#include <catch2/catch.hpp>

#include "app/world/world.hpp"
#include "tests/support/balls_into_bins.hpp"
#include "tests/support/read_scenario.hpp"
#include "tests/support/scenario_text.hpp"

using namespace spindle;

namespace {

// Shards on 1,000 drives of 100 each, over four seeds.
double spread_of(const std::string& placement) {
  double squares = 0;
  constexpr int kSeeds = 4;
  for (int seed = 1; seed <= kSeeds; ++seed) {
    const app::Scenario scenario = test::valid_scenario(
        test::base_scenario(),
        {"fleet.zones=1", "fleet.racks_per_zone=1", "fleet.drives=1000", "redundancy.copies=1",
         "spread={\"max_per_zone\":0,\"max_per_rack\":0}", "data.logical=10 PB",
         "data.extent=100 GB", "tenants.0.count=1", "placement=" + placement,
         "seed=" + std::to_string(seed)});
    const auto world = app::build_world(scenario);
    const auto placed = models::place_all(world->policy, scenario.placement, world->extents);
    const double sd = test::standard_deviation(test::shards_per_drive(placed, 1000));
    squares += sd * sd / kSeeds;
  }
  return std::sqrt(squares);
}

}  // namespace

// 4,000 nearly independent drives: 1.1 % a standard error, and the margins are 4 of it. The table
// is of 1e5 drives; two choices differ by less than that on 1,000.
TEST_CASE("a scenario's old loads, second choices and cells spread drives as published") {
  CHECK(spread_of(R"({"policy":"d_choices"})") == Approx(0.953).epsilon(0.045));
  CHECK(spread_of(R"({"policy":"d_choices","refresh":1000})") == Approx(1.215).epsilon(0.045));
  CHECK(spread_of(R"({"policy":"d_choices","d":3,"refresh":1000})") == Approx(1.14).epsilon(0.045));
  CHECK(spread_of(R"({"policy":"one_plus_beta","beta":"50 %"})") == Approx(1.84).epsilon(0.06));
  CHECK(spread_of(R"({"policy":"d_choices","cell":10})") == Approx(3.33).epsilon(0.15));
}
