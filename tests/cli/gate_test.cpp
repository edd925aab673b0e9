// `spindle check --baseline` as a user's continuous integration runs it, with the scenarios of
// scenarios/regress and the baselines of results/baselines.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/cli/program.hpp"
#include "tests/support/scenario_text.hpp"

using namespace spindle::test;
using Json = nlohmann::json;

namespace {

// `spindle check` of one of the scenarios against its baseline, quiet.
Outcome check_regress(const Scratch& scratch, const std::string& name, const std::string& options) {
  return shell(scratch.path(), "\"$SPINDLE\" check \"$SOURCE\"/scenarios/regress/" + name +
                                   ".json --baseline \"$SOURCE\"/results/baselines/" + name +
                                   ".json -q --format json " + options);
}

// The small scenario with a block of gates.
std::string small_with_gates() {
  return replaced(small_scenario(), "\"compare\"",
                  "\"gates\": { \"capacity.skew.over\": \"2 %\" },\n  \"compare\"");
}

// small.json and b.json, a baseline of three replications.
void bless_small(const Scratch& scratch) {
  write_file(scratch.path() / "small.json", small_with_gates());
  const Outcome blessed =
      check_small(scratch, "--baseline b.json --update --reason first --replications 3 -q");
  INFO(blessed.err);
  REQUIRE(blessed.exit_code == 0);
}

}  // namespace

TEST_CASE("regress: unchanged runs are identical to the baselines in the repository") {
  const Scratch scratch;
  for (const char* name : {"balance", "repair"}) {
    const Outcome same = check_regress(scratch, name, "");
    INFO(same.err);
    CHECK(same.exit_code == 0);
    const Json json = Json::parse(same.out);
    CHECK(json["identical"] == true);
    CHECK(json["verdict"] == "pass");
    CHECK(json["passed"] == true);
  }
}

TEST_CASE("regress: two choices that silently became one random choice are caught") {
  const Scratch scratch;
  const Outcome random = check_regress(scratch, "balance", "--set placement.policy=random");
  CHECK(random.exit_code == 4);
  CHECK(Json::parse(random.out)["verdict"] == "regression");
  CHECK(contains(random.err, "balance.json:"));
  CHECK(contains(random.err, ": gates.capacity.skew.over: regression (from "));
}

TEST_CASE("regress: two choices by stale loads are caught, though every threshold holds") {
  const Scratch scratch;
  const Outcome stale = check_regress(scratch, "balance", "--set placement.refresh=1000");
  INFO(stale.err);
  CHECK(stale.exit_code == 4);
  const Json json = Json::parse(stale.out);
  for (const Json& check : json["checks"]) CHECK(check["holds"] == true);
  CHECK(json["verdict"] == "regression");
  CHECK(json["paired"] == true);
  CHECK(json["same_scenario"] == false);
}

TEST_CASE("regress: fresh seeds of the same scenario raise no alarm") {
  const Scratch scratch;
  const Outcome other = check_regress(scratch, "repair", "--seed 1000");
  INFO(other.out << other.err);
  CHECK(other.exit_code != 4);
  CHECK(Json::parse(other.out)["paired"] == false);
}

TEST_CASE("regress: too few replications are inconclusive, and say how many would decide") {
  const Scratch scratch;
  const Outcome few =
      check_regress(scratch, "balance", "--set placement.refresh=1000 --replications 2");
  CHECK(few.exit_code == 5);
  CHECK(Json::parse(few.out)["verdict"] == "inconclusive");
  CHECK(Json::parse(few.out)["gates"][0]["replications_needed"].get<int>() > 2);
  CHECK(contains(few.err, "after 2 replications: about "));
  CHECK(contains(few.err, " would decide — --replications "));
}

TEST_CASE("regress: slower repair and more losses are caught") {
  const Scratch scratch;
  const Outcome slow = check_regress(scratch, "repair", "--set 'repair.mttr=96 h'");
  INFO(slow.out << slow.err);
  CHECK(slow.exit_code == 4);
  CHECK(contains(slow.err, "gates.repair.p99_s: regression"));
  CHECK(contains(slow.err, "gates.durability.losses: regression"));
}

TEST_CASE("check: --update writes a baseline with its reasons, the same bytes for any threads") {
  const Scratch scratch;
  bless_small(scratch);
  const fs::path file = scratch.path() / "b.json";
  const Json first = Json::parse(read_file(file));
  CHECK(first["scenario"] == "small");
  CHECK(first["rows"].size() == 3);
  REQUIRE(first["blessed"].size() == 1);
  CHECK(first["blessed"][0]["reason"] == "first");
  CHECK(check_small(scratch, "--baseline b.json -q").exit_code == 0);

  write_file(scratch.path() / "small.json", replaced(small_with_gates(), "300 TB", "310 TB"));
  const Outcome again = check_small(scratch,
                                    "--baseline b.json --update --reason 'more \"data\"' "
                                    "--threads 1 --progress none");
  CHECK(again.exit_code == 0);
  CHECK(contains(again.err, "b.json: written, with 3 replications\n"));
  const Json second = Json::parse(read_file(file));
  REQUIRE(second["blessed"].size() == 2);
  CHECK(second["blessed"][1]["reason"] == "more \"data\"");
  CHECK(second["scenario_digest"] != first["scenario_digest"]);

  write_file(file, first.dump());
  REQUIRE(check_small(scratch,
                      "--baseline a.json --update --reason x --threads 1 -q "
                      "--replications 3")
              .exit_code == 0);
  REQUIRE(check_small(scratch,
                      "--baseline c.json --update --reason x --threads 4 -q "
                      "--replications 3")
              .exit_code == 0);
  CHECK(read_file(scratch.path() / "a.json") == read_file(scratch.path() / "c.json"));
}

TEST_CASE(
    "check: a baseline that is none, broken or another scenario's is refused, and nothing run") {
  const Scratch scratch;
  bless_small(scratch);
  fs::remove_all(scratch.path() / "results");
  const std::string good = read_file(scratch.path() / "b.json");
  const auto refused = [&](const std::string& text, const std::string& message) {
    write_file(scratch.path() / "bad.json", text);
    for (const char* options : {"", " --update --reason r"}) {
      const Outcome outcome = check_small(scratch, std::string("--baseline bad.json") + options);
      INFO(outcome.err);
      CHECK(outcome.exit_code == 3);
      CHECK(outcome.out.empty());
      CHECK(contains(outcome.err, message));
    }
    CHECK(read_file(scratch.path() / "bad.json") == text);
  };
  refused(good.substr(0, good.size() / 2), "bad.json:");
  refused("{}", "bad.json: not a baseline");
  refused(small_scenario(), "bad.json: not a baseline");
  refused(replaced(good, "\"scenario\": \"small\"", "\"scenario\": \"large\""),
          "bad.json: scenario: is the baseline of \"large\", not of \"small\"");
  refused(
      replaced(good, "capacity.skew.over", "capacity.skew.ovr"),
      "rows.0.metrics.capacity.skew.ovr: unknown metric — did you mean \"capacity.skew.over\"?");
  refused(replaced(good, "\"schema_version\": 1", "\"schema_version\": 9"),
          "bad.json:2:21: schema_version: version 9 of baselines is not known");
  const Outcome absent = check_small(scratch, "--baseline absent.json");
  CHECK(absent.exit_code == 3);
  CHECK(contains(absent.err, "absent.json: no such file"));
  const Outcome lacks =
      check_small(scratch, "--baseline b.json --set 'gates.scrub.age_mean_s=1 d'");
  CHECK(lacks.exit_code == 3);
  CHECK(contains(lacks.err, "b.json: rows.0.metrics.scrub.age_mean_s: missing"));
  CHECK_FALSE(fs::exists(scratch.path() / "results"));
}

TEST_CASE("check: a scenario without gates, and options that do not go together, are refused") {
  const Scratch scratch;
  bless_small(scratch);
  write_file(scratch.path() / "none.json", small_scenario());
  const Outcome none = shell(scratch.path(), "\"$SPINDLE\" check none.json --baseline b.json");
  CHECK(none.exit_code == 3);
  CHECK(contains(none.err, "none.json: gates: nothing to compare"));
  CHECK(check_small(scratch, "--update --reason r").exit_code == 2);
  CHECK(check_small(scratch, "--baseline b.json --update").exit_code == 2);
  CHECK(check_small(scratch, "--baseline b.json --reason r").exit_code == 2);
  CHECK(check_small(scratch, "--replications 3").exit_code == 2);
  const Outcome folder =
      check_small(scratch, "--baseline b.json --junit nowhere/deeper/j.xml -q --markdown b.json/x");
  CHECK(folder.exit_code == 2);
  CHECK(contains(folder.err, "choose another --markdown"));
  const Outcome itself = check_small(scratch, "--baseline b.json --junit b.json -q");
  CHECK(itself.exit_code == 2);
  CHECK(contains(itself.err, "b.json: is what is read from — choose another --junit"));
  // A variable that is not set must not turn the gate off.
  for (const char* empty : {"--baseline ''", "--baseline b.json --junit ''",
                            "--baseline b.json --update --reason ' '"}) {
    INFO(empty);
    const Outcome refused = check_small(scratch, empty);
    CHECK(refused.exit_code == 2);
    CHECK(contains(refused.err, "is empty"));
  }
  const Outcome twice = check_small(scratch, "--baseline b.json --junit x --markdown ./x -q");
  CHECK(twice.exit_code == 2);
  CHECK(contains(twice.err, "is that of --junit — choose another --markdown"));
  const Outcome set = check_small(scratch, "--baseline b.json --update --reason r --set seed=5 -q");
  CHECK(set.exit_code == 2);
  CHECK(contains(set.err, "--set: seed: does not go with --update"));
  const Outcome finished =
      shell(scratch.path(), "\"$SPINDLE\" check results/small --baseline b.json");
  CHECK(finished.exit_code == 2);
  CHECK(contains(finished.err, "--baseline: results/small is a finished run"));
}

TEST_CASE("check: thresholds broken at --update leave the baseline as it was") {
  const Scratch scratch;
  bless_small(scratch);
  const std::string before = read_file(scratch.path() / "b.json");
  const Outcome broken = check_small(
      scratch, "--baseline b.json --update --reason r -q --set 'thresholds.cost.overhead=< 1'");
  CHECK(broken.exit_code == 4);
  CHECK(contains(broken.err, "b.json: not written: thresholds are broken"));
  // A gate on what the run does not measure.
  const Outcome lacks = check_small(
      scratch, "--baseline b.json --update --reason r -q --set 'gates.scrub.age_mean_s=1 d'");
  CHECK(lacks.exit_code == 3);
  CHECK(contains(lacks.err, "gates.scrub.age_mean_s: the run does not report it"));
  CHECK(read_file(scratch.path() / "b.json") == before);
}

TEST_CASE("check: JUnit, Markdown and annotations go with thresholds alone, gates and folders") {
  const Scratch scratch;
  bless_small(scratch);
  const std::string files = " -q --junit j.xml --markdown sub/m.md --github";
  const auto junit = [&] { return read_file(scratch.path() / "j.xml"); };
  const Outcome few = check_small(
      scratch, "--baseline b.json --replications 2 --set placement.policy=round_robin" + files);
  INFO(few.out << few.err);
  REQUIRE(few.exit_code == 5);
  CHECK(contains(few.err,
                 "::warning file=small.json,line=16,col=36,title=small::gates.capacity."
                 "skew.over: inconclusive"));
  CHECK(contains(junit(), "errors=\"1\""));
  CHECK(contains(junit(), "<error type=\"inconclusive\""));
  CHECK(contains(read_file(scratch.path() / "sub/m.md"), "### small: inconclusive\n"));

  const std::string broken = " --set 'thresholds.cost.overhead=< 1'";
  const Outcome alone = check_small(scratch, "--out out" + broken + files);
  CHECK(alone.exit_code == 4);
  CHECK(contains(alone.err, "::error title=small::thresholds.cost.overhead: 1.8 is not < 1\n"));
  CHECK(contains(junit(), "<failure type=\"threshold\" message=\"1.8 is not &lt; 1\">"));
  CHECK(contains(read_file(scratch.path() / "sub/m.md"), "### small: a threshold is broken\n"));
  const std::string before = junit();
  const Outcome folder = shell(scratch.path(), "\"$SPINDLE\" check out" + broken + files);
  CHECK(folder.exit_code == 4);
  CHECK(junit() == before);
}
