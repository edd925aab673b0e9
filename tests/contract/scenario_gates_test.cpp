// The "gates" block: read, kept, set from outside, and every mistake reported at its place.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <vector>

#include "app/scenario/reader.hpp"
#include "tests/support/read_scenario.hpp"
#include "tests/support/scenario_text.hpp"

using namespace spindle::app;
using spindle::test::base_scenario;
using spindle::test::replaced;

namespace {

// The block stands on line 26, in front of "targets".
ReadResult with_gates(const std::string& block, const std::vector<std::string>& sets = {}) {
  const std::string given = block.empty() ? "" : "\"gates\": " + block + ",\n  ";
  return read_scenario_text(replaced(base_scenario(), "\"targets\"", given + "\"targets\""),
                            "s.json", sets);
}

}  // namespace

TEST_CASE(
    "scenario: gates are read in the file's order, in the metric's unit, each with its place") {
  const auto gates =
      spindle::test::valid(
          with_gates(R"({ "capacity.skew.over": "0.5 %", "repair.p99_s": "10 min" })"))
          .gates;
  REQUIRE(gates.size() == 2);
  CHECK(gates[0].metric == "capacity.skew.over");
  CHECK(gates[0].margin == 0.005);
  CHECK(gates[0].text == "0.5 %");
  CHECK(gates[0].file == "s.json");
  CHECK(gates[0].line == 26);
  CHECK(gates[0].column == 36);
  CHECK(gates[1].margin == 600);
  CHECK(spindle::test::valid(with_gates("")).gates.empty());
}

TEST_CASE("scenario: --set changes one gate, and the resolved scenario keeps them") {
  const ReadResult changed = with_gates(R"({ "heat.util.max": "0.02" })",
                                        {"gates.heat.util.max=0.05", "gates.heat.cov=0.1"});
  const auto gates = spindle::test::valid(changed).gates;
  REQUIRE(gates.size() == 2);
  CHECK(gates[0].margin == 0.05);
  CHECK(gates[0].file == "--set");
  CHECK(gates[0].line == 0);
  const auto json = nlohmann::json::parse(changed.scenario->resolved_json);
  CHECK(json["gates"]["heat.cov"] == "0.1");
}

TEST_CASE("scenario: mistakes in gates come all at once, each at its path") {
  const ReadResult result = with_gates(R"({
    "capacity.skew.ovr": "2 %",
    "capacity.skew.under": true,
    "heat.util.max": "< 0.8",
    "heat.util.p99": "0",
    "durability.mttdl_years": "5"
  })",
                                       {"gates.cost.drvies=9"});
  CHECK_FALSE(result.scenario);
  std::vector<std::string> said;
  for (const Problem& problem : result.problems) said.push_back(to_string(problem));
  const std::vector<std::string> expected = {
      "s.json:27:5: gates.capacity.skew.ovr: unknown metric — did you mean "
      "\"capacity.skew.over\"?",
      "s.json:28:28: gates.capacity.skew.under: must be a quantity, got true — "
      "write \"0.02\"",
      "s.json:29:22: gates.heat.util.max: \"< 0.8\" is a bound (a margin is how far the metric may "
      "move either way) — write \"0.02\", or state it in thresholds",
      "s.json:30:22: gates.heat.util.p99: \"0\" is no margin (it must be above 0: no number of "
      "runs shows that two means are exactly equal) — write \"0.02\"",
      "s.json:31:31: gates.durability.mttdl_years: missing unit (a bare number is only for counts "
      "and ratios) — write \"5 yr\"",
      "--set: gates.cost.drvies: unknown metric — did you mean \"cost.drives\"?",
  };
  CHECK(said == expected);
}
