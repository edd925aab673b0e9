// What happens over time: events, outages, repair, new data; read, kept, set from outside, and
// every impossible plan refused at its place.
#include <algorithm>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <vector>

#include "app/scenario/reader.hpp"
#include "tests/support/read_scenario.hpp"
#include "tests/support/scenario_text.hpp"

using namespace spindle;
using namespace spindle::app;
using spindle::test::base_scenario;
using spindle::test::replaced;
using spindle::test::valid;
using spindle::test::valid_scenario;

namespace {

// The block stands on line 26, in front of "targets".
ReadResult with_events(const std::string& keys, const std::vector<std::string>& sets = {},
                       std::optional<std::size_t> variant = std::nullopt) {
  return read_scenario_text(replaced(base_scenario(), "\"targets\"", keys + ",\n  \"targets\""),
                            "s.json", sets, variant);
}

std::vector<std::string> lines(const ReadResult& result) {
  std::vector<std::string> out;
  for (const Problem& problem : result.problems) out.push_back(to_string(problem));
  return out;
}

Scenario plain(const std::vector<std::string>& sets) {
  return valid_scenario(base_scenario(), sets);
}

const char* const kEvents = R"("events": [
    { "at": "20 d", "event": "zone_down", "zone": 2, "lasts": "6 h" },
    { "at": "10 d", "event": "rack_landing", "racks_per_zone": 2, "policy": "new_data_first",
      "target_fill": "70 %", "rate": "5 MB/s" },
    { "at": "10 d", "event": "rack_lost", "rack": 3 },
    { "at": "0 s", "event": "rack_landing", "racks_per_zone": 1 },
    { "at": "25 d", "event": "zone_lost", "zone": 2 },
    { "at": "20 d", "event": "rack_down", "rack": 110, "lasts": "30 min" }
  ])";

}  // namespace

TEST_CASE("events: read, by time, those of one time in the file's order") {
  const Scenario scenario = valid(with_events(kEvents));
  const auto& outages = scenario.outages.scripted;
  REQUIRE(outages.size() == 4);
  CHECK(outages[0].kind == models::DomainKind::kRack);
  CHECK(outages[0].domain == 3);
  CHECK(outages[0].is_permanent);
  CHECK(outages[0].at == sim::Instant() + sim::Duration::days(10));
  CHECK(outages[1].kind == models::DomainKind::kZone);
  CHECK(outages[1].domain == 2);
  CHECK_FALSE(outages[1].is_permanent);
  CHECK(outages[1].lasts == sim::Duration::hours(6));
  CHECK(outages[2].domain == 110);
  CHECK(outages[2].lasts == sim::Duration::hours(0.5));
  CHECK(outages[3].kind == models::DomainKind::kZone);
  CHECK(outages[3].is_permanent);

  REQUIRE(scenario.landings.size() == 2);
  CHECK(scenario.landings[0].at == sim::Instant());
  CHECK(scenario.landings[0].policy == models::LandingPolicy::kCoolestFirst);
  CHECK(scenario.landings[0].target_fill == 0.8);
  CHECK(scenario.landings[0].bytes_per_s == 50e6);
  CHECK(scenario.landings[1].racks_per_zone == 2);
  CHECK(scenario.landings[1].policy == models::LandingPolicy::kNewDataFirst);
  CHECK(scenario.landings[1].target_fill == 0.7);
  CHECK(scenario.landings[1].bytes_per_s == 5e6);

  CHECK(scenario.has_timeline());
  CHECK(scenario.landing_racks_per_zone() == 3);
  CHECK(scenario.racks_in_all() == 3 * 37);
  CHECK(scenario.landing_drives() == 9 * 980);  // 100,000 / 102 = 980.4
  CHECK(warnings_of(scenario).empty());
}

TEST_CASE("events: without any of their keys a scenario is a still picture") {
  CHECK_FALSE(plain({}).has_timeline());
  CHECK_FALSE(plain({"failure.detect=1 h"}).has_timeline());
  CHECK_FALSE(plain({"events=[]"}).has_timeline());
  CHECK_FALSE(plain({"failure.outages=[]"}).has_timeline());
  CHECK_FALSE(plain({"repair.after_zone_loss=relax"}).has_timeline());
  CHECK(plain({"repair.bandwidth=0 B/s"}).has_timeline());
  CHECK(plain({"tenants.0.writes=1 TB/d", "tenants.0.writes_are=new_data"}).has_timeline());
  CHECK(plain({R"(events=[{"at": "1 h", "event": "zone_lost", "zone": 0}])"}).has_timeline());
  CHECK(plain({R"(failure={"outages": [{"domain": "rack", "rate": "0 /yr", "lasts": "1 h"}]})"})
            .has_timeline());
}

TEST_CASE("events: racks are filled as placed by policies that plan no sets of drives") {
  const std::string lands =
      R"(events=[{"at": "1 d", "event": "rack_landing", "racks_per_zone": 1, "policy": "as_placed"}])";
  CHECK(plain({lands}).landings[0].policy == models::LandingPolicy::kAsPlaced);
  CHECK_FALSE(plain({lands}).landings[0].has_target());
  for (const std::string policy :
       {R"({"policy": "static"})", R"({"policy": "shuffle_shard", "width": 20})",
        R"({"policy": "copyset"})"}) {
    const auto problems =
        lines(read_scenario_text(base_scenario(), "s.json", {"placement=" + policy, lands}));
    CAPTURE(policy);
    REQUIRE(problems.size() == 1);
    CHECK(problems[0].find(": racks that are filled as `") != std::string::npos);
  }
}

TEST_CASE("events: repair's law follows from its bandwidth") {
  const Scenario without = plain({"failure.detect=10 min"});
  CHECK(without.repair.law == models::RepairLaw::kExponential);
  CHECK(without.repair.detect == sim::Duration::seconds(600));
  CHECK(without.repair.mttr == sim::Duration::hours(24));
  CHECK(without.repair.io == models::Bytes{4'000'000});
  CHECK(without.repair.after_zone_loss == models::AfterZoneLoss::kWait);
  const Scenario with_bandwidth = plain({"repair.bandwidth=10 MB/s", "repair.io=1 MiB",
                                         "repair.after_zone_loss=relax", "failure.detect=2 d"});
  CHECK(with_bandwidth.repair.law == models::RepairLaw::kBandwidth);
  CHECK(with_bandwidth.repair.bytes_per_s == 10e6);
  CHECK(with_bandwidth.repair.io == models::Bytes{1048576});
  CHECK(with_bandwidth.repair.after_zone_loss == models::AfterZoneLoss::kRelax);
  CHECK(plain({"repair.bandwidth=0 B/s"}).repair.bytes_per_s == 0);
  // Without a bandwidth detection is part of the mean time to repair.
  CHECK(lines(read_scenario_text(base_scenario(), "s.json", {"failure.detect=2 d"})).size() == 1);
}

TEST_CASE("events: random outages of domains") {
  const Scenario scenario = valid(with_events(R"("failure": { "outages": [
      { "domain": "zone", "rate": "1 %/yr", "lasts": "forever" },
      { "domain": "rack", "rate": "0.5 /yr", "lasts": "2 h" } ] })"));
  const auto& random = scenario.outages.random;
  REQUIRE(random.size() == 2);
  CHECK(random[0].kind == models::DomainKind::kZone);
  CHECK(random[0].per_year == 0.01);
  CHECK(random[0].is_permanent);
  CHECK(random[1].kind == models::DomainKind::kRack);
  CHECK(random[1].per_year == 0.5);
  CHECK_FALSE(random[1].is_permanent);
  CHECK(random[1].lasts == sim::Duration::hours(2));
}

TEST_CASE("events: the resolved scenario reads as the same one, with the defaults of failures") {
  const Scenario first = valid(with_events(kEvents));
  const auto json = nlohmann::json::parse(first.resolved_json);
  CHECK(json["events"].size() == 6);
  CHECK(json["events"][3]["rate"] == "50 MB/s");
  CHECK(json["failure"]["replace"] == "24 h");
  const Scenario again = valid(read_scenario_text(first.resolved_json, "again.json", {}));
  CHECK(again.resolved_json == first.resolved_json);
  CHECK(again.outages.scripted.size() == 4);
  CHECK(again.landings.size() == 2);
  CHECK_FALSE(nlohmann::json::parse(plain({}).resolved_json).contains("failure"));
}

TEST_CASE("events: set from outside, by number and as a whole") {
  const Scenario later = valid(with_events(kEvents, {"events.1.at=11 d", "events.4.zone=0"}));
  CHECK(later.landings[1].at == sim::Instant() + sim::Duration::days(11));
  CHECK(later.outages.scripted[3].domain == 0);
  // Another kind of event drops what only the former one has.
  const Scenario gone = valid(
      with_events(kEvents, {"events.0.event=zone_lost", "events.4.zone=1", "events.5.rack=36"}));
  CHECK(gone.outages.scripted[1].is_permanent);
  CHECK(valid(with_events(kEvents, {"events=[]"})).landings.empty());
  const std::string text =
      replaced(base_scenario(), "\"placement.policy\": \"random\" }",
               R"("events": [{"at": "1 d", "event": "rack_lost", "rack": 0}] })");
  CHECK_FALSE(valid(read_scenario_text(text, "s.json", {})).has_timeline());
  CHECK(valid(read_scenario_text(text, "s.json", {}, 0)).has_timeline());
  CHECK_FALSE(valid(read_scenario_text(text, "s.json", {}, 1)).has_timeline());
}

TEST_CASE("events: impossible plans are refused all at once, each with its place and a mend") {
  const ReadResult result = with_events(R"("events": [
    { "at": "30 d", "event": "zone_down", "zone": 3, "lasts": "0 s" },
    { "at": "1 d", "event": "rack_lost", "zone": 1 },
    { "at": "1 d", "event": "rack_lost", "rack": 34 },
    { "at": "10 d", "event": "rack_landing", "racks_per_zone": 0, "target_fill": 1.5,
      "rate": "-3 MB/s" },
    { "at": "10 d", "event": "rack_landing", "racks_per_zone": 1, "target_fill": 0 },
    { "at": "2 d", "event": "zone_lost", "zone": 0 },
    { "at": "3 d", "event": "zone_lost", "zone": 0 },
    { "at": "3 d", "event": "zone_down", "zone": 0, "lasts": "1 h" },
    { "at": "3 d", "event": "rack_down", "rack": 105, "lasts": "1 h" },
    { "at": "2 d", "event": "rack_lost", "rack": 0 },
    { "at": "47 h", "event": "rack_lost", "rack": 1 },
    { "at": "3 d", "event": "rack_down", "rack": 33, "lasts": "forever" },
    { "at": "3 d", "event": "rack_down", "rack": 35, "lasts": "1 h" },
    { "at": "3 d", "event": "zone_down", "zone": 1, "lasts": "forever" }
  ])",
                                        {"tenants.0.writes_are=new_data"});
  CHECK_FALSE(result.scenario);
  const std::vector<std::string> expected = {
      "s.json:27:13: events.0.at: at 30 d the run of 30 d is over (the event would never happen) — "
      "an earlier `at`, or a longer run",
      "s.json:27:51: events.0.zone: there is no zone 3 (the fleet has 3 zones) — 0 to 2",
      "s.json:27:63: events.0.lasts: \"0 s\" is too small (it must be more than 0) — write \"6 h\"",
      "s.json:28:5: events.1.rack: missing (it is required) — add \"rack\": 0",
      "s.json:28:42: events.1.zone: `zone` belongs to zone_down or zone_lost, and `event` is "
      "rack_lost — remove it, or set `event` to zone_down or zone_lost",
      "s.json:29:13: events.2.at: rack 34 lands at 10 d (before that there is none) — a later "
      "`at`, or another rack",
      "s.json:30:64: events.3.racks_per_zone: 0 is too small (it must be at least 1) — write 1",
      "s.json:30:82: events.3.target_fill: 1.5 is too large (a ratio is at most 1) — did you mean "
      "\"1.5 %\"?",
      "s.json:31:15: events.3.rate: \"-3 MB/s\" is negative (quantities are 0 or more) — write "
      "\"50 "
      "MB/s\"",
      "s.json:32:82: events.4.target_fill: 0 is too small (it must be more than 0) — write 0.8",
      "s.json:34:50: events.6.zone: zone 0 is lost already (by events.5; it never comes back) — "
      "remove one of them, or name another zone",
      "s.json:35:13: events.7.at: zone 0 is lost since 2 d (events.5; nothing can happen to it any "
      "more) — an earlier `at`, or another zone",
      "s.json:36:50: events.8.rack: there is no rack 105 (the fleet has 105 racks) — 0 to 104",
      "s.json:37:13: events.9.at: rack 0 is lost with zone 0 since 2 d (events.5; nothing can "
      "happen to it any more) — an earlier `at`, or another rack",
      "s.json:39:13: events.11.at: rack 33 is lost with zone 0 since 2 d (events.5; nothing can "
      "happen to it any more) — an earlier `at`, or another rack",
      "s.json:39:63: events.11.lasts: \"forever\" is no quantity (what is down comes back) — set "
      "`event` to rack_lost, and remove `lasts`",
      "s.json:41:62: events.13.lasts: \"forever\" is no quantity (what is down comes back) — set "
      "`event` to zone_lost, and remove `lasts`",
      "--set: tenants.0.writes_are: the class writes nothing (new data needs writes) — give it "
      "`writes`, or a trace of writes, or leave `writes_are` out"};
  CHECK(lines(result) == expected);
}

TEST_CASE("events: plans beyond what can be simulated are refused") {
  const auto refused = [](const std::string& keys, const std::vector<std::string>& sets,
                          const std::string& start) {
    const auto found = lines(with_events(keys, sets));
    INFO(start);
    REQUIRE(found.size() == 1);
    INFO(found[0]);
    CHECK(found[0].find(start) != std::string::npos);
  };
  refused(R"("events": [{"at": "1 d", "event": "rack_landing", "racks_per_zone": 400000}])", {},
          "events.0.racks_per_zone: up to here 1,200,000 racks land (at most 10,000 in a run)");
  refused(R"("events": [{"at": "1 d", "event": "rack_landing", "racks_per_zone": 3000}])",
          {"fleet.drives=2000000"},
          "fleet.drives: up to here the fleet grows to 9,102 racks and about");
  refused(R"("failure": {"outages": [{"domain": "zone", "rate": "1e5 /yr", "lasts": "1 s"}]})", {},
          "failure.outages.0.rate: about 24,657 outages in the run (at most 10,000 of zones");
  std::string many = R"("events": [)";
  for (int i = 0; i < 10001; ++i) {
    many += R"({"at": "1 d", "event": "rack_lost", "rack": 0},)";
  }
  many.back() = ']';
  refused(many, {}, "events: 10,001 elements (at most 10,000 are read)");
  const auto found = lines(read_scenario_text(
      base_scenario(), "s.json",
      {"tenants.0.writes=1000 EB/s", "tenants.0.writes_are=new_data", "tenants.0.reads=0 B/s"},
      std::nullopt, VariantCheck::kBaseAlone));
  REQUIRE(found.size() == 1);
  CHECK(found[0].find("shards of new data are placed in the run (at most 2,000,000,000") !=
        std::string::npos);
}

TEST_CASE("events: new data needs writes, of a demand or of a trace") {
  const auto with_load = [](const std::string& load) {
    return read_scenario_text(
        replaced(replaced(base_scenario(), R"("reads": "1 PB/d", "writes": "0 B/d", )", ""),
                 R"({ "model": "daily_window", "window": "4 h", "start": "random" })", load),
        "s.json", {"tenants.0.writes_are=new_data"});
  };
  const std::string series =
      R"({"model": "series", "file": "f", "time_column": 1, "value_column": 2, "counts": "bytes",
          "interval": "1 h", "side": ")";
  const std::string jobs = R"({"model": "jobs", "file": "f", "time_column": 1, "read_column": 2)";
  CHECK(with_load(series + "writes\"}").scenario);
  CHECK(with_load(jobs + R"(, "write_column": 3})").scenario);
  for (const std::string& load : {series + "reads\"}", jobs + "}", std::string("{}")}) {
    const auto found = lines(with_load(load));
    REQUIRE(found.size() == 1);
    CHECK(found[0].find("the class writes nothing") != std::string::npos);
  }
}

TEST_CASE("events: a fleet that loses every zone is read, and warned of") {
  const std::string lost = R"("events": [
    { "at": "3 d", "event": "zone_lost", "zone": 1 },
    { "at": "20 d", "event": "zone_lost", "zone": 0 },
    { "at": "4 d", "event": "zone_lost", "zone": 2 } ])";
  const auto warnings = warnings_of(valid(with_events(lost)));
  REQUIRE(warnings.size() == 1);
  CHECK(warnings[0].starts_with("every zone is lost by 20 d (no extent can be read from then on)"));
  CHECK(warnings_of(valid(with_events(lost, {"fleet.zones=4"}))).empty());
}

TEST_CASE("events: an outage longer than time can be ends with it") {
  const Scenario scenario = valid(with_events(
      R"("events": [{"at": "29 d", "event": "zone_down", "zone": 0, "lasts": "200 yr"}])"));
  const models::Outage& outage = scenario.outages.scripted.at(0);
  CHECK((outage.at + outage.lasts).to_seconds() == 200 * sim::kSecondsPerYear);
}

TEST_CASE("events: steady ages need new data at a stated rate") {
  const auto found = [](std::vector<std::string> sets) {
    sets.emplace_back("tenants.0.cooling.ages=steady");
    return read_scenario_text(base_scenario(), "s.json", sets, std::nullopt,
                              VariantCheck::kBaseAlone);
  };
  const ReadResult read = found({"tenants.0.writes=10 PB/d", "tenants.0.writes_are=new_data"});
  REQUIRE(read.scenario);
  const auto& cooling = read.scenario->tenants[0].options.cooling;
  CHECK(cooling.ages == models::AgeLaw::kSteady);
  CHECK(cooling.mean_age_s == Approx(50 * 86400.0));  // 500 PB
  CHECK(
      lines(found({"tenants.0.writes=10 PB/d"})) ==
      std::vector<std::string>{
          "--set: tenants.0.cooling.ages: steady ages are those of data that is replaced (updates "
          "replace none) — set `writes_are` to \"new_data\", or `ages` to \"uniform\""});
  const auto silent = lines(found({"tenants.0.writes_are=new_data"}));
  REQUIRE(silent.size() == 1);
  CHECK(silent[0].find("the class writes nothing") != std::string::npos);
  const ReadResult traced = read_scenario_text(
      replaced(replaced(base_scenario(), R"("reads": "1 PB/d", "writes": "0 B/d", )", ""),
               R"({ "model": "daily_window", "window": "4 h", "start": "random" })",
               R"({"model": "series", "file": "f", "time_column": 1, "value_column": 2,
                   "counts": "bytes", "interval": "1 h", "side": "writes"})"),
      "s.json", {"tenants.0.writes_are=new_data", "tenants.0.cooling.ages=steady"});
  REQUIRE(lines(traced).size() == 1);
  CHECK(lines(traced)[0].find("a trace has none of its own") != std::string::npos);
}
