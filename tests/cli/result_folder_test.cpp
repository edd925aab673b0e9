// What stands in a result folder after full disks, signals and other runs: whole files of one run,
// and nothing else.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <set>

#include "tests/cli/program.hpp"

using namespace spindle::test;
using Json = nlohmann::json;

namespace {

std::set<std::string> names_in(const fs::path& folder) {
  std::set<std::string> names;
  if (!fs::exists(folder)) return names;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (!entry.is_directory()) names.insert(entry.path().filename());
  }
  return names;
}

}  // namespace

TEST_CASE("a disk that fills up leaves the results of the run before") {
  const Scratch scratch;
  write_file(scratch.path() / "small.json", small_scenario());
  REQUIRE(shell(scratch.path(), "\"$SPINDLE\" run small.json -q --out out").exit_code == 0);
  const std::string before = read_file(scratch.path() / "out/timeseries.csv");
  const std::set<std::string> names = names_in(scratch.path() / "out");
  // Files of more than 6 blocks of 512 or 1,024 bytes cannot be written.
  const Outcome outcome =
      shell(scratch.path(),
            "ulimit -f 6; \"$SPINDLE\" run small.json --seed 9 --progress=none --out out");
  INFO(outcome.err);
  CHECK(outcome.exit_code == 1);
  CHECK(outcome.err.find("out/") != std::string::npos);
  CHECK(names_in(scratch.path() / "out") == names);
  CHECK(read_file(scratch.path() / "out/timeseries.csv") == before);
}

TEST_CASE("a program ended while it writes leaves no half-written file") {
  const Scratch scratch;
  write_file(scratch.path() / "small.json", small_scenario());
  // A series of 1.5 million epochs is written long enough to be hit; the second signal ends at
  // once.
  const Outcome outcome = shell(scratch.path(),
                                "env --default-signal=HUP \"$SPINDLE\" run small.json -q --out out "
                                "--set run.duration='1500000 s' --set run.epoch='1 s' "
                                "--set fleet.drives=9 --set 'data.logical=2 TB' & p=$!\n"
                                "i=0; until [ -n \"$(ls out/timeseries.csv.*.tmp)\" ] || "
                                "[ $i -gt 1000 ]; do i=$((i+1)); sleep 0.01; done 2>/dev/null\n"
                                "kill -INT $p; sleep 0.3; kill -HUP $p; wait $p");
  INFO(outcome.err);
  CHECK(outcome.exit_code == 130);
  CHECK(names_in(scratch.path() / "out").empty());
}

TEST_CASE("two runs into one folder leave the files of one of them") {
  const Scratch scratch;
  write_file(scratch.path() / "small.json", small_scenario());
  for (const char* seed : {"1", "2"}) {
    const std::string command = std::string("\"$SPINDLE\" run small.json -q --seed ") + seed;
    REQUIRE(shell(scratch.path(), command + " --out seed" + seed).exit_code == 0);
  }
  const Outcome outcome =
      shell(scratch.path(),
            "for i in 1 2 3 4 5 6 7 8; do for s in 1 2; do "
            "\"$SPINDLE\" run small.json -q --seed $s --out out & done; done > /dev/null; wait");
  CHECK(outcome.err.empty());
  const fs::path out = scratch.path() / "out";
  CHECK(names_in(out).size() == 7);
  const std::uint64_t seed = Json::parse(read_file(out / "manifest.json"))["seed"];
  const fs::path alone = scratch.path() / ("seed" + std::to_string(seed));
  for (const char* name : {"metrics.json", "timeseries.csv", "latency.csv", "fill_histogram.csv",
                           "heat_histogram.csv", "scenario.json"}) {
    CHECK(read_file(out / name) == read_file(alone / name));
  }
}

TEST_CASE("a link is replaced, not followed, and a link to nothing is refused at once") {
  const Scratch scratch;
  write_file(scratch.path() / "small.json", small_scenario());
  write_file(scratch.path() / "precious", "kept");
  fs::create_directory(scratch.path() / "out");
  fs::create_symlink("../precious", scratch.path() / "out/metrics.json");
  CHECK(shell(scratch.path(), "\"$SPINDLE\" run small.json -q --out out").exit_code == 0);
  CHECK(read_file(scratch.path() / "precious") == "kept");
  CHECK_FALSE(fs::is_symlink(scratch.path() / "out/metrics.json"));
  fs::create_symlink("nowhere", scratch.path() / "dangling");
  const Outcome outcome = shell(scratch.path(), "\"$SPINDLE\" run small.json -q --out dangling");
  CHECK(outcome.exit_code == 2);
  CHECK(outcome.err.find("a link to nothing") != std::string::npos);
}

TEST_CASE("every variant of a comparison has a folder of its own") {
  const Scratch scratch;
  Json scenario = Json::parse(small_scenario());
  Json& variants = scenario["compare"]["variants"] = Json::array();
  for (const std::string& name :
       {std::string("a-3"), std::string("a"), std::string("a!"), std::string(".."),
        std::string("../../up"), std::string("compare.json"), std::string(300, 'x')}) {
    variants.push_back({{"name", name}, {"set", Json::object()}});
  }
  write_file(scratch.path() / "s.json", scenario.dump());
  const Outcome outcome = shell(scratch.path(), "\"$SPINDLE\" compare s.json -q --out in/out");
  INFO(outcome.err);
  REQUIRE(outcome.exit_code == 0);
  const Json compared = Json::parse(read_file(scratch.path() / "in/out/compare.json"));
  std::set<std::string> folders;
  for (const Json& variant : compared["variants"]) {
    folders.insert(variant["dir"]);
    CHECK(fs::exists(scratch.path() / "in/out" / variant["dir"] / "metrics.json"));
  }
  CHECK(folders.size() == variants.size());
  CHECK(names_in(scratch.path()).size() == 1 + 2 + 7);  // the scenario; two tables; seven a variant
}
