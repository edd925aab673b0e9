// Plans at the edge: nothing left to serve, racks that land one after another, estimators that
// cannot know.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/cli/program.hpp"

using namespace spindle::test;
using Json = nlohmann::json;

namespace {

Json metrics_of(const std::string& sets, std::string* events = nullptr) {
  const Scratch scratch;
  write_file(scratch.path() / "fleet.json", R"({
    "schema_version": 1, "name": "fleet", "question": "What of it?",
    "run": { "duration": "10 d", "epoch": "1 h" },
    "fleet": { "zones": 3, "racks_per_zone": 4, "drives": 120,
               "models": [{ "model": "nearline-20tb", "afr": "0.001 %/yr" }] },
    "data": { "logical": "300 TB", "extent": "50 GB" },
    "redundancy": { "scheme": "replication", "copies": 3 },
    "placement": { "policy": "random" },
    "tenants": [{ "name": "all", "count": 4, "reads": "10 TB/d", "object": "4 MB" }],
    "repair": { "bandwidth": "10 MB/s" } })");
  const Outcome outcome =
      shell(scratch.path(), "\"$SPINDLE\" run fleet.json -q --out out --set 'events=[]' " + sets);
  INFO(outcome.err);
  REQUIRE(outcome.exit_code == 0);
  if (events != nullptr) *events = read_file(scratch.path() / "out/events.csv");
  return Json::parse(read_file(scratch.path() / "out/metrics.json"));
}

std::string events(const std::string& list) {
  return "--set 'events=[" + list + "]' ";
}

std::string landing(const std::string& at) {
  return R"({"at":")" + at +
         R"(","event":"rack_landing","racks_per_zone":1,"target_fill":0.1,"rate":"200 MB/s"})";
}

}  // namespace

TEST_CASE("living limits: a fleet that is down all the time has no heat") {
  const std::string down = R"({"at":"0 s","event":"zone_down","lasts":"10 d","zone":)";
  const Json metrics = metrics_of(events(down + "0}," + down + "1}," + down + "2}"));
  CHECK(metrics["heat.util.max"].is_null());
  CHECK(metrics["heat.hot_share"].is_null());
  CHECK(metrics["availability.unreadable_fraction"] == 1);
  const std::string lost = R"({"at":"0 s","event":"zone_lost","zone":)";
  CHECK(metrics_of(events(lost + "0}," + lost + "1}," + lost + "2}"))["durability.lost_extents"] ==
        6000);
}

TEST_CASE("living limits: racks that land later leave earlier ones their target") {
  std::string happened;
  const Json metrics =
      metrics_of(events(landing("1 d") + "," + landing("4 d") + "," + landing("7 d")), &happened);
  CHECK(metrics["migration.unmet_bytes"] == 0);
  // Each takes in 40 shards a drive, of 2 TB, and gives none of them away.
  CHECK(metrics["migration.bytes"] == 3.0 * 3 * 10 * 40 * 50e9);
  CHECK(metrics["capacity.fill.min"] >= 0.1);
  CHECK(happened.find("604800,rack_landing") != std::string::npos);
}

TEST_CASE("living limits: a landing without a target has no time to it") {
  const std::string first = landing("1 d");
  const std::string plain =
      R"({"at":"4 d","event":"rack_landing","racks_per_zone":1,"policy":"none"})";
  CHECK(metrics_of(events(first + "," + plain))["migration.seconds"] == 40 * 250);
  CHECK(metrics_of(events(plain))["migration.seconds"].is_null());
  // A target of less than a shard is met at once.
  CHECK(metrics_of(events(first) + "--set events.0.target_fill=0.001")["migration.seconds"] == 0);
}

TEST_CASE("living limits: no estimator claims what it cannot know") {
  const std::string after = landing("1 d") + R"(,{"at":"4 d","event":"rack_lost","rack":1})";
  const std::string direct =
      " --set 'durability={\"estimator\":\"direct\",\"replications\":4}' --threads 1";
  CHECK(metrics_of(events(after))["durability.loss_probability_in_run"].is_null());
  const Json replicated = metrics_of(events(after) + direct);
  CHECK(replicated["durability.loss_probability_in_run_ci_high"].is_null());
  CHECK(replicated["durability.estimators_agree"].is_null());
  const std::string at_random =
      "--set 'failure.outages=[{\"domain\":\"zone\",\"rate\":\"0.1 /yr\",\"lasts\":\"forever\"}]'";
  const Json random = metrics_of(at_random);
  CHECK(random["durability.nines"].is_null());
  CHECK(random["durability.annual_loss_probability"].is_null());
  CHECK(random["durability.loss_probability_in_run"].is_null());
  CHECK(metrics_of(at_random + direct)["durability.nines_at_least"].is_number());
}

TEST_CASE("living limits: writes dropped while a zone is down do not depend on the epoch") {
  const std::string writes =
      "--set tenants.0.writes='10 TB/d' --set tenants.0.writes_are=new_data "
      "--set 'redundancy={\"scheme\":\"erasure\",\"data\":5,\"parity\":4}' --set data.extent='5 "
      "GB' " +
      events(R"({"at":"5 d","event":"zone_down","zone":0,"lasts":"1 h"})");
  // 2,000 extents a day for an hour.
  for (const char* epoch : {"10 min", "1 h", "6 h", "1 d"}) {
    INFO(epoch);
    const Json metrics = metrics_of(writes + "--set run.epoch='" + epoch + "'");
    CHECK(std::abs(double{metrics["turnover.unplaced_extents"]} - 2000 / 24.0) <= 5);
  }
}
