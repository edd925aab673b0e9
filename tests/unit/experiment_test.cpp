// One run from outside: what it says of itself when it is cut short.
#include "app/experiment/experiment.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "tests/support/read_scenario.hpp"
#include "tests/support/scenario_text.hpp"

using namespace spindle::app;

namespace {

// A fleet that is done in a blink: 100 drives, 150 extents, a day of one window.
Scenario small() {
  return spindle::test::valid_scenario(
      spindle::test::base_scenario(),
      {"fleet.drives=102", "data.logical=150 TB", "data.extent=1 TB", "tenants.0.count=5",
       "run.duration=24 h"});
}

}  // namespace

TEST_CASE("experiment: a run cut short while placing is partial") {
  const RunResult result = run_experiment(small(), 1, [](double) { return false; });
  CHECK(result.shards == 0);
  CHECK(result.partial);
  for (const char* name : {"heat.util.max", "heat.drive_peak", "heat.drive_peak_to_mean",
                           "heat.meltdown_racks", "cost.drives_for_heat", "cost.drives"}) {
    INFO(name);
    CHECK(std::isnan(result.metrics.get(name)));
  }
}

TEST_CASE("experiment: a request to stop that comes after the last epoch changes nothing") {
  const RunResult whole = run_experiment(small(), 1);
  const RunResult late = run_experiment(small(), 1, [](double share) { return share < 1; });
  CHECK_FALSE(whole.partial);
  CHECK_FALSE(late.partial);
  CHECK(late.digest == whole.digest);
}
