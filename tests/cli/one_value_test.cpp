// A metric that both an estimator and the run's own events know has one value, the run's, wherever
// it is read.
#include <catch2/catch.hpp>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/cli/program.hpp"

using namespace spindle::test;
using Json = nlohmann::json;

namespace {

// Drives fail, a zone is down and not everything is back at the end: each of these names has a
// value of the run, and another of the direct estimator or the chain.
const std::string kEventful =
    " --set fleet.racks_per_zone=6 --set fleet.models.0.capacity='12 TB' --set "
    "fleet.models.0.afr='5 /yr' --set repair.bandwidth='5 MB/s' --set "
    "'events=[{\"at\": \"6 h\", \"event\": \"zone_down\", \"zone\": 1, \"lasts\": \"6 h\"}]'";
const std::string kDirect =
    " --set durability.estimator=direct --set durability.replications=4 --threads 2";

constexpr const char* kContested[] = {"durability.under_protected_extents",
                                      "availability.unreadable_fraction", "repair.bytes",
                                      "repair.p50_s", "repair.p99_s"};

Outcome run_program(const Scratch& scratch, const std::string& arguments) {
  Outcome outcome = shell(scratch.path(), "\"$SPINDLE\" " + arguments);
  INFO(outcome.err);
  REQUIRE(outcome.exit_code == 0);
  return outcome;
}

// The values of `run --format csv` or of one column of compare.csv, by name; each name once.
std::map<std::string, std::string> rows_of(const std::string& csv) {
  std::map<std::string, std::string> out;
  std::istringstream lines(csv);
  std::string line;
  std::getline(lines, line);
  while (std::getline(lines, line)) {
    const std::string name = line.substr(0, line.find(','));
    INFO(name);
    CHECK(out.emplace(name, line.substr(line.rfind(',') + 1)).second);
  }
  return out;
}

std::map<std::string, std::string> first_variant_of(const std::string& csv) {
  std::map<std::string, std::string> out;
  std::istringstream lines(csv);
  std::string head;
  std::string values;
  std::getline(lines, head);
  std::getline(lines, values);
  std::istringstream names(head);
  std::istringstream cells(values);
  std::string name;
  std::string cell;
  while (std::getline(names, name, ',') && std::getline(cells, cell, ',')) out[name] = cell;
  return out;
}

}  // namespace

TEST_CASE("a metric has one value in the table, in check, in compare and in metrics.json") {
  const Scratch scratch;
  write_file(scratch.path() / "small.json", small_scenario());
  const std::string sets = kEventful + kDirect;
  const Outcome run = run_program(scratch, "run small.json -q --out run --format csv" + sets);
  const Json file = Json::parse(read_file(scratch.path() / "run/metrics.json"));
  const auto shown = rows_of(run.out);
  CHECK(shown.size() + 1 == file.size());  // durability.estimator is a word

  run_program(scratch, "compare small.json -q --out both" + sets);
  const auto compared = first_variant_of(read_file(scratch.path() / "both/compare.csv"));
  const Json variant = Json::parse(read_file(scratch.path() / "both/compare.json"))["variants"][0];

  std::string bounds;
  for (const char* name : kContested) {
    const std::string unit = std::string(name).ends_with("_s")      ? " s"
                             : std::string(name).ends_with("bytes") ? " B"
                                                                    : "";
    bounds += std::string(" --set 'thresholds.") + name + "=>= 0" + unit + "'";
  }
  const Outcome check =
      run_program(scratch, "check small.json -q --out c --format json" + bounds + sets);
  const Json checks = Json::parse(check.out)["checks"];
  REQUIRE(checks.size() == std::size(kContested));

  // Without the estimator the same names have the values of the run's events alone.
  run_program(scratch, "run small.json -q --out own" + kEventful);
  const Json own = Json::parse(read_file(scratch.path() / "own/metrics.json"));
  for (std::size_t i = 0; i < std::size(kContested); ++i) {
    const char* name = kContested[i];
    INFO(name);
    REQUIRE(file[name].is_number());
    const double value = file[name];
    CHECK(own[name] == value);
    CHECK(std::stod(shown.at(name)) == value);
    CHECK(std::stod(compared.at(name)) == value);
    CHECK(variant["metrics"][name] == value);
    CHECK(checks[i]["metric"] == name);
    CHECK(checks[i]["value"] == value);
  }
  CHECK(file["repair.bytes"] > 0);
  CHECK(file["durability.losses"].is_number());
}
