// How drives fail: laws, batches, clusters, power events and traces; read, kept, and every
// impossible one refused at its place.
#include <algorithm>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "app/scenario/reader.hpp"
#include "tests/support/read_scenario.hpp"
#include "tests/support/scenario_text.hpp"

using namespace spindle;
using namespace spindle::app;
using spindle::test::base_scenario;
using spindle::test::replaced;
using spindle::test::valid;

namespace {

ReadResult with_failure(const std::string& failure, const std::string& more = "") {
  return read_scenario_text(
      replaced(base_scenario(), "\"targets\"",
               "\"failure\": { " + failure + " },\n" + more + "  \"targets\""),
      "s.json", {});
}

// The only problem of the scenario.
std::string failure_problem(const std::string& failure, const std::string& more = "") {
  const ReadResult result = with_failure(failure, more);
  for (const Problem& one : result.problems) UNSCOPED_INFO(to_string(one));
  REQUIRE(result.problems.size() == 1);
  CHECK(result.problems[0].line > 0);
  return to_string(result.problems[0]);
}

const double kYear = sim::kSecondsPerYear;

}  // namespace

TEST_CASE("failure: laws, batches, clusters, power events and traces are read") {
  const Scenario scenario = valid(with_failure(R"(
    "law": { "model": "bathtub", "age": "1 yr",
             "steps": [{ "from": "0 s", "times": 3 }, { "from": "5 yr", "times": 2.5 }] },
    "batches": [{ "share": "10 %", "hazard": 5 }, { "share": 0.5, "age": "3 yr" }],
    "clusters": { "model": "followers", "drives_per_node": 20,
                  "scales": [{ "in_node": 0.1, "delay": "10 min" },
                             { "in_node": 0.05, "in_rack": 0.2, "delay": "2 d" }] },
    "power_events": [{ "domain": "zone", "rate": "0.1 /yr", "lasts": "2 h", "dies": "1 %" }],
    "trace": { "file": "f.csv", "play": "beside" })"));
  const FailureSpec& failure = scenario.failure;
  CHECK(failure.life.kind == models::LifetimeKind::kSteps);
  CHECK(failure.life.age_s == kYear);
  REQUIRE(failure.life.steps.size() == 2);
  CHECK(failure.life.steps[1].from_s == 5 * kYear);
  CHECK(failure.life.steps[1].times == 2.5);
  REQUIRE(failure.life.batches.size() == 2);
  CHECK(failure.life.batches[0].share == Approx(0.1));
  CHECK(failure.life.batches[0].hazard == 5);
  CHECK(failure.life.batches[1].age_s == 3 * kYear);
  REQUIRE(failure.clusters);
  CHECK_FALSE(failure.clusters->preset);
  CHECK(failure.clusters->drives_per_node == 20);
  CHECK(failure.clusters->scales[0].mean_delay_s == 600);
  CHECK(failure.clusters->scales[1].in_rack == 0.2);
  REQUIRE(failure.power.size() == 1);
  CHECK(failure.power[0].kind == models::DomainKind::kZone);
  CHECK(failure.power[0].dies == Approx(0.01));
  REQUIRE(failure.trace);
  CHECK(failure.trace->file == "f.csv");
  CHECK_FALSE(failure.trace->is_alone);
  CHECK_FALSE(failure.is_as_in_chain());
  CHECK(scenario.has_timeline());
}

TEST_CASE("failure: without such keys drives fail as they always did") {
  for (const char* keys : {"", "\"replace\": \"1 h\""}) {
    const Scenario scenario = valid(with_failure(keys));
    CHECK(scenario.failure.is_as_in_chain());
    CHECK_FALSE(scenario.has_timeline());
  }
  const Scenario weibull = valid(with_failure(R"("law": { "model": "weibull", "shape": 0.7 })"));
  CHECK(weibull.failure.life.scale_s == 0);
  CHECK_FALSE(weibull.failure.is_as_in_chain());
}

TEST_CASE("failure: what cannot be is refused at its place, with a mend") {
  using Catch::Matchers::Contains;
  CHECK_THAT(
      failure_problem(R"("law": { "model": "bathtub", "steps": [{ "from": "1 d", "times": 1 }] })"),
      Contains("failure.law.steps.0.from") && Contains("begin at \"0 s\""));
  CHECK_THAT(
      failure_problem(R"("law": { "model": "bathtub", "steps": [{ "from": "0 s", "times": 1 },
                         { "from": "2 d", "times": 1 }, { "from": "1 d", "times": 1 }] })"),
      Contains("failure.law.steps.2.from") && Contains("order the steps"));
  CHECK_THAT(failure_problem(R"("law": { "model": "weibull" })"), Contains("shape"));
  CHECK_THAT(failure_problem(R"("batches": [{ "share": 0.7 }, { "share": 0.7 }])"),
             Contains("failure.batches.1.share") && Contains("1.4 of the racks"));
  CHECK_THAT(failure_problem(R"("batches": [{ "share": 0.01 }])"),
             Contains("failure.batches.0.share") && Contains("whole racks"));
  CHECK_THAT(failure_problem(R"("clusters": { "drives_per_node": 500 })"),
             Contains("failure.clusters.drives_per_node") && Contains("fewer drives a node"));
  CHECK_THAT(failure_problem(R"("clusters": { "model": "followers", "scales": [
                         { "in_node": 0.5, "in_rack": 0.5, "delay": "1 h" }] })"),
             Contains("failure.clusters.scales") && Contains("never end"));
  CHECK_THAT(failure_problem(R"("power_events": [{ "domain": "zone", "rate": "1000000 /yr",
                         "lasts": "1 s", "dies": 0 }])"),
             Contains("failure.power_events.0.rate") && Contains("power events in the run"));
  CHECK_THAT(
      failure_problem(R"("power_events": [{ "domain": "rack", "rate": "1 /yr", "lasts": "1 s",
                         "dies": 1.5 }])"),
      Contains("failure.power_events.0.dies"));
  CHECK_THAT(failure_problem(R"("clusters": {})", R"("events": [
                 { "at": "1 d", "event": "rack_landing", "racks_per_zone": 1 }],)"),
             Contains("events.0.event") && Contains("racks land"));
}

TEST_CASE("failure: the trace's folder is kept in the resolved scenario") {
  const Scenario scenario = valid(with_failure(R"("trace": { "file": "f.csv" })"));
  const auto resolved = nlohmann::json::parse(scenario.resolved_json);
  CHECK(resolved["traces"]["dir"].get<std::string>().front() == '/');
  CHECK(resolved["failure"]["trace"]["play"] == "alone");
}

namespace {

// Of the problems, whether one has both.
bool has_problem(const ReadResult& result, const std::string& path, const std::string& text) {
  for (const Problem& one : result.problems) UNSCOPED_INFO(to_string(one));
  return std::any_of(result.problems.begin(), result.problems.end(), [&](const Problem& one) {
    const std::string line = to_string(one);
    return line.find(path) != std::string::npos && line.find(text) != std::string::npos;
  });
}

const char* const kGrey = R"("grey": { "lasts": "2 d", "slowdown": 4, "share": "50 %" })";

}  // namespace

TEST_CASE("failure: drives that are slow before they fail are read, and make the run live") {
  const Scenario scenario = valid(with_failure(kGrey));
  CHECK(scenario.failure.grey.is_on());
  CHECK(scenario.failure.grey.lasts == sim::Duration::days(2));
  CHECK(scenario.failure.grey.slowdown == 4);
  CHECK(scenario.failure.grey.share == 0.5);
  CHECK(scenario.has_timeline());
  CHECK(valid(with_failure(R"("grey": { "lasts": "1 h", "slowdown": 1 })")).failure.grey.share ==
        1);
  const Scenario without = valid(with_failure(R"("detect": "1 h")"));
  CHECK_FALSE(without.failure.grey.is_on());
  CHECK_FALSE(without.has_timeline());
}

TEST_CASE("failure: grey drives where they have no meaning are refused, each at its place") {
  using Catch::Matchers::Contains;
  CHECK_THAT(failure_problem(R"("grey": { "lasts": "2 yr", "slowdown": 4 })"),
             Contains("failure.grey.lasts") && Contains("1 yr"));
  CHECK_THAT(failure_problem(R"("grey": { "lasts": "0 s", "slowdown": 4 })"),
             Contains("failure.grey.lasts"));
  CHECK_THAT(failure_problem(R"("grey": { "lasts": "1 d", "slowdown": 0.5 })"),
             Contains("failure.grey.slowdown"));
  CHECK_THAT(failure_problem(R"("grey": { "lasts": "1 d", "slowdown": 2, "share": 0 })"),
             Contains("failure.grey.share"));
  CHECK_THAT(failure_problem(R"("grey": { "lasts": "1 d" })"), Contains("slowdown"));
  CHECK_THAT(failure_problem(kGrey, R"("zoom": { "count": 1, "from": "1 d" },)"),
             Contains("failure.grey") && Contains("leave `zoom` or `grey` out"));
  const auto set = [](const std::string& override) {
    return read_scenario_text(replaced(base_scenario(), "\"targets\"",
                                       std::string("\"failure\": { ") + kGrey + " }, \"targets\""),
                              "s.json", {override});
  };
  CHECK(has_problem(set("fleet.models.0.afr=0 %/yr"), "failure.grey", "no drive fails by itself"));
  CHECK(has_problem(set("run.fidelity=mechanical"), "run.fidelity", "leave `grey` out"));
}
