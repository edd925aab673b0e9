// The scenarios that come with Spindle answer what they ask.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/cli/program.hpp"

using namespace spindle::test;
using Json = nlohmann::json;

TEST_CASE("every scenario in the repository is valid") {
  const Scratch scratch;
  std::size_t scenarios = 0;
  const fs::path folder = fs::path(SPINDLE_SOURCE_DIR) / "scenarios";
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.path().extension() != ".json" || entry.path().filename() == "schema.json") continue;
    const Outcome outcome =
        shell(scratch.path(), "\"$SPINDLE\" validate '" + entry.path().string() + "'");
    INFO(outcome.err);
    CHECK(outcome.exit_code == 0);
    ++scenarios;
  }
  CHECK(scenarios >= 5);
}

TEST_CASE("petabyte-hour: 50 drives hold it, a hundred times as many read it in an hour") {
  // 1 PB / 20 TB; 277.8 GB/s at 10 ms a half megabyte; 1 MB as 5 shards of 8.8 ms; whole in 12 ms.
  const Scratch scratch;
  const Outcome outcome =
      shell(scratch.path(),
            "\"$SPINDLE\" compare \"$SOURCE\"/scenarios/petabyte-hour.json -q --format json");
  REQUIRE(outcome.exit_code == 0);
  const Json json = Json::parse(outcome.out);
  const auto metric = [&](std::size_t variant, const char* name) {
    return json["variants"][variant]["metrics"][name].get<double>();
  };
  CHECK(metric(0, "cost.drives_for_capacity") == 50);
  CHECK(metric(0, "cost.drives_for_heat") == 5556);
  CHECK(metric(1, "cost.drives_for_capacity") == 90);
  CHECK(metric(1, "cost.drives_for_heat") == 12223);
  CHECK(metric(2, "cost.drives_for_capacity") == 50);
  CHECK(metric(2, "cost.drives_for_heat") == 3334);
  CHECK(metric(0, "heat.peak_to_mean") == Approx(24).epsilon(1e-12));
}

TEST_CASE("real-load without its files says which are missing and how to give them") {
  const Scratch scratch;
  const Outcome outcome =
      shell(scratch.path(),
            "\"$SPINDLE\" run \"$SOURCE\"/scenarios/real-load.json --set traces.dir=nowhere");
  CHECK(outcome.exit_code == 3);
  CHECK(outcome.err.find("swim_FB-2010_samples_24_times_1hr_0.tsv") != std::string::npos);
  CHECK(outcome.err.find("--set traces.dir=") != std::string::npos);
  CHECK_FALSE(fs::exists(scratch.path() / "results"));
}

TEST_CASE("real-load: the fleet's load is what a separate script computes from the raw files") {
  const fs::path data = fs::path(SPINDLE_SOURCE_DIR) / ".." / "shared" / "data";
  if (!fs::exists(data / "swim")) {
    WARN("skipped: the public traces are not at " << data.string());
    return;
  }
  const Scratch scratch;
  const std::string traces = fs::canonical(data).string();
  const Outcome run =
      shell(scratch.path(),
            "\"$SPINDLE\" run \"$SOURCE\"/scenarios/real-load.json -q --set traces.dir='" + traces +
                "' --out out");
  INFO(run.err);
  REQUIRE(run.exit_code == 0);
  const Outcome check = shell(
      scratch.path(),
      "/usr/bin/python3 \"$SOURCE\"/tests/cli/real_load.py \"$SOURCE\"/scenarios/real-load.json '" +
          traces + "' out/timeseries.csv");
  INFO(check.out << check.err);
  CHECK(check.exit_code == 0);
}
