// What fleets of ledgers can be asked for, and what is refused with its place and a mend.

#include <catch2/catch.hpp>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/read_scenario.hpp"
#include "tests/support/scenario_text.hpp"

using namespace spindle;
using Catch::Matchers::Contains;

namespace {

// The base scenario of tests, cooled as ledgers cool.
std::string ledger_scenario() {
  return test::replaced(
      test::base_scenario(),
      R"("cooling": { "model": "power_law", "exponent": 1, "scale": "1 d", "oldest": "365 d" })",
      R"("cooling": { "model": "exponential", "tau": "30 d" })");
}

std::string ledger_problems(std::vector<std::string> sets) {
  sets.insert(sets.begin(), "run.form=ledger");
  return test::all_problems(app::read_scenario_text(ledger_scenario(), "s.json", sets));
}

}  // namespace

TEST_CASE("a fleet of ledgers may be larger than any map") {
  const app::Scenario scenario = test::valid_scenario(
      ledger_scenario(),
      {"run.form=ledger", "fleet.drives=30000000", "fleet.racks_per_zone=10000",
       "data.logical=140 EB", R"(rebalance={"by":"fill","rate":"2 MB/s","threshold":0.1})",
       R"(events=[{"at":"1 d","every":"1 d","times":20,"event":"rack_landing","racks_per_zone":2,)"
       R"("policy":"random_mix"}])"});
  CHECK(scenario.run.form == app::FleetForm::kLedger);
  CHECK(scenario.data.all() == Approx(140e18));
  CHECK(scenario.data.times > 1);
  double of_classes = 0;
  for (const auto& tenant : scenario.tenants) of_classes += tenant.options.data.to_double();
  CHECK(of_classes * scenario.data.times == Approx(140e18));
  REQUIRE(scenario.rebalance);
  CHECK(scenario.rebalance->by == models::RebalanceBy::kFill);
  CHECK(scenario.rebalance->bytes_per_s == 2e6);
  REQUIRE(scenario.landings.size() == 20);
  CHECK(scenario.landings[19].at == sim::Instant() + sim::Duration::days(20));
  CHECK(scenario.landings[0].policy == models::LandingPolicy::kRandomMix);
  CHECK(scenario.fleet.landing_racks_per_zone == 40);
}

TEST_CASE("what ledgers cannot say is refused, each with its place") {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {R"(zoom={"drives":"hottest","count":3})", "drives are served"},
      {R"(scrub={"period":"30 d"})", "drives are scrubbed"},
      {"durability.estimator=direct", "losses are estimated by \"direct\""},
      {R"(tenants.0.cooling={"model":"power_law","exponent":1})", "cools by a power law"},
      {R"(placement={"policy":"d_choices","metric":"heat"})", "compared by heat"},
      {R"(events=[{"at":"1 d","event":"rack_lost","rack":0}])", "single racks go down"},
      {R"(fleet.network={"rack_uplink":"5 GB/s"})", "links bound repair"},
      {R"(failure={"outages":[{"domain":"zone","rate":"0.1 /yr","lasts":"1 h"}]})",
       "go down at random"},
      {"run.fidelity=mechanical", "every request is served"}};
  for (const auto& [set, what] : cases) {
    INFO(set);
    const std::string problems = ledger_problems({set});
    INFO(problems);
    CHECK(problems.find(what) != std::string::npos);
    CHECK(problems.find("set run.form to \"explicit\"") != std::string::npos);
  }
  const std::string full = ledger_problems({"data.logical=1 EB"});
  INFO(full);
  CHECK(full.find("takes 3 EB of drives") != std::string::npos);
}

TEST_CASE("what ledgers alone can do is refused of a map") {
  const auto problems = [](const std::string& set) {
    return test::all_problems(app::read_scenario_text(test::base_scenario(), "s.json", {set}));
  };
  CHECK(problems(R"(rebalance={"by":"heat"})").find("set run.form to \"ledger\"") !=
        std::string::npos);
  CHECK(problems("data.logical=20 EB").find("set run.form to \"ledger\"") != std::string::npos);
  CHECK(problems(R"(events=[{"at":"1 d","event":"rack_landing","racks_per_zone":1,)"
                 R"("policy":"random_mix"}])")
            .find("set run.form to \"ledger\"") != std::string::npos);
}

TEST_CASE("drains leave racks for an extent's shards, and need racks to go to") {
  const auto drains = [](const std::string& events, const std::string& form = "ledger") {
    return test::all_problems(app::read_scenario_text(
        ledger_scenario(), "s.json", {"run.form=" + form, "events=[" + events + "]"}));
  };
  const auto drain = [](const std::string& keys) {
    return R"({"at":"1 d","event":"rack_drain",)" + keys + "}";
  };
  CHECK(drains(drain(R"("racks_per_zone":1)")).empty());
  CHECK(drains(drain(R"("racks_per_zone":1)"), "explicit").find("racks are emptied") !=
        std::string::npos);
  CHECK(drains(drain(R"("racks_per_zone":5000)")).find("drain fewer") != std::string::npos);
  CHECK(drains(drain(R"("racks_per_zone":1,"to":"landed")")).find("none lands in the run") !=
        std::string::npos);
  CHECK(drains(drain(R"("racks_per_zone":1,"to":"landed")") +
               R"(,{"at":"2 d","event":"rack_landing","racks_per_zone":1})")
            .empty());
}

// 1.5 EB on 102 racks of 19.6 PB: 24 of a zone's 34 hold 1.41 EB, 26 of them 1.53.
TEST_CASE("drains into a fleet that is too small are warned of") {
  const auto warnings = [](const std::string& drained, const std::string& more = "") {
    return warnings_of(test::valid_scenario(
        ledger_scenario(), {"run.form=ledger", R"(events=[{"at":"1 d","event":"rack_drain",)"
                                               R"("racks_per_zone":)" +
                                                   drained + "}" + more + "]"}));
  };
  CHECK(warnings("8").empty());
  REQUIRE(warnings("10").size() == 1);
  CHECK(test::says(warnings("10").front(), "have room for 1.41 EB, and the fleet holds 1.5"));
  CHECK(warnings("10", R"(,{"at":"2 d","event":"rack_landing","racks_per_zone":2})").empty());
}

TEST_CASE("landings that come again need both their interval and their number") {
  const auto landing = [](const std::string& keys) {
    return test::all_problems(app::read_scenario_text(
        test::base_scenario(), "s.json",
        {R"(events=[{"at":"1 d","event":"rack_landing","racks_per_zone":1)" + keys + "}]"}));
  };
  CHECK(landing(R"(,"every":"1 d","times":3)").empty());
  CHECK(landing(R"(,"every":"1 d")").find("events.0.every: ") != std::string::npos);
  CHECK(landing(R"(,"times":3)").find("events.0.times: ") != std::string::npos);
  CHECK(landing(R"(,"every":"15 d","times":3)").find("would come after the run of 30 d") !=
        std::string::npos);
}

TEST_CASE("a lifecycle is read, and refused where it cannot be") {
  const std::string lifecycle =
      R"(tenants.0.lifecycle={"after":"60 d","at":"1 d","back":"20 %/yr",)"
      R"("redundancy":{"scheme":"erasure","data":5,"parity":4}})";
  const app::Scenario scenario =
      test::valid_scenario(ledger_scenario(), {"run.form=ledger", lifecycle});
  REQUIRE(scenario.tenants[0].lifecycle);
  const models::LifecycleOptions& of = *scenario.tenants[0].lifecycle;
  CHECK(of.after == sim::Duration::days(60));
  CHECK(of.at == sim::Instant() + sim::Duration::days(1));
  CHECK(of.bytes_per_s == 5e6);
  CHECK(of.back_per_s == Approx(0.2 / sim::kSecondsPerYear));
  CHECK(models::Scheme(of.redundancy).name() == "5+4");
  CHECK(scenario.has_timeline());

  const auto problem = [&](const std::string& more) { return ledger_problems({lifecycle, more}); };
  CHECK_THAT(problem("run.form=explicit"), Contains("data is re-encoded as it ages"));
  CHECK_THAT(problem(R"(tenants.0.cooling={"model":"none"})"), Contains("re-encoded by its age"));
  CHECK_THAT(problem("tenants.0.lifecycle.at=4000 d"), Contains("and the run ends at"));
  CHECK_THAT(problem("tenants.0.lifecycle.redundancy.data=62"), Contains("66 shards (at most 64"));
  CHECK_THAT(problem("tenants.0.lifecycle.redundancy.parity=50"), Contains("cannot be placed"));
  const std::string lost = R"(events=[{"at":"1 d","event":"zone_lost","zone":0}])";
  CHECK_THAT(ledger_problems({lifecycle, lost, "spread.max_per_zone=3"}),
             Contains("with 1 zone left, 3 copies fit and 5+4 do not"));
  CHECK(ledger_problems(
            {lifecycle, lost, "spread.max_per_zone=3", "repair.after_zone_loss=relax"}) == "");
  CHECK(ledger_problems({lifecycle, lost, "spread.max_per_zone=9"}) == "");
  CHECK_THAT(problem(R"(tenants.0.lifecycle.redundancy={"scheme":"local","data":5,)"
                     R"("local_groups":2,"global_parity":1})"),
             Contains("5 data shards in 2 groups"));
  CHECK_THAT(problem("tenants.0.lifecycle.after=0 s"), Contains("tenants.0.lifecycle.after"));
}
