// The reader on generated scenarios and on broken texts: it reads back what it writes, and never
// crashes.
#include <rapidcheck.h>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "app/scenario/reader.hpp"
#include "app/scenario/units.hpp"
#include "models/drive/drive_model.hpp"
#include "models/placement/policy.hpp"
#include "tests/support/scenario_text.hpp"

using namespace spindle;
using namespace spindle::app;
using Json = nlohmann::ordered_json;

namespace {

template <class T>
T pick(const std::vector<T>& choices) {
  return choices[*rc::gen::inRange<std::size_t>(0, choices.size())];
}

int number(int from, int to) {
  return *rc::gen::inRange(from, to + 1);
}

std::string times(const char* unit, int from, int to) {
  return std::to_string(number(from, to)) + " " + unit;
}

Json random_load() {
  return pick<Json>(
      {{{"model", "constant"}},
       {{"model", "slots"}, {"duty", number(1, 100) / 100.0}},
       {{"model", "slots"}, {"duty", times("%", 1, 100)}, {"slot", "30 min"}},
       {{"model", "on_off"}, {"on", times("min", 1, 99)}, {"off", times("h", 1, 9)}},
       {{"model", "slots"}, {"duty", 0.5}, {"correlation", times("%", 0, 100)}},
       {{"model", "on_off"},
        {"on", "1 h"},
        {"off", "1 h"},
        {"off_alpha", number(102, 300) / 100.0}},
       {{"model", "diurnal"}, {"amplitude", times("%", 0, 100)}, {"weekend", 2}},
       {{"model", "diurnal"}, {"phase", "random"}, {"peak", times("h", 0, 23)}},
       {{"model", "daily_window"}, {"window", times("h", 1, 24)}},
       {{"model", "cascade"},
        {"period", times("h", 1, 99)},
        {"levels", Json::array({Json::array({0.5, 0.25, 0.25}), Json::array({1, 0})})}},
       {{"model", "b_model"},
        {"period", times("h", 1, 99)},
        {"bias", number(50, 100) / 100.0},
        {"halvings", number(1, 12)}},
       {{"model", "daily_window"}, {"window", "4 h"}, {"start", times("h", 0, 23)}}});
}

Json random_tenants(int index) {
  Json tenants{{"name", "class-" + std::to_string(index)}, {"object", times("kB", 1, 9999)}};
  if (number(0, 1) == 1) tenants["count"] = number(1, 20);
  if (number(0, 1) == 1) tenants["share"] = number(1, 1000) / 7.0;
  if (number(0, 1) == 1) tenants["reads"] = times("TB/d", 0, 999);
  if (number(0, 1) == 1) tenants["writes"] = times("MiB/s", 0, 999);
  if (number(0, 1) == 1) tenants["load"] = random_load();
  if (number(0, 1) == 1) {
    tenants["size"] =
        pick<Json>({{{"distribution", "zipf"}, {"exponent", number(0, 30) / 10.0}},
                    {{"distribution", "pareto"}, {"alpha", number(1, 30) / 10.0}},
                    {{"distribution", "lognormal"}, {"sigma", number(0, 30) / 10.0}}});
  }
  if (number(0, 1) == 1) {
    tenants["cooling"] = pick<Json>({{{"model", "exponential"}, {"tau", times("d", 1, 99)}},
                                     {{"model", "power_law"}, {"exponent", number(1, 30) / 10.0}}});
  }
  return tenants;
}

// A valid scenario: a fleet with room, some of the optional keys, any policy, load and scheme.
Json random_scenario() {
  Json scenario{{"schema_version", 1}, {"name", "generated"}, {"question", "Any?"}};
  if (number(0, 1) == 1) scenario["seed"] = number(0, 1 << 30);
  scenario["run"] = {{"duration", times("d", 1, 90)},
                     {"epoch", pick<std::string>({"1 h", "20 min"})}};
  Json drive{{"model", pick(models::drive_presets()).name}, {"capacity", times("TB", 10, 40)}};
  if (number(0, 1) == 1) drive["share"] = times("%", 1, 100);
  if (number(0, 1) == 1) drive["afr"] = times("%/yr", 0, 20);
  scenario["fleet"] = {{"zones", number(3, 9)},
                       {"racks_per_zone", number(9, 20)},
                       {"drives", number(1000, 9000)},
                       {"models", Json::array({drive})}};
  scenario["data"] = {{"logical", times("TB", 100, 2000)}, {"extent", times("GB", 1, 500)}};
  scenario["redundancy"] =
      pick<Json>({{{"scheme", "replication"}, {"copies", number(1, 5)}},
                  {{"scheme", "erasure"}, {"data", number(1, 6)}, {"parity", number(0, 3)}}});
  const models::PolicyRow& policy = models::policy_registry()[*rc::gen::inRange<std::size_t>(
      0, models::policy_registry().size())];
  scenario["placement"] = {{"policy", policy.name}};
  Json& placement = scenario["placement"];
  const std::string name = policy.name;
  if (name == "shuffle_shard") placement["width"] = number(9, 1000);
  if (name == "k_of_d" && number(0, 1) == 1) placement["candidates"] = number(9, 256);
  if (name == "copyset" && number(0, 1) == 1) placement["scatter_width"] = number(1, 900);
  if (name == "d_choices" || name == "one_plus_beta") {
    placement["metric"] = pick<std::string>({"fill", "heat", "blend", "bytes"});
    if (placement["metric"] == "blend") placement["weight"] = number(0, 100) / 100.0;
    if (number(0, 1) == 1) placement["refresh"] = number(1, 1000);
    if (number(0, 1) == 1) placement["noise"] = times("%", 0, 100);
    if (number(0, 1) == 1) placement["cell"] = number(100, 1000);
  }
  if (number(0, 3) == 0) {
    drive["model"] = "talk";
    scenario["fleet"]["models"].push_back(drive);
    scenario["spread"]["guard_rail"] = {{"platform", "talk"}, {"at_most", number(9, 64)}};
  }
  scenario["tenants"] = Json::array();
  const int classes = number(1, 4);
  for (int i = 0; i < classes; ++i) scenario["tenants"].push_back(random_tenants(i));
  if (number(0, 1) == 1) {
    scenario["durability"] = {{"estimator", number(0, 1) == 1 ? "direct" : "analytic"},
                              {"replications", number(2, 50)}};
  }
  if (number(0, 1) == 1) scenario["failure"] = {{"replace", "3 d"}};
  if (number(0, 1) == 1) scenario["targets"] = {{"fill", number(1, 100) / 100.0}};
  if (number(0, 1) == 1) {
    scenario["compare"]["variants"] =
        Json::array({{{"name", "one"}, {"set", {{"redundancy.scheme", "replication"}}}}});
  }
  return scenario;
}

// All that a scenario holds beside resolved_json.
std::string fingerprint(const Scenario& s) {
  Json out{{"name", s.name},
           {"question", s.question},
           {"seed", s.seed},
           {"duration", s.run.duration.ns()},
           {"epoch", s.run.epoch.ns()},
           {"fleet", {s.fleet.zones, s.fleet.racks_per_zone, s.fleet.drives}},
           {"data", {s.data.logical.value, s.data.extent.value}},
           {"redundancy",
            {static_cast<int>(s.redundancy.kind), s.redundancy.copies, s.redundancy.data,
             s.redundancy.parity}},
           {"spread", {s.spread.max_per_zone, s.spread.max_per_rack}},
           {"placement",
            {s.placement.policy, s.placement.choices, static_cast<int>(s.placement.metric),
             s.placement.width, s.placement.inner, s.placement.beta, s.placement.candidates,
             s.placement.fill_weight, s.placement.refresh, s.placement.noise, s.placement.cell,
             s.placement.scatter_width, s.spread.guard.platform, s.spread.guard.at_most}},
           {"dir", s.trace_dir.string()},
           {"mttr", s.mttr_hours},
           {"durability", {static_cast<int>(s.durability.estimator), s.durability.replications}},
           {"failure", {s.failure.detect.ns(), s.failure.replace.ns()}},
           {"targets", {s.targets.fill, s.targets.heat}}};
  for (const models::DriveShare& drive : s.fleet.models) {
    out["drives"].push_back({drive.model.name, drive.share, drive.model.capacity.value,
                             drive.model.annual_failure_rate});
  }
  for (const TenantSpec& tenant : s.tenants) {
    const models::TenantClass& o = tenant.options;
    out["tenants"].push_back({o.name,
                              o.count,
                              o.data.value,
                              tenant.share,
                              static_cast<int>(o.size.kind),
                              o.size.exponent,
                              o.size.sigma,
                              o.read_bytes_per_s,
                              o.write_bytes_per_s,
                              o.object_size.value,
                              static_cast<int>(o.load.kind),
                              o.load.duty,
                              o.load.slot.ns(),
                              o.load.mean_on.ns(),
                              o.load.mean_off.ns(),
                              o.load.window.ns(),
                              o.load.start_is_random,
                              o.load.start.ns(),
                              o.load.correlation,
                              o.load.off_alpha,
                              o.load.amplitude,
                              o.load.weekend,
                              o.load.peak.ns(),
                              o.load.phase_is_random,
                              static_cast<int>(o.cooling.kind),
                              o.cooling.tau.ns(),
                              o.cooling.exponent,
                              o.cooling.scale.ns(),
                              o.cooling.oldest.ns(),
                              static_cast<int>(o.cooling.ages),
                              o.cooling.mean_age_s});
  }
  for (const Variant& variant : s.variants) {
    out["variants"].push_back({variant.name, variant.overrides_json});
  }
  return out.dump();
}

bool round_trips(const std::string& text) {
  const ReadResult first = read_scenario_text(text, "s.json", {});
  for (const Problem& problem : first.problems) RC_LOG() << to_string(problem) << "\n";
  RC_ASSERT(first.scenario.has_value());
  const ReadResult again = read_scenario_text(first.scenario->resolved_json, "s.json", {});
  for (const Problem& problem : again.problems) RC_LOG() << to_string(problem) << "\n";
  RC_ASSERT(again.scenario.has_value());
  RC_ASSERT(again.scenario->resolved_json == first.scenario->resolved_json);
  RC_ASSERT(fingerprint(*again.scenario) == fingerprint(*first.scenario));
  return true;
}

// A scenario, or at least one problem with a message; never both, never neither.
bool is_sound(const std::string& text, const std::vector<std::string>& sets = {}) {
  const ReadResult result = read_scenario_text(text, "s.json", sets);
  if (result.scenario.has_value() == !result.problems.empty()) return false;
  for (const Problem& problem : result.problems) {
    if (problem.message.empty() || problem.file.empty()) return false;
  }
  return true;
}

std::string random_bytes() {
  const std::vector<std::string> pieces = {
      "{",      "}",    "[",     "]",  "\"",  ":",    ",",  "//",    "/*",
      "*/",     "null", "1e400", "-1", "NaN", "\xFF", "\n", "\"x\"", "9007199254740993",
      "\\u0000"};
  return pick(pieces);
}

}  // namespace

TEST_CASE("scenario: the base scenario survives being resolved and read again") {
  CHECK(round_trips(test::base_scenario()));
}

TEST_CASE("scenario: generated scenarios are read, and survive being resolved and read again") {
  REQUIRE(rc::check([] { return round_trips(random_scenario().dump()); }));
}

TEST_CASE("scenario: every policy and drive of the registries is known to the reader") {
  for (const models::PolicyRow& policy : models::policy_registry()) {
    const ReadResult result = read_scenario_text(
        test::base_scenario(), "s.json",
        {std::string("placement={\"policy\":\"") + policy.name + "\"" +
         (std::string(policy.name) == "shuffle_shard" ? ",\"width\":50}" : "}")});
    INFO(policy.name);
    CHECK(result.scenario);
  }
  for (const models::DriveModel& drive : models::drive_presets()) {
    const ReadResult result =
        read_scenario_text(test::base_scenario(), "s.json", {"fleet.models.0.model=" + drive.name});
    INFO(drive.name);
    CHECK(result.scenario);
  }
}

TEST_CASE("scenario: broken texts give problems, never a crash") {
  REQUIRE(rc::check("bytes put in or taken out", [] {
    std::string text = test::base_scenario();
    const int edits = number(1, 4);
    for (int i = 0; i < edits && !text.empty(); ++i) {
      const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
      if (number(0, 1) == 1) {
        text.insert(at, random_bytes());
      } else {
        text.erase(at, *rc::gen::inRange<std::size_t>(1, 40));
      }
    }
    return is_sound(text);
  }));
  REQUIRE(rc::check("truncated", [] {
    std::string text = test::base_scenario();
    text.resize(*rc::gen::inRange<std::size_t>(0, text.size()));
    return is_sound(text);
  }));
}

TEST_CASE("scenario: values of any type at any place give problems, never a crash") {
  const Json flat = Json::parse(test::base_scenario()).flatten();
  std::vector<std::string> paths;
  for (const auto& [pointer, value] : flat.items()) {
    std::string path = pointer.substr(1);
    for (char& c : path) c = c == '/' ? '.' : c;
    // Whole objects too, by cutting the path short.
    while (!path.empty()) {
      paths.push_back(path);
      const std::size_t dot = path.rfind('.');
      path.resize(dot == std::string::npos ? 0 : dot);
    }
  }
  REQUIRE(rc::check([&] {
    std::vector<std::string> sets;
    const int count = number(1, 3);
    for (int i = 0; i < count; ++i) {
      sets.push_back(pick(paths) + "=" +
                     pick<std::string>({"0",
                                        "-1",
                                        "1e300",
                                        "null",
                                        "true",
                                        "[]",
                                        "{}",
                                        "[{}]",
                                        "[[1]]",
                                        "\"\"",
                                        "x",
                                        "1 TB",
                                        "1 s",
                                        "200 yr",
                                        "18.4 EB",
                                        "1 B",
                                        "1 ns",
                                        "1e-300 %",
                                        "{\"a\": {\"a\": 1}}",
                                        "random",
                                        "shuffle_shard",
                                        "erasure",
                                        "5",
                                        "64",
                                        "1000000"}));
    }
    return is_sound(test::base_scenario(), sets);
  }));
}
