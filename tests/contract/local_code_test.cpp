// Local codes in scenarios: read, computed as `spindle nines` does, and refused in fleets that
// live.
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "app/experiment/experiment.hpp"
#include "app/scenario/reader.hpp"
#include "models/analytic/scheme_chain.hpp"
#include "sim/time.hpp"
#include "tests/support/read_scenario.hpp"
#include "tests/support/scenario_text.hpp"

using namespace spindle;
using namespace spindle::app;
using spindle::test::base_scenario;

namespace {

ReadResult with_local_code(std::vector<std::string> sets) {
  sets.insert(sets.begin(), {R"(redundancy={"scheme":"local","data":12,"local_groups":2,)"
                             R"("global_parity":2})",
                             "spread.max_per_zone=6"});
  return read_scenario_text(base_scenario(), "s.json", sets);
}

}  // namespace

TEST_CASE("scenario: a local code stores, reads and lasts as its scheme does") {
  const Scenario scenario =
      test::valid(with_local_code({"fleet.drives=300", "data.logical=20 TB", "run.duration=2 d",
                                   "repair.mttr=72 h", "tenants.0.count=10"}));
  const models::Scheme scheme(scenario.redundancy);
  CHECK(scheme.name() == "LRC 12+2+2");
  const RunResult result = run_experiment(scenario, 1);
  CHECK(result.violations.empty());
  CHECK(result.metrics.get("cost.overhead") == Approx(16. / 12));
  const double lambda = scenario.fleet.models[0].model.annual_failure_rate / sim::kHoursPerYear;
  const double hours = models::mean_time_to_loss(scheme, lambda, 1. / 72);
  CHECK(result.metrics.get("durability.mttdl_years") == Approx(hours / sim::kHoursPerYear));
  CHECK(result.metrics.get("durability.loss_probability_in_run") ==
        Approx(models::loss_probability(scheme, 0, lambda, 1. / 72, 48)));
}

TEST_CASE("scenario: what does not go with a local code has its problem") {
  struct Row {
    std::vector<std::string> sets;
    std::string says;
  };
  const std::vector<Row> rows = {
      {{"redundancy.local_groups=5"}, "12 data shards in 5 groups (groups are equal)"},
      {{"redundancy.data=60", "redundancy.global_parity=3"}, "60 + 2 + 3 = 65 shards"},
      {{"durability.estimator=direct"}, "durability.estimator: losses counted beside a local code"},
      {{R"(repair={"bandwidth":"10 MB/s"})"}, "repair.bandwidth: what plays events beside"},
      {{R"(events=[{"at":"1 d","event":"zone_lost","zone":0}])"},
       "an event of the fleet beside a local code"},
  };
  for (const Row& row : rows) {
    const ReadResult result = with_local_code(row.sets);
    INFO(row.says << "\n" << test::all_problems(result));
    CHECK(result.problems.size() == 1);
    CHECK_THAT(test::all_problems(result), Catch::Contains(row.says));
  }
  CHECK(with_local_code({"durability.estimator=conditional"}).scenario);
}
