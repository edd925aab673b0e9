// The "thresholds" block: read, kept, set from outside, and every mistake reported at its place.
#include <algorithm>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <vector>

#include "app/scenario/reader.hpp"
#include "tests/support/read_scenario.hpp"
#include "tests/support/scenario_text.hpp"

using namespace spindle::app;
using spindle::test::all_problems;
using spindle::test::base_scenario;
using spindle::test::replaced;

namespace {

// The block stands on line 26, in front of "targets".
ReadResult with_thresholds(const std::string& block, const std::vector<std::string>& sets = {},
                           std::optional<std::size_t> variant = std::nullopt) {
  const std::string given = block.empty() ? "" : "\"thresholds\": " + block + ",\n  ";
  return read_scenario_text(replaced(base_scenario(), "\"targets\"", given + "\"targets\""),
                            "s.json", sets, variant);
}

std::vector<Threshold> thresholds(const ReadResult& result) {
  return spindle::test::valid(result).thresholds;
}

}  // namespace

TEST_CASE("scenario: thresholds are read in the file's order, each with its place") {
  const auto read = thresholds(
      with_thresholds(R"({ "heat.util.max": "<= 80 %", "capacity.skew.over": "< 0.02" })"));
  REQUIRE(read.size() == 2);
  CHECK(read[0].metric == "heat.util.max");
  CHECK(read[0].comparison == Comparison::kLessOrEqual);
  CHECK(read[0].bound == 0.8);
  CHECK(read[0].text == "<= 80 %");
  CHECK(read[0].file == "s.json");
  CHECK(read[0].line == 26);
  CHECK(read[0].column == 36);
  CHECK(read[1].metric == "capacity.skew.over");
  CHECK(thresholds(with_thresholds("")).empty());
  CHECK(thresholds(with_thresholds("{}")).empty());
}

TEST_CASE("scenario: the resolved scenario keeps its thresholds, and adds none") {
  const ReadResult with_block = with_thresholds(R"({ "durability.nines": ">= 9" })");
  REQUIRE(with_block.scenario);
  const auto json = nlohmann::json::parse(with_block.scenario->resolved_json);
  CHECK(json["thresholds"] == nlohmann::json::parse(R"({ "durability.nines": ">= 9" })"));
  const ReadResult again = read_scenario_text(with_block.scenario->resolved_json, "again.json", {});
  CHECK(thresholds(again).at(0).bound == 9);
  const ReadResult without = with_thresholds("");
  REQUIRE(without.scenario);
  CHECK_FALSE(nlohmann::json::parse(without.scenario->resolved_json).contains("thresholds"));
}

TEST_CASE("scenario: --set takes what stands behind \"thresholds.\" for one metric's name") {
  const std::string block = R"({ "capacity.skew.over": "< 2 %" })";
  const auto changed = thresholds(with_thresholds(block, {"thresholds.capacity.skew.over=<= 3 %"}));
  REQUIRE(changed.size() == 1);
  CHECK(changed[0].bound == 0.03);
  CHECK(changed[0].file == "--set");
  CHECK(changed[0].line == 0);
  const auto added = thresholds(with_thresholds(block, {"thresholds.heat.util.max=< 1"}));
  REQUIRE(added.size() == 2);
  CHECK(added[0].file == "s.json");
  CHECK(added[1].metric == "heat.util.max");
  CHECK(thresholds(with_thresholds("", {"thresholds.heat.cov=<1"})).size() == 1);
  CHECK(thresholds(with_thresholds(block, {R"(thresholds={"heat.cov": "< 1"})"})).at(0).metric ==
        "heat.cov");
  // A JSON text is one too.
  CHECK(thresholds(with_thresholds("", {"thresholds.heat.cov=\"< 1\""})).at(0).bound == 1);
}

TEST_CASE("scenario: a variant may state thresholds of its own") {
  const std::string text = replaced(base_scenario(), "\"placement.policy\": \"random\" }",
                                    "\"thresholds.heat.util.max\": \"< 0.7\" }");
  const ReadResult base = read_scenario_text(text, "s.json", {});
  CHECK(thresholds(base).empty());
  const auto own = thresholds(read_scenario_text(text, "s.json", {}, 0));
  REQUIRE(own.size() == 1);
  CHECK(own[0].bound == 0.7);
  CHECK(own[0].line == 28);
}

TEST_CASE("scenario: mistakes in thresholds come all at once, each at its path") {
  const ReadResult result = with_thresholds(
      R"({
    "capacity.skew.ovr": "< 2 %",
    "capacity.skew.under": 0.02,
    "heat.util.max": "=< 0.8",
    "heat.util.p99": "0.8",
    "durability.mttdl_years": ">= 1e6",
    "heat.cov": "< nan",
    "heat.cov": "< 1"
  })",
      {"thresholds.cost.drvies=< 9", "thresholds.cost.drives=9", "thresholds.=< 1"});
  CHECK_FALSE(result.scenario);
  const std::vector<std::string> expected = {
      "s.json:27:5: thresholds.capacity.skew.ovr: unknown metric — did you mean "
      "\"capacity.skew.over\"?",
      "s.json:28:28: thresholds.capacity.skew.under: must be an operator and a bound in double "
      "quotes, got the number 0.02 — write \"< 0.8\"",
      "s.json:29:22: thresholds.heat.util.max: unknown operator \"=<\" (known: <, <=, >, >=) — did "
      "you mean \"<=\"?",
      "s.json:30:22: thresholds.heat.util.p99: \"0.8\" does not begin with <, <=, > or >= — write "
      "\"< 0.8\"",
      "s.json:31:31: thresholds.durability.mttdl_years: after \">=\": missing unit (a bare number "
      "is only for counts and ratios) — write \"1e6 yr\"",
      "s.json:32:17: thresholds.heat.cov: after \"<\": \"nan\" is not a finite number — write "
      "\"0.8\"",
      "s.json:33:5: thresholds.heat.cov: duplicate key (first given at line 32, column 5; JSON "
      "would silently take the last) — remove one",
      "--set: thresholds.cost.drvies: unknown metric — did you mean \"cost.drives\"?",
      "--set: thresholds.: unknown metric — `spindle list metrics` names them all",
      "--set: thresholds.cost.drives: must be an operator and a bound in double quotes, got the "
      "number 9 — write \"< 0.8\"",
  };
  std::vector<std::string> found;
  for (const Problem& problem : result.problems) found.push_back(to_string(problem));
  CHECK(found == expected);
}

TEST_CASE("scenario: thresholds that are no object are refused") {
  for (const char* block : {"[]", "\"< 2 %\"", "3", "null"}) {
    const ReadResult result = with_thresholds(block);
    INFO(all_problems(result));
    CHECK_FALSE(result.scenario);
    CHECK(all_problems(result).starts_with("s.json:26:17: thresholds: must be an object, got "));
    const ReadResult set = with_thresholds(block, {"thresholds.heat.cov=< 1"});
    CHECK(all_problems(set).find("--set: thresholds.heat.cov: cannot be set") != std::string::npos);
  }
}
