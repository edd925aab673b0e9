// The block `store`: what it is read as, and what is refused.
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "tests/support/read_scenario.hpp"
#include "tests/support/scenario_text.hpp"

using namespace spindle;
using spindle::test::base_scenario;
using spindle::test::valid_scenario;

TEST_CASE("store: absent it is none, and given it has these defaults") {
  CHECK_FALSE(valid_scenario(base_scenario()).store);
  const app::Scenario scenario = valid_scenario(base_scenario(), {"store={}"});
  REQUIRE(scenario.store);
  CHECK_FALSE(scenario.has_timeline());
  CHECK(scenario.store->cleaning == models::CleaningOrder::kOldestFirst);
  CHECK_FALSE(scenario.store->fullness);
  CHECK(scenario.store->hot_data == 0);
  CHECK(scenario.store->hot_writes == 0);
}

TEST_CASE("store: every key arrives") {
  const app::Scenario scenario =
      valid_scenario(base_scenario(), {R"(store={"cleaning": "cost_benefit", "fullness": "80 %",
                                  "hot_data": 0.1, "hot_writes": "90 %"})"});
  CHECK(scenario.store->cleaning == models::CleaningOrder::kCostBenefit);
  CHECK(scenario.store->fullness == 0.8);
  CHECK(scenario.store->hot_data == 0.1);
  CHECK(scenario.store->hot_writes == 0.9);
  CHECK(valid_scenario(base_scenario(), {R"(store={"cleaning": "greedy"})"}).store->cleaning ==
        models::CleaningOrder::kGreedy);
}

TEST_CASE("store: what is out of range is refused at its place") {
  CHECK(test::says(test::one_problem({R"(store={"fullness": 0.98})"}), "store.fullness"));
  CHECK(test::says(test::one_problem({R"(store={"fullness": 0})"}), "store.fullness"));
  CHECK(test::says(test::one_problem({R"(store={"cleaning": "newest"})"}), "store.cleaning"));
  CHECK(test::says(test::one_problem({R"(store={"hot_data": 1, "hot_writes": 0.9})"}),
                   "store.hot_data"));
}

TEST_CASE("store: data is hot by its share of the overwrites") {
  CHECK(test::says(test::one_problem({R"(store={"hot_data": 0.1})"}),
                   "store.hot_data: `hot_data` alone"));
  CHECK(test::says(test::one_problem({R"(store={"hot_writes": 0.1})"}),
                   "store.hot_writes: `hot_writes` alone"));
  CHECK(test::says(test::one_problem({R"(store={"hot_data": 0.5, "hot_writes": 0.3})"}),
                   "store.hot_writes: 0.3 of the overwrites on 0.5 of the data"));
}

TEST_CASE("store: a fleet that is full needs a fullness that is stated") {
  // 3 times 660 PB on 2,000 PB.
  const std::string full = test::one_problem({"store={}", "data.logical=660 PB"});
  CHECK(test::says(full, "the data fills 99 % of the drives"));
  CHECK(test::says(full, "\"fullness\": 0.9"));
  CHECK(valid_scenario(base_scenario(), {R"(store={"fullness": 0.9})", "data.logical=660 PB"})
            .store->fullness == 0.9);
}

TEST_CASE("store: requests that are served one by one do not know of cleaning") {
  CHECK(test::says(
      test::one_problem({"store={}", R"(zoom={"count": 1, "from": "1 d"})", "zoom.drives=random"}),
      "zoom: a zoom serves what clients ask"));
  const app::ReadResult mechanical =
      app::read_scenario_text(base_scenario(), "s.json", {"store={}", "run.fidelity=mechanical"});
  CHECK(test::says(test::all_problems(mechanical),
                   "store: drives clean their logs beside the requests (mechanical fidelity"));
}
