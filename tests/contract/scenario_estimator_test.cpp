// The conditional estimator of durability in scenarios: read, and refused at its place where it
// cannot stand for the fleet.
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "app/scenario/reader.hpp"
#include "tests/support/read_scenario.hpp"
#include "tests/support/scenario_text.hpp"

using namespace spindle;
using namespace spindle::app;
using spindle::test::base_scenario;

namespace {

ReadResult with_estimator(std::vector<std::string> sets) {
  sets.insert(sets.begin(), "durability.estimator=conditional");
  return read_scenario_text(base_scenario(), "s.json", sets);
}

}  // namespace

TEST_CASE("scenario: the conditional estimator is read") {
  const Scenario scenario = test::valid(with_estimator({}));
  CHECK(scenario.durability.estimator == DurabilityEstimator::kConditional);
  CHECK(scenario.durability.replications == 20);
  CHECK(scenario.resolved_json.find("\"replace\": \"24 h\"") != std::string::npos);
}

TEST_CASE("scenario: what the conditional estimator cannot stand for has its problem") {
  struct Row {
    std::vector<std::string> sets;
    std::string says;
  };
  const std::string clusters = R"(failure={"clusters":{"model":"alibaba_shares"}})";
  const std::vector<Row> rows = {
      {{"placement.policy=static"}, "placement.policy: the conditional estimator knows extents"},
      {{R"(placement={"policy":"copyset","scatter_width":8})"}, "copyset keeps them on few sets"},
      {{R"(fleet.models=[{"model":"nearline-20tb"},{"model":"nearline-20tb","capacity":"30 TB"}])"},
       "the conditional estimator knows drives that hold alike"},
      {{clusters}, "failure.clusters: drives that fail together"},
      {{R"(failure={"outages":[{"domain":"rack","rate":"1e-3 /yr","lasts":"forever"}]})"},
       "zones or racks that are lost at random for good"},
      {{R"(redundancy={"scheme":"erasure","data":4,"parity":16})", "spread.max_per_zone=0",
        "data.logical=50 PB", R"(repair={"bandwidth":"10 MB/s"})"},
       "4+16 survives 16 losses"},
  };
  const ReadResult grey = with_estimator(
      {R"(failure={"grey":{"lasts":"2 d","slowdown":4}})", R"(repair={"bandwidth":"10 MB/s"})"});
  CHECK_THAT(test::all_problems(grey),
             Catch::Contains("drives that are slow before they fail slow the rebuilds"));
  for (const Row& row : rows) {
    const ReadResult result = with_estimator(row.sets);
    INFO(row.says << "\n" << test::all_problems(result));
    CHECK(result.problems.size() == 1);
    CHECK_THAT(test::all_problems(result), Catch::Contains(row.says));
    CHECK_THAT(test::all_problems(result), Catch::Contains("or estimate with \"direct\""));
  }
  CHECK(with_estimator({clusters, R"(repair={"bandwidth":"10 MB/s"})"}).scenario);
  CHECK(with_estimator({R"(failure={"outages":[{"domain":"rack","rate":"1 /yr","lasts":"1 h"}]})"})
            .scenario);
}
