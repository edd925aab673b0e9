// `spindle diff`: runs beside runs, sweeps beside sweeps.
#include <catch2/catch.hpp>
#include <cmath>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/cli/program.hpp"

using namespace spindle::test;
using Json = nlohmann::json;

namespace {

// A sweep's folder with rows of one metric, made by hand: differences are known.
void write_rows(const fs::path& folder, const std::string& rows, int points, int repeat) {
  fs::create_directories(folder);
  write_file(folder / "scenario.json", "{}\n");
  write_file(folder / "sweep.json", Json({{"scenario", "s"},
                                          {"study", "0"},
                                          {"version", "v"},
                                          {"points", points},
                                          {"replications", repeat},
                                          {"columns", {"x"}}})
                                        .dump());
  write_file(folder / "sweep.jsonl", rows);
}

std::string row(int point, int replication, int x, int seed, double value) {
  return Json({{"point", point},
               {"replication", replication},
               {"run_id", "00"},
               {"x", x},
               {"seed", seed},
               {"version", "v"},
               {"digest", "d"},
               {"heat.cov", value},
               {"cost.drives", 7}})
             .dump() +
         "\n";
}

Json diff_of(const Scratch& scratch, const std::string& options) {
  const Outcome outcome = shell(scratch.path(), "\"$SPINDLE\" diff --format json " + options);
  INFO(outcome.err);
  REQUIRE(outcome.exit_code == 0);
  return Json::parse(outcome.out);
}

}  // namespace

TEST_CASE(
    "diff: sweeps differ by the mean over points, with Student's interval over replications") {
  const Scratch scratch;
  write_rows(scratch.path() / "a",
             row(0, 0, 1, 10, 1) + row(0, 1, 1, 11, 2) + row(1, 0, 2, 10, 3) + row(1, 1, 2, 11, 4),
             2, 2);
  // The points in another order, and one that A does not have.
  write_rows(scratch.path() / "b",
             row(0, 0, 2, 10, 4) + row(0, 1, 2, 11, 6) + row(1, 0, 1, 10, 2) + row(1, 1, 1, 11, 4) +
                 row(2, 0, 3, 10, 9),
             3, 2);
  const Json all = diff_of(scratch, "a b");
  CHECK(all["pairs"] == 4);
  CHECK(all["unpaired"] == 1);
  REQUIRE(all["differences"].size() == 1);
  const Json& row = all["differences"][0];
  CHECK(row["metric"] == "heat.cov");
  CHECK(row["a"] == 2.5);
  CHECK(row["b"] == 4);
  CHECK(row["difference"] == 1.5);  // 1 in replication 0, 2 in replication 1
  CHECK(row["ci_low"].get<double>() == Approx(1.5 - 12.7062 * 0.5).epsilon(1e-4));
  CHECK(row["ci_high"].get<double>() == Approx(1.5 + 12.7062 * 0.5).epsilon(1e-4));
  CHECK(diff_of(scratch, "a b --all")["differences"].size() == 2);
  const Json points = diff_of(scratch, "a b --metric heat.cov")["differences"];
  REQUIRE(points.size() == 2);
  CHECK(points[0]["point"] == "x=1");
  CHECK(points[0]["difference"] == 1.5);
  CHECK(points[1]["a"] == 3.5);
  CHECK(diff_of(scratch, "a a")["differences"].empty());
}

TEST_CASE("diff: runs differ by their metrics") {
  const Scratch scratch;
  write_file(scratch.path() / "small.json", small_scenario());
  for (const char* drives : {"90", "180"}) {
    REQUIRE(shell(scratch.path(), std::string("\"$SPINDLE\" run small.json -q --set "
                                              "fleet.drives=") +
                                      drives + " --out d" + drives)
                .exit_code == 0);
  }
  const Json diff = diff_of(scratch, "d90 d180 --metric capacity.fill.mean")["differences"];
  REQUIRE(diff.size() == 1);
  CHECK(diff[0]["b"].get<double>() == Approx(diff[0]["a"].get<double>() / 2));
  CHECK(diff[0]["difference"].get<double>() == Approx(-diff[0]["b"].get<double>()));
  CHECK(diff[0]["ci_low"].is_null());
  const Outcome table = shell(scratch.path(), "\"$SPINDLE\" diff d90 d180");
  CHECK(table.exit_code == 0);
  CHECK(table.out.find("capacity.fill.mean") != std::string::npos);
  CHECK(table.err.find("1 pair of runs; ") == 0);
}

TEST_CASE("diff: what cannot be compared is refused") {
  const Scratch scratch;
  write_rows(scratch.path() / "a", row(0, 0, 1, 10, 1), 1, 1);
  write_rows(scratch.path() / "b", row(0, 0, 1, 11, 1), 1, 1);
  fs::create_directory(scratch.path() / "empty");
  for (const auto& [options, code, problem] :
       std::vector<std::tuple<std::string, int, std::string>>{
           {"a b", 3, "no run of the one has the values and the seed of one of the other"},
           {"a empty", 3, "a sweep and a run"},
           {"a nowhere", 3, "nowhere: no such folder"},
           {"empty empty", 3, "no such file"},
           {"a a --metric heat.cv", 2, "did you mean"}}) {
    const Outcome outcome = shell(scratch.path(), "\"$SPINDLE\" diff " + options);
    INFO(outcome.err);
    CHECK(outcome.exit_code == code);
    CHECK(outcome.err.find(problem) != std::string::npos);
  }
}
