// The keys of placement policies and of the guard rail: what is built of them, what is refused.

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "app/scenario/reader.hpp"
#include "tests/support/scenario_text.hpp"

using namespace spindle;
using namespace spindle::app;

namespace {

ReadResult with_placement(const std::string& placement, const std::vector<std::string>& more = {}) {
  // Variants would repeat what is wrong with the base.
  std::vector<std::string> sets = {"placement=" + placement, "compare.variants=[]"};
  sets.insert(sets.end(), more.begin(), more.end());
  return read_scenario_text(test::base_scenario(), "s.json", sets);
}

models::PlacementOptions built(const std::string& placement) {
  const ReadResult result = with_placement(placement);
  for (const Problem& problem : result.problems) UNSCOPED_INFO(to_string(problem));
  REQUIRE(result.scenario);
  return result.scenario->placement;
}

const std::string kTwoModels =
    R"(fleet.models=[{"model":"nearline-20tb","share":0.9},{"model":"talk","share":0.1,"capacity":"20 TB"}])";

}  // namespace

TEST_CASE("scenario: the keys of a policy reach it") {
  const auto choices = built(
      R"({"policy":"d_choices","d":10,"metric":"blend","weight":"30 %","refresh":1000,"noise":"5 %","cell":300})");
  CHECK(choices.choices == 10);
  CHECK(choices.metric == models::LoadMetric::kBlend);
  CHECK(choices.fill_weight == Approx(0.3));
  CHECK(choices.refresh == 1000);
  CHECK(choices.noise == Approx(0.05));
  CHECK(choices.cell == 300);
  CHECK(built(R"({"policy":"one_plus_beta"})").beta == 0.5);
  CHECK(built(R"({"policy":"one_plus_beta","beta":"20 %"})").beta == Approx(0.2));
  CHECK(built(R"({"policy":"k_of_d","candidates":7,"metric":"heat"})").candidates == 7);
  CHECK(built(R"({"policy":"least_loaded","metric":"bytes"})").metric ==
        models::LoadMetric::kBytes);
  CHECK(built(R"({"policy":"copyset"})").choices == 1);
  CHECK(built(R"({"policy":"copyset","scatter_width":10,"sets":2})").scatter_width == 10);
  CHECK(built(R"({"policy":"copyset","scatter_width":10,"sets":2})").choices == 2);
  CHECK(built(R"({"policy":"shuffle_shard","width":50,"inner":"k_of_d"})").inner == "k_of_d");
  CHECK(built(R"({"policy":"shuffle_shard","width":50,"inner":"d_choices"})").choices == 2);
}

TEST_CASE("scenario: the guard rail reaches the spread rule") {
  const ReadResult result =
      with_placement(R"({"policy":"random"})",
                     {kTwoModels, R"(spread.guard_rail={"platform":"talk","at_most":1})"});
  for (const Problem& problem : result.problems) UNSCOPED_INFO(to_string(problem));
  REQUIRE(result.scenario);
  CHECK(result.scenario->spread.guard.platform == "talk");
  CHECK(result.scenario->spread.guard.at_most == 1);
  CHECK(read_scenario_text(test::base_scenario(), "s.json", {}).scenario->spread.guard.platform ==
        "");
}

TEST_CASE("scenario: impossible placements are refused by path, with why and what to do") {
  struct Case {
    std::string placement;
    std::vector<std::string> more;
    std::string path;
    std::string why;
    std::string mend;
  };
  const std::vector<Case> cases = {
      {R"({"policy":"d_choices","d":0})", {}, "placement.d", "0", "1"},
      {R"({"policy":"d_choices","refresh":0})", {}, "placement.refresh", "0", "1"},
      {R"({"policy":"d_choices","weight":0.3})",
       {},
       "placement.weight",
       "where `metric` is not \"blend\"",
       "leave it out"},
      {R"({"policy":"d_choices","cell":2})",
       {},
       "placement.cell",
       "a cell of 2 drives cannot hold the 3 shards of an extent (3 copies)",
       "at least 3"},
      {R"({"policy":"random","cell":100001})",
       {},
       "placement.cell",
       "a cell of 100,001 drives is more than the fleet's 100,000",
       "at most 100,000"},
      {R"({"policy":"k_of_d","candidates":2})",
       {},
       "placement.candidates",
       "2 candidates for the 3 shards of an extent",
       "at least 3"},
      {R"({"policy":"copyset","scatter_width":50})",
       {"fleet.drives=50", "fleet.racks_per_zone=1", "data.logical=100 TB", "tenants.0.count=1"},
       "placement.scatter_width",
       "a drive cannot share data with 50 others of a fleet of 50",
       "at most 49"},
      {R"({"policy":"least_loaded","metric":"blend"})", {}, "placement.metric", "blend", "heat"},
      {R"({"policy":"random"})",
       {R"(spread.guard_rail={"platform":"tape","at_most":1})"},
       "spread.guard_rail.platform",
       "no drives of the fleet are \"tape\"",
       "one of \"nearline-20tb\""},
      {R"({"policy":"random"})",
       {R"(spread.guard_rail={"platform":"nearline-20tb","at_most":0})"},
       "spread.guard_rail.at_most",
       "3 copies cannot be placed (3 shards with at most 0 on nearline-20tb drives need 3 other "
       "drives that may hold them, but the fleet has 0)",
       "a larger at_most"},
      {R"({"policy":"random"})",
       {R"(redundancy={"scheme":"erasure","data":5,"parity":4})", "fleet.zones=2"},
       "redundancy",
       "9 shards need 3 zones at 3 a zone, but the fleet has 2",
       "more racks or zones"},
  };
  for (const Case& row : cases) {
    CAPTURE(row.placement);
    const ReadResult result = with_placement(row.placement, row.more);
    CHECK_FALSE(result.scenario);
    REQUIRE(result.problems.size() == 1);
    const Problem& problem = result.problems.front();
    CHECK(problem.path.find(row.path) == 0);
    CHECK(problem.message.find(row.why) != std::string::npos);
    CHECK(to_string(problem).find(row.mend) != std::string::npos);
    INFO(to_string(problem));
    CHECK(to_string(problem).find(" — ") != std::string::npos);
  }
}

TEST_CASE("scenario: all that is wrong with a placement is told at once") {
  const ReadResult result =
      with_placement(R"({"policy":"k_of_d","candidates":2,"weight":0.3,"cell":1})",
                     {R"(spread.guard_rail={"platform":"tape","at_most":1})"});
  CHECK(result.problems.size() == 4);
}
