// The block `store`: what it is read as, and what is refused.
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "tests/support/read_scenario.hpp"
#include "tests/support/scenario_text.hpp"

using namespace spindle;
using spindle::test::base_scenario;
using spindle::test::valid_scenario;

namespace {

// The one problem of the base scenario with these values.
std::string problem(const std::vector<std::string>& sets) {
  const app::ReadResult read = app::read_scenario_text(base_scenario(), "s.json", sets);
  for (const app::Problem& each : read.problems) UNSCOPED_INFO(to_string(each));
  REQUIRE(read.problems.size() == 1);
  return to_string(read.problems[0]);
}

bool says(const std::string& text, const std::string& part) {
  INFO(text);
  return text.find(part) != std::string::npos;
}

}  // namespace

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
  CHECK(says(problem({R"(store={"fullness": 0.98})"}), "store.fullness"));
  CHECK(says(problem({R"(store={"fullness": 0})"}), "store.fullness"));
  CHECK(says(problem({R"(store={"cleaning": "newest"})"}), "store.cleaning"));
  CHECK(says(problem({R"(store={"hot_data": 1, "hot_writes": 0.9})"}), "store.hot_data"));
}

TEST_CASE("store: data is hot by its share of the overwrites") {
  CHECK(says(problem({R"(store={"hot_data": 0.1})"}), "store.hot_data: `hot_data` alone"));
  CHECK(says(problem({R"(store={"hot_writes": 0.1})"}), "store.hot_writes: `hot_writes` alone"));
  CHECK(says(problem({R"(store={"hot_data": 0.5, "hot_writes": 0.3})"}),
             "store.hot_writes: 0.3 of the overwrites on 0.5 of the data"));
}

TEST_CASE("store: a fleet that is full needs a fullness that is stated") {
  // 3 times 660 PB on 2,000 PB.
  const std::string full = problem({"store={}", "data.logical=660 PB"});
  CHECK(says(full, "the data fills 99 % of the drives"));
  CHECK(says(full, "\"fullness\": 0.9"));
  CHECK(valid_scenario(base_scenario(), {R"(store={"fullness": 0.9})", "data.logical=660 PB"})
            .store->fullness == 0.9);
}

TEST_CASE("store: requests that are served one by one do not know of cleaning") {
  CHECK(says(problem({"store={}", R"(zoom={"count": 1, "from": "1 d"})", "zoom.drives=random"}),
             "zoom: a zoom serves what clients ask"));
  const app::ReadResult mechanical =
      app::read_scenario_text(base_scenario(), "s.json", {"store={}", "run.fidelity=mechanical"});
  CHECK(says(test::all_problems(mechanical),
             "store: drives clean their logs beside the requests (mechanical fidelity"));
}
