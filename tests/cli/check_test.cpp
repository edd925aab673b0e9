// `spindle check`: the verdict of a scenario's own thresholds, from a run or from a finished run's
// folder.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/cli/program.hpp"
#include "tests/support/scenario_text.hpp"

using namespace spindle::test;
using Json = nlohmann::json;

namespace {

// The small scenario with a block of thresholds, on a line of their own.
std::string small_with(const std::string& thresholds) {
  return replaced(small_scenario(), "\"compare\"",
                  "\"thresholds\": { " + thresholds + " },\n  \"compare\"");
}

constexpr const char* kHolding = R"("capacity.fill.mean": "> 10 %", "cost.overhead": "<= 1.8")";

}  // namespace

TEST_CASE("check exits with 0 where all thresholds hold, 4 where one is broken") {
  const Scratch scratch;
  write_file(scratch.path() / "small.json", small_with(kHolding));
  const Outcome good = check_small(scratch, "-q --out good");
  INFO(good.err);
  CHECK(good.exit_code == 0);
  CHECK(good.err.empty());
  CHECK(contains(good.out, "capacity.fill.mean"));
  CHECK(fs::exists(scratch.path() / "good/metrics.json"));

  const Outcome bad = check_small(
      scratch, "-q --out bad --set 'redundancy={\"scheme\": \"replication\", \"copies\": 2}'");
  CHECK(bad.exit_code == 4);
  CHECK(contains(bad.out, "cost.overhead"));
  CHECK(contains(bad.out, "BROKEN"));
  CHECK(bad.err == "small.json:16:68: thresholds.cost.overhead: 2 is not <= 1.8\n");
  // What was run is kept, broken or not.
  CHECK(fs::exists(scratch.path() / "bad/metrics.json"));

  const Outcome set =
      check_small(scratch, "--progress none --set 'thresholds.cost.overhead=< 1.8'");
  CHECK(set.exit_code == 4);
  CHECK(contains(set.err, "--set: thresholds.cost.overhead: 1.8 is not < 1.8\n"));
  CHECK(contains(set.err, "1 of 2 thresholds hold; results in results/small\n"));
}

TEST_CASE("check: a metric without a value breaks its threshold") {
  const Scratch scratch;
  write_file(scratch.path() / "small.json", small_with("\"heat.peak_to_mean\": \">= 0\""));
  // No demand, so no peak.
  const std::string idle =
      " -q --out out --set 'tenants.0.reads=0 B/s' --set 'tenants.0.writes=0 B/s'";
  const Outcome run = check_small(scratch, idle);
  const std::string said = "thresholds.heat.peak_to_mean: undefined, and so not >= 0\n";
  CHECK(run.exit_code == 4);
  CHECK(contains(run.err, said));
  const Outcome folder = shell(scratch.path(), "\"$SPINDLE\" check out -q");
  CHECK(folder.exit_code == 4);
  CHECK(contains(folder.err, said));
  CHECK(folder.out == run.out);
}

TEST_CASE("check refuses scenarios that are invalid or ask nothing, and runs none") {
  const Scratch scratch;
  write_file(scratch.path() / "none.json", small_scenario());
  write_file(scratch.path() / "bad.json",
             small_with("\"capacity.skew.ovr\": \"< 1\", \"heat.cov\": \"< 1 TB\""));
  const Outcome none = shell(scratch.path(), "\"$SPINDLE\" check none.json");
  CHECK(none.exit_code == 3);
  CHECK(none.out.empty());
  CHECK(contains(none.err, "none.json: thresholds: nothing to check"));
  CHECK(contains(none.err, "--set 'thresholds.capacity.skew.over=< 2 %'"));
  const Outcome bad = shell(scratch.path(), "\"$SPINDLE\" check bad.json");
  CHECK(bad.exit_code == 3);
  CHECK(bad.out.empty());
  CHECK(contains(bad.err, "did you mean \"capacity.skew.over\"?"));
  CHECK(contains(bad.err, "bad.json:16:59: thresholds.heat.cov: after \"<\": wrong unit"));
  CHECK(shell(scratch.path(), "\"$SPINDLE\" check absent.json").exit_code == 3);
  CHECK_FALSE(fs::exists(scratch.path() / "results"));
}

TEST_CASE("run and compare do not heed thresholds, and keep them with the results") {
  const Scratch scratch;
  write_file(scratch.path() / "small.json", small_with("\"cost.overhead\": \"< 1\""));
  CHECK(shell(scratch.path(), "\"$SPINDLE\" run small.json -q --out run").exit_code == 0);
  CHECK(shell(scratch.path(), "\"$SPINDLE\" compare small.json -q --out both").exit_code == 0);
  const Json kept = Json::parse(R"({ "cost.overhead": "< 1" })");
  for (const char* folder : {"run", "both/random", "both/two-choices"}) {
    const fs::path file = scratch.path() / folder / "scenario.json";
    CHECK(Json::parse(read_file(file))["thresholds"] == kept);
    const Outcome outcome = shell(scratch.path(), std::string("\"$SPINDLE\" check -q ") + folder);
    CHECK(outcome.exit_code == 4);
    CHECK(contains(outcome.err, std::string(folder) + "/scenario.json:"));
  }
  const Outcome explain = shell(scratch.path(), "\"$SPINDLE\" explain small.json");
  CHECK(contains(explain.out, "thresholds  cost.overhead < 1\n"));
}

TEST_CASE("check of a finished run gives the run's verdict, and writes nothing") {
  const Scratch scratch;
  write_file(scratch.path() / "small.json", small_with(kHolding));
  const Outcome run = check_small(scratch, "-q --out out");
  const fs::path metrics = scratch.path() / "out/metrics.json";
  const std::string before = read_file(metrics);
  for (const char* format : {"table", "csv", "json", "md"}) {
    const std::string asked = std::string(" -q --format ") + format;
    const Outcome again = check_small(scratch, "--out b" + asked);
    const Outcome folder = shell(scratch.path(), "\"$SPINDLE\" check out" + asked);
    CHECK(folder.exit_code == 0);
    CHECK(folder.out == again.out);
  }
  const Outcome stricter =
      shell(scratch.path(), "\"$SPINDLE\" check out -q --set 'thresholds.cost.overhead=< 1'");
  CHECK(stricter.exit_code == 4);
  CHECK(stricter.err == "--set: thresholds.cost.overhead: 1.8 is not < 1\n");
  CHECK(read_file(metrics) == before);
  CHECK_FALSE(fs::exists(scratch.path() / "results"));
}

TEST_CASE("check of a folder names what is missing or cannot be judged") {
  const Scratch scratch;
  write_file(scratch.path() / "small.json", small_with(kHolding));
  REQUIRE(shell(scratch.path(), "\"$SPINDLE\" run small.json -q --out out").exit_code == 0);
  const fs::path out = scratch.path() / "out";
  const auto check = [&](const std::string& options, int exit_code, const std::string& message) {
    const Outcome outcome = shell(scratch.path(), "\"$SPINDLE\" check out " + options);
    INFO(outcome.err);
    CHECK(outcome.exit_code == exit_code);
    CHECK(outcome.out.empty());
    CHECK(contains(outcome.err, message));
  };
  SECTION("missing files") {
    const char* const file = GENERATE("metrics.json", "manifest.json", "scenario.json");
    fs::remove(out / file);
    check("", 3, std::string("out/") + file + ": no such file");
  }
  SECTION("an empty folder") {
    fs::remove_all(out);
    fs::create_directory(out);
    for (const char* file : {"metrics.json", "manifest.json", "scenario.json"}) {
      check("", 3, std::string("out/") + file + ": no such file");
    }
  }
  SECTION("half a file") {
    write_file(out / "metrics.json", "{ \"cost.overhead\": ");
    check("", 3, "out/metrics.json: not a result file");
  }
  SECTION("text for a number") {
    write_file(out / "metrics.json", R"({ "cost.overhead": "1.8" })");
    check("", 3, "out/metrics.json: cost.overhead: neither a number nor null");
  }
  SECTION("a metric that the run did not report") {
    write_file(out / "metrics.json", R"({ "cost.overhead": 1.8 })");
    check("", 3, "out/metrics.json: capacity.fill.mean: missing");
  }
  SECTION("a partial run") {
    write_file(out / "manifest.json", replaced(read_file(out / "manifest.json"),
                                               "\"partial\": false", "\"partial\": true"));
    check("", 3, "out/manifest.json: a partial run");
  }
  SECTION("a manifest that does not say") {
    write_file(out / "manifest.json", "{}");
    check("", 3, "out/manifest.json: does not say whether the run was finished");
  }
  SECTION("options of a run") {
    check("--set fleet.drives=9", 2, "--set: fleet.drives: out is a finished run");
    check("--seed 3", 2, "--set: seed: out is a finished run");
    check("--out elsewhere", 2, "--out: out is a finished run");
  }
}

TEST_CASE("check: an interrupted run is not judged") {
  const Scratch scratch;
  write_file(scratch.path() / "small.json", small_with(kHolding));
  const Outcome outcome =
      shell(scratch.path(),
            "timeout --preserve-status -s INT 1 \"$SPINDLE\" check small.json "
            "--set run.duration='190 yr' --set run.epoch='10 min' --out out -q");
  CHECK(outcome.exit_code == 130);
  CHECK(outcome.out.empty());
  CHECK(contains(outcome.err, "interrupted: thresholds are not judged"));
  const Outcome folder = shell(scratch.path(), "\"$SPINDLE\" check out");
  CHECK(folder.exit_code == 3);
  CHECK(contains(folder.err, "out/manifest.json: a partial run"));
}

TEST_CASE("check: JSON has the documented keys") {
  const Scratch scratch;
  write_file(scratch.path() / "small.json", small_with(kHolding));
  const Outcome outcome = check_small(scratch, "-q --format json");
  const Json json = Json::parse(outcome.out);
  CHECK(json.size() == 3);
  CHECK(json["scenario"] == "small");
  CHECK(json["passed"] == true);
  REQUIRE(json["checks"].size() == 2);
  CHECK(json["checks"][1] == Json::parse(R"({ "metric": "cost.overhead", "value": 1.8,
                                              "threshold": "<= 1.8", "holds": true })"));
}

TEST_CASE("balance: its thresholds hold for two choices, for any seed, and not for random") {
  // Margins are wide beside the spread over seeds: skew is 0.5 % to 0.8 % where 2 % is allowed with
  // two choices, and 14 % to 21 % with one; the hottest drive is at 0.5 to 0.75 of 0.8.
  const Scratch scratch;
  const std::string check = "\"$SPINDLE\" check \"$SOURCE\"/scenarios/regress/balance.json -q ";
  const Outcome good = shell(scratch.path(), check);
  INFO(good.err);
  CHECK(good.exit_code == 0);
  for (const char* seed : {"2", "3", "4"}) {
    CHECK(shell(scratch.path(), check + "--seed " + seed).exit_code == 0);
  }
  const Outcome random = shell(scratch.path(), check + "--set placement.policy=random");
  CHECK(random.exit_code == 4);
  CHECK(contains(random.err, "balance.json:"));
  CHECK(contains(random.err, ": thresholds.capacity.skew.over: "));
}
