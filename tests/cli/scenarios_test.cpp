// The scenarios that come with Spindle answer what they ask.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/cli/program.hpp"
#include "tests/support/public_data.hpp"

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
  const auto data = public_data();
  if (!data) {
    WARN("skipped: no public traces (SPINDLE_DATA_DIR names their folder)");
    return;
  }
  const Scratch scratch;
  const std::string traces = data->string();
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

TEST_CASE("comparison: what the README says of it", "[.large]") {
  const Scratch scratch;
  const Outcome outcome =
      shell(scratch.path(),
            "\"$SPINDLE\" compare \"$SOURCE\"/scenarios/comparison.json -q --format json");
  REQUIRE(outcome.exit_code == 0);
  const Json variants = Json::parse(outcome.out)["variants"];
  REQUIRE(variants.size() == 8);
  for (std::size_t v : {std::size_t{0}, std::size_t{4}}) {  // static, random, shuffle, two choices
    const auto metric = [&](std::size_t policy, const char* name) {
      return variants[v + policy]["metrics"][name].get<double>();
    };
    // 100,000 drives x 500 shards: one choice strands 1 - 1/(1 + 4.26/sqrt(500)) = 16 %, +-3.
    CHECK(metric(1, "capacity.stranded") == Approx(0.16).margin(0.03));
    CHECK(metric(3, "capacity.stranded") < 0.01);
    CHECK(metric(0, "capacity.fill.max") > 0.99);
    CHECK(metric(0, "heat.util.max") > 1);
    CHECK(metric(1, "heat.util.max") < 1);
    CHECK(metric(3, "heat.util.max") < 1);
  }
}

TEST_CASE("peak-to-mean: 3.12, 1.61 and 1.18 for 100, 1,000 and 10,000 tenants", "[.large]") {
  const Scratch scratch;
  const Outcome outcome =
      shell(scratch.path(),
            "\"$SPINDLE\" compare \"$SOURCE\"/scenarios/peak-to-mean.json -q --format json");
  REQUIRE(outcome.exit_code == 0);
  const Json variants = Json::parse(outcome.out)["variants"];
  const double published[] = {3.12, 1.608, 1.183};
  for (std::size_t v = 0; v < 3; ++v) {
    const double got = variants[v]["metrics"]["heat.load_q9999_to_mean"].get<double>();
    CHECK(got == Approx(published[v]).epsilon(0.03));
  }
}
