// What the models get of a scenario's failures, where the fleet is known.
#include "app/world/failure_options.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <filesystem>
#include <fstream>

#include "app/world/world_error.hpp"
#include "tests/support/read_scenario.hpp"
#include "tests/support/scenario_text.hpp"

using namespace spindle;
using namespace spindle::app;

namespace {

Scenario with(const std::string& failure) {
  return test::valid_scenario(test::base_scenario(), {"failure=" + failure});
}

}  // namespace

TEST_CASE("failure options: without a cause of their own drives fail by themselves") {
  const Scenario scenario = with(R"({ "replace": "1 h" })");
  const models::FailureOptions options =
      failure_options(scenario, models::Topology(scenario.fleet));
  CHECK_FALSE(options.hangs_together());
  CHECK(options.replace == sim::Duration::hours(1));
  CHECK(options.horizon == scenario.run.duration);
}

TEST_CASE("failure options: presets are calibrated on the fleet of the scenario") {
  // 980 drives a rack, 1.5 % a year.
  const Scenario scenario = with(R"({ "clusters": {} })");
  const models::Topology topology(scenario.fleet);
  const models::ClusterLaw law = failure_options(scenario, topology).clusters;
  CHECK(law.drives_per_node == 12);
  const double chance = 12 * 0.015 * 1800 / sim::kSecondsPerYear;
  const models::InDomains excess =
      models::excess_failures(law, std::floor(100000.0 / 102 / 12), 1800);
  CHECK(excess.node / chance + 1 == Approx(62).epsilon(1e-4));
}

TEST_CASE("failure options: a trace is read, and one that cannot be told with its path") {
  Scenario scenario = with(R"({ "trace": { "file": "spindle-failures.csv" } })");
  const models::Topology topology(scenario.fleet);
  scenario.trace_dir = std::filesystem::temp_directory_path();
  const std::filesystem::path file = scenario.trace_dir / "spindle-failures.csv";
  std::ofstream(file) << "time,drive\n60,7\n";
  const models::FailureOptions options = failure_options(scenario, topology);
  std::filesystem::remove(file);
  REQUIRE(options.trace);
  CHECK(options.trace->is_alone);
  CHECK(options.trace->failures == std::vector<models::SlotFailure>{{60, 7}});
  try {
    failure_options(scenario, topology);
    FAIL("a file that is not there was read");
  } catch (const WorldError& error) {
    CHECK_THAT(error.what(), Catch::Matchers::Contains("failure.trace.file") &&
                                 Catch::Matchers::Contains("no such file"));
  }
}
