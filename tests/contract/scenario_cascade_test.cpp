// Loads that are cut again and again, in scenario files: what they say, and what is wrong with
// them.

#include <catch2/catch.hpp>
#include <string>

#include "app/scenario/reader.hpp"
#include "tests/support/read_scenario.hpp"
#include "tests/support/scenario_text.hpp"

namespace {

using namespace spindle;
using app::read_scenario_text;
using app::ReadResult;
using test::all_problems;
using test::base_scenario;
using test::replaced;

const std::string kDailyWindow =
    R"({ "model": "daily_window", "window": "4 h", "start": "random" })";

ReadResult read_cascade(const std::string& load, const std::vector<std::string>& sets = {}) {
  return read_scenario_text(replaced(base_scenario(), kDailyWindow, load), "s.json", sets);
}

}  // namespace

TEST_CASE("scenario: cascades and b-models are read, and said again by the resolved scenario") {
  const ReadResult cascade = read_cascade(
      R"({ "model": "cascade", "period": "24 h", "levels": [[0.5, 0.3, 0.2], [0.7, 0.3]] })");
  INFO(all_problems(cascade));
  REQUIRE(cascade.scenario);
  const models::LoadOptions& load = cascade.scenario->tenants[0].options.load;
  CHECK(load.kind == models::LoadKind::kCascade);
  REQUIRE(load.cascade);
  CHECK(load.cascade->period() == sim::Duration::hours(24));
  CHECK(load.cascade->parts() == 6);
  CHECK(load.cascade->peak_to_mean(1) == Approx(0.5 * 3 * 0.7 * 2));
  const ReadResult b_model =
      read_cascade(R"({ "model": "b_model", "period": "1 d", "bias": "70 %", "halvings": 10 })");
  INFO(all_problems(b_model));
  REQUIRE(b_model.scenario);
  CHECK(b_model.scenario->tenants[0].options.load.cascade->parts() == 1024);
  for (const ReadResult* first : {&cascade, &b_model}) {
    const ReadResult again = read_scenario_text(first->scenario->resolved_json, "r.json", {});
    REQUIRE(again.scenario);
    CHECK(again.scenario->resolved_json == first->scenario->resolved_json);
  }
}

TEST_CASE("scenario: what is wrong with a cascade is told with its place and what to do") {
  struct Bad {
    const char* load;
    const char* where;
    const char* what;
  };
  const Bad rows[] = {
      {R"({ "model": "cascade", "levels": [[0.5, 0.5]] })", "s.json:23", "load.period: missing"},
      {R"({ "model": "cascade", "period": "1 d" })", "s.json:23", "load.levels: missing"},
      {R"({ "model": "cascade", "period": "1 d", "levels": 3 })", "s.json:23",
       "load.levels: must be an array"},
      {R"({ "model": "cascade", "period": "1 d", "levels": [0.5, 0.5] })", "s.json:23",
       "load.levels.0: must be an array of two or more numbers from 0 to 1 — write [0.5,0.3,0.2]"},
      {R"({ "model": "cascade", "period": "1 d", "levels": [[0.5, 0.5], [1.5, -0.5]] })",
       "s.json:23", "load.levels.1: must be an array of two or more numbers from 0 to 1"},
      {R"({ "model": "cascade", "period": "1 d", "levels": [[0.5, 0.4]] })", "s.json:23",
       "load.levels: level 1 of a cascade has shares that add up to 0.9"},
      {R"({ "model": "cascade", "period": "1 d", "levels": [] })", "s.json:23",
       "load.levels: a cascade has 0 levels"},
      {R"({ "model": "b_model", "period": "1 us", "bias": 0.7, "halvings": 20 })", "s.json:23",
       "load.halvings: level 10 of a cascade cuts into parts shorter than 1 ns"},
      {R"({ "model": "b_model", "period": "1 d", "bias": 0.3, "halvings": 20 })", "s.json:23",
       "load.bias: 0.3 is too small (it must be at least 0.5)"},
      {R"({ "model": "b_model", "period": "1 d", "bias": 0.7, "halvings": 41 })", "s.json:23",
       "load.halvings: 41 is too large (at most 40)"},
      {R"({ "model": "b_model", "period": "1 s", "bias": 0.7, "halvings": 29 })", "s.json:23",
       "the parts of cascades are met"},
      {R"({ "model": "b_model", "period": "1 d", "bias": 0.7, "levels": [[0.5, 0.5]] })",
       "s.json:23", "`levels` belongs to cascade"},
  };
  for (const Bad& row : rows) {
    const ReadResult result = read_cascade(row.load);
    INFO(row.load << "\n" << all_problems(result));
    CHECK_FALSE(result.scenario);
    CHECK(all_problems(result).find(row.where) != std::string::npos);
    CHECK(all_problems(result).find(row.what) != std::string::npos);
  }
}

// Whole epochs of one level are never cut further: a million tenants with shares for every second
// are fine hour by hour, and not minute by minute and a half.
TEST_CASE("scenario: cascades that would take hours to play are refused") {
  std::string shares = "[0.01";
  for (int i = 1; i < 60; ++i) shares += ",0.0167797";
  shares += "]";
  const std::string load =
      R"({ "model": "cascade", "period": "1 h", "levels": [)" + shares + "," + shares + "] }";
  const std::vector<std::string> many = {"tenants.0.count=1000000", "run.duration=30 d"};
  CHECK(read_cascade(load, many).scenario);
  auto fine = many;
  fine.push_back("run.epoch=90 s");
  const ReadResult refused = read_cascade(load, fine);
  INFO(all_problems(refused));
  CHECK_FALSE(refused.scenario);
  CHECK(all_problems(refused).find("the parts of cascades are met") != std::string::npos);
}

TEST_CASE("scenario: arrivals of a class") {
  const std::string text = base_scenario();
  CHECK(read_scenario_text(text, "s.json", {}).scenario->tenants[0].options.arrivals ==
        models::ArrivalLaw::kPoisson);
  CHECK(read_scenario_text(text, "s.json", {"tenants.0.arrivals=even"})
            .scenario->tenants[0]
            .options.arrivals == models::ArrivalLaw::kEven);
  CHECK_FALSE(read_scenario_text(text, "s.json", {"tenants.0.arrivals=odd"}).scenario);
}
