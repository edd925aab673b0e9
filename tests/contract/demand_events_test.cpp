// Shared events of demand and flushes of caches: read, given to their classes, and refused where
// they cannot be.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "app/scenario/reader.hpp"
#include "tests/support/read_scenario.hpp"
#include "tests/support/scenario_text.hpp"

using namespace spindle;
using namespace spindle::app;
using spindle::test::base_scenario;
using spindle::test::replaced;
using spindle::test::valid;

namespace {

const char* const kDemandEvents = R"([
    { "at": "20 d", "event": "demand", "lasts": "6 h", "factor": 0.5 },
    { "at": "10 d", "event": "demand", "lasts": "1 d", "factor": 5, "ramp": "2 h", "classes": ["web"] },
    { "at": "12 d", "event": "cache_flush", "refill": "30 min" }
  ])";

// Two classes, "batch" without a cache and "web" with one; the events stand on line 28.
ReadResult with_demand_events(
    const std::string& events, const std::vector<std::string>& sets = {},
    const std::string& of_web = R"("reads": "1 GB/s", "cache": { "hit_ratio": "90 %" })") {
  const std::string web =
      R"("start": "random" } },
    { "name": "web", "count": 10, "object": "1 MB", )" +
      of_web + " }";
  const std::string text = replaced(base_scenario(), R"("start": "random" } })", web);
  return read_scenario_text(
      replaced(text, "\"targets\"", "\"events\": " + events + ",\n  \"targets\""), "s.json", sets);
}

// One problem, at that path, that says so.
void refused(const ReadResult& result, const std::string& path, const std::string& why) {
  for (const Problem& problem : result.problems) UNSCOPED_INFO(to_string(problem));
  REQUIRE(result.problems.size() == 1);
  const std::string line = to_string(result.problems[0]);
  INFO(line);
  CHECK((line.starts_with("s.json:") || line.starts_with("--set:")));
  CHECK(line.find(path + ":") != std::string::npos);
  CHECK(line.find(why) != std::string::npos);
  CHECK(line.find(" — ") != std::string::npos);
}

}  // namespace

TEST_CASE(
    "demand events: go to the classes that they name, or to all, and leave the fleet as it is") {
  const Scenario scenario = valid(with_demand_events(kDemandEvents));
  CHECK_FALSE(scenario.has_timeline());
  CHECK(scenario.outages.scripted.empty());
  const models::TenantClass& batch = scenario.tenants[0].options;
  const models::TenantClass& web = scenario.tenants[1].options;
  REQUIRE(batch.events.size() == 1);
  CHECK(batch.events[0].factor == 0.5);
  CHECK(batch.events[0].ramp == sim::Duration());
  CHECK(batch.cache.hit_ratio == 0);
  CHECK(batch.cache.flushes.empty());
  REQUIRE(web.events.size() == 2);
  CHECK(web.events[1].factor == 5);
  CHECK(web.events[1].at == sim::Instant() + sim::Duration::days(10));
  CHECK(web.events[1].lasts == sim::Duration::days(1));
  CHECK(web.events[1].ramp == sim::Duration::hours(2));
  CHECK(web.cache.hit_ratio == 0.9);
  REQUIRE(web.cache.flushes.size() == 1);
  CHECK(web.cache.flushes[0].refill == sim::Duration::seconds(1800));
  // Nothing fails in the run on their account.
  CHECK_FALSE(nlohmann::json::parse(scenario.resolved_json).contains("failure"));
  const Scenario again = valid(read_scenario_text(scenario.resolved_json, "again.json", {}));
  CHECK(again.resolved_json == scenario.resolved_json);
  CHECK(again.tenants[1].options.events.size() == 2);
}

TEST_CASE("demand events: set from outside, and beside events of the fleet") {
  const Scenario set = valid(with_demand_events(
      kDemandEvents, {R"(events.1.classes=["batch", "web"])", "tenants.1.cache.hit_ratio=0.5"}));
  CHECK(set.tenants[0].options.events.size() == 2);
  CHECK(set.tenants[1].options.cache.hit_ratio == 0.5);
  const Scenario both = valid(with_demand_events(
      R"([{ "at": "1 d", "event": "rack_lost", "rack": 1 },
          { "at": "1 d", "event": "demand", "lasts": "1 h", "factor": 2 }])"));
  CHECK(both.has_timeline());
  CHECK(both.outages.scripted.size() == 1);
}

TEST_CASE("demand events: play at mechanical fidelity, where events of the fleet do not") {
  const std::vector<std::string> mechanical = {"run.fidelity=mechanical", "run.duration=1 h",
                                               "run.epoch=10 min", "tenants.0.cooling={}"};
  valid(with_demand_events(
      R"([{ "at": "10 min", "event": "demand", "lasts": "1 min", "factor": 2 }])", mechanical));
  refused(
      with_demand_events(R"([{ "at": "10 min", "event": "rack_lost", "rack": 1 }])", mechanical),
      "run.fidelity", "a rack_lost is played");
}

TEST_CASE("demand events: what cannot be is refused at its place") {
  const auto demand = [](const std::string& keys) {
    return R"([{ "at": "1 d", "event": "demand", )" + keys + " }]";
  };
  refused(with_demand_events(demand(R"("lasts": "1 h", "factor": -1)")), "events.0.factor",
          "negative");
  refused(with_demand_events(demand(R"("lasts": "1 h", "factor": 2, "ramp": "31 min")")),
          "events.0.ramp", "do not fit into 1 h");
  refused(with_demand_events(demand(R"("lasts": "1 h", "factor": 2, "classes": ["wob"])")),
          "events.0.classes.0", "there is no class \"wob\" (the classes are \"batch\", \"web\")");
  refused(with_demand_events(demand(R"("lasts": "1 h", "factor": 2, "classes": ["web", "web"])")),
          "events.0.classes.1", "named twice");
  refused(with_demand_events(demand(R"("lasts": "1 h", "factor": 2, "classes": [])")),
          "events.0.classes", "0 texts");
  refused(with_demand_events(demand(R"("lasts": "1 h", "factor": 2, "classes": "web")")),
          "events.0.classes", "must be an array");
  refused(with_demand_events(demand(R"("lasts": "1 h", "factor": 2, "classes": [7])")),
          "events.0.classes.0", "must be");
  refused(with_demand_events(demand(R"("lasts": "200 yr", "factor": 2)")), "events.0.lasts",
          "end after 200 yr");
  refused(
      with_demand_events(R"([{ "at": "30 d", "event": "demand", "lasts": "1 h", "factor": 2 }])"),
      "events.0.at", "the run of 30 d is over");
  refused(with_demand_events(R"([{ "at": "1 d", "event": "demand", "lasts": "2 h", "factor": 2 },
                   { "at": "25 h", "event": "demand", "lasts": "2 h", "factor": 3, "classes": ["web"] }])"),
          "events.1.at", "two events change the demand of class \"web\" at one time (events.0");
}

TEST_CASE("cache: a flush needs a cache, and a cache reads") {
  const auto flush = [](const std::string& keys) {
    return R"([{ "at": "1 d", "event": "cache_flush", "refill": "1 h")" + keys + " }]";
  };
  refused(with_demand_events(flush(R"(, "classes": ["batch"])")), "events.0.classes.0",
          "has no cache");
  refused(with_demand_events(flush(""), {}, R"("reads": "1 GB/s")"), "events.0.event",
          "no class has a cache");
  refused(with_demand_events(flush(""), {}, R"("reads": "1 GB/s", "cache": { "hit_ratio": 0 })"),
          "events.0.event", "no class has a cache");
  refused(with_demand_events("[]", {}, R"("writes": "1 GB/s", "cache": { "hit_ratio": 0.5 })"),
          "tenants.1.cache", "reads nothing");
  refused(with_demand_events("[]", {}, R"("reads": "1 GB/s", "cache": { "hit_ratio": -1 })"),
          "tenants.1.cache.hit_ratio", "negative");
  refused(with_demand_events("[]", {}, R"("reads": "1 GB/s", "cache": { })"),
          "tenants.1.cache.hit_ratio", "missing");
}
