// The block `scrub` and the event `scrub_stuck`: what they are read as, and what is refused.
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "tests/support/read_scenario.hpp"
#include "tests/support/scenario_text.hpp"

using namespace spindle;
using spindle::test::base_scenario;
using spindle::test::valid_scenario;

namespace {

const std::string kScrub = R"(scrub={"period": "30 d"})";

}  // namespace

TEST_CASE("scrub: absent it is none, and given it makes the run live with these defaults") {
  CHECK_FALSE(valid_scenario(base_scenario()).scrub);
  CHECK_FALSE(valid_scenario(base_scenario()).has_timeline());
  const app::Scenario scenario = valid_scenario(base_scenario(), {kScrub});
  REQUIRE(scenario.scrub);
  CHECK(scenario.has_timeline());
  CHECK(scenario.scrub->order == models::ScrubOrder::kSequential);
  CHECK(scenario.scrub->period == sim::Duration::days(30));
  CHECK(scenario.scrub->unit.value == 1'000'000);
  CHECK(scenario.scrub->errors_per_year == 0);
  CHECK(scenario.scrub->stuck_per_year == 0);
  CHECK_FALSE(scenario.scrub->reads_find);
  CHECK(scenario.scrub->stuck.empty());
  // What is played then is written out.
  CHECK(scenario.resolved_json.find("\"replace\"") != std::string::npos);
}

TEST_CASE("scrub: every key arrives") {
  const app::Scenario scenario = valid_scenario(
      base_scenario(),
      {R"(scrub={"order": "random", "rate": "8 MB/s", "unit": "4 MB", "latent_errors": "10 %/yr",
          "found_by": "scrub_and_reads", "stuck": "0.002 /yr"})",
       R"(events=[{"at": "3 d", "event": "scrub_stuck", "drive": 7, "lasts": "2 d"},
                  {"at": "5 d", "event": "scrub_stuck", "share": "1 %"}])"});
  const models::ScrubOptions& scrub = *scenario.scrub;
  CHECK(scrub.order == models::ScrubOrder::kRandom);
  CHECK(scrub.period == sim::Duration());
  CHECK(scrub.bytes_per_s == 8e6);
  CHECK(scrub.unit.value == 4'000'000);
  CHECK(scrub.errors_per_year == Approx(.1));
  CHECK(scrub.stuck_per_year == Approx(.002));
  CHECK(scrub.reads_find);
  REQUIRE(scrub.stuck.size() == 2);
  CHECK(scrub.stuck[0].at == sim::Instant() + sim::Duration::days(3));
  CHECK(scrub.stuck[0].drive == 7U);
  CHECK(scrub.stuck[0].lasts == sim::Duration::days(2));
  CHECK_FALSE(scrub.stuck[1].drive);
  CHECK(scrub.stuck[1].share == Approx(.01));
  CHECK_FALSE(scrub.stuck[1].lasts);
}

TEST_CASE("scrub: a pace is stated once") {
  CHECK(test::says(test::one_problem({"scrub={}"}), "scrub: neither a period nor a rate"));
  CHECK(test::says(test::one_problem({R"(scrub={"period": "30 d", "rate": "8 MB/s"})"}),
                   "scrub.rate: a period and a rate"));
}

TEST_CASE("scrub: what takes more than all of a drive's time, or more than a drive, is refused") {
  const std::string fast = test::one_problem({R"(scrub={"period": "1 d"})"});
  CHECK(test::says(fast, "--set: scrub.period: reading 231"));
  CHECK(test::says(fast, "a longer period"));
  CHECK(test::says(test::one_problem({R"(scrub={"rate": "200 MB/s"})"}), "scrub.rate: reading"));
  CHECK(test::says(test::one_problem({R"(scrub={"period": "100 d", "unit": "21 TB"})"}),
                   "scrub.unit: a unit of"));
  CHECK(
      test::says(test::one_problem({R"(scrub={"period": "30 d", "latent_errors": "100,000 /yr"})"}),
                 "scrub.latent_errors"));
  CHECK(
      test::says(test::one_problem({R"(scrub={"period": "30 d", "latent_errors": "100000 /yr"})"}),
                 "latent errors in the run (at most 50,000,000"));
  CHECK(test::says(test::one_problem({R"(scrub={"period": "30 d", "stuck": "100000 /yr"})"}),
                   "scrub.stuck: about"));
}

TEST_CASE("scrub: an event stops the scrub of drives that there are, and of one kind") {
  const auto with = [](const std::string& event) {
    return std::vector<std::string>{
        kScrub, R"(events=[{"at": "3 d", "event": "scrub_stuck")" + event + "}]"};
  };
  CHECK(test::says(test::one_problem(with("")), "events.0.event: neither a drive nor a share"));
  CHECK(test::says(test::one_problem(with(R"(, "drive": 1, "share": 0.5)")),
                   "events.0.share: a drive and a share"));
  CHECK(test::says(
      test::one_problem(with(R"(, "drive": 100000)")),
      "events.0.drive: there is no drive 100000 (the fleet has 100,000 drives) — 0 to 99999"));
  CHECK(test::says(
      test::one_problem({R"(events=[{"at": "3 d", "event": "scrub_stuck", "drive": 1}])"}),
      "events.0.event: no drive is scrubbed"));
  // Racks that land bring drives along: 102 racks have 980 each, rounded.
  valid_scenario(base_scenario(),
                 {kScrub, R"(events=[{"at": "3 d", "event": "scrub_stuck", "drive": 102939},
                                     {"at": "1 d", "event": "rack_landing", "racks_per_zone": 1}])"});
}

TEST_CASE("scrub: mechanical fidelity refuses it") {
  const app::ReadResult read =
      app::read_scenario_text(base_scenario(), "s.json", {kScrub, "run.fidelity=mechanical"});
  bool is_refused = false;
  for (const app::Problem& each : read.problems) {
    is_refused = is_refused || test::says(to_string(each), "scrub: drives are scrubbed beside");
  }
  CHECK(is_refused);
}
