// Loads of tenants in a scenario: what their keys become, and which do not go together.

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "app/scenario/problems.hpp"
#include "tests/support/read_scenario.hpp"
#include "tests/support/scenario_text.hpp"

using namespace spindle;
using models::LoadKind;
using models::LoadOptions;

namespace {

app::ReadResult read_load(const std::string& load, const std::vector<std::string>& sets = {}) {
  const std::string text = test::replaced(
      test::replaced(test::base_scenario(), R"("reads": "1 PB/d", "writes": "0 B/d", )",
                     load.find("file") == std::string::npos ? R"("reads": "1 PB/d", )" : ""),
      R"({ "model": "daily_window", "window": "4 h", "start": "random" })", load);
  return app::read_scenario_text(text, "s.json", sets);
}

models::TenantClass tenants(const std::string& load, const std::vector<std::string>& sets = {}) {
  return test::valid(read_load(load, sets)).tenants[0].options;
}

// The one problem there is.
std::string load_problem(const std::string& load, const std::vector<std::string>& sets = {}) {
  const auto read = read_load(load, sets);
  INFO(load);
  REQUIRE(read.problems.size() == 1);
  return to_string(read.problems[0]);
}

}  // namespace

TEST_CASE("loads: correlation and Pareto periods are read") {
  CHECK(tenants(R"({"model": "slots", "duty": 0.1, "correlation": "1 %"})").load.correlation ==
        0.01);
  CHECK(tenants(R"({"model": "slots", "duty": 0.1})").load.correlation == 0);
  const LoadOptions load =
      tenants(R"({"model": "on_off", "on": "1 h", "off": "3 h", "on_alpha": 1.5})").load;
  CHECK(load.on_alpha == 1.5);
  CHECK(load.off_alpha == 0);
}

TEST_CASE("loads: windows on some days, from the weekday on which the run starts") {
  const std::string window =
      R"({"model": "daily_window", "window": "4 h", "jitter": "30 min", "days": ")";
  const LoadOptions load = tenants(window + R"(weekdays"})", {"run.starts_on=sat"}).load;
  CHECK(load.jitter == sim::Duration::seconds(1800));
  CHECK(load.open_days == 0x1f);
  CHECK(load.first_weekday == 5);
  CHECK(tenants(window + R"(weekends"})").load.open_days == 0x60);
  CHECK(tenants(window + R"(wed"})").load.open_days == 0x4);
  CHECK(tenants(window + R"(every_day"})").load.open_days == models::kEveryDay);
  CHECK(tenants(window + R"(sun"})").load.first_weekday == 0);
}

TEST_CASE("loads: diurnal curves, states and sums are read") {
  const LoadOptions cosine =
      tenants(R"({"model": "diurnal", "amplitude": "60 %", "peak": "20 h", "phase": "random"})")
          .load;
  CHECK(cosine.kind == LoadKind::kDiurnal);
  CHECK(cosine.amplitude == 0.6);
  CHECK(cosine.peak == sim::Duration::hours(20));
  CHECK(cosine.phase_is_random);
  const LoadOptions curve =
      tenants(
          R"({"model": "diurnal", "curve": [[0, 1], [7.5, 3]], "weekend": 0.2, "phase": "24 h"})")
          .load;
  REQUIRE(curve.curve.size() == 2);
  CHECK(curve.curve[1].hour == 7.5);
  CHECK(curve.curve[1].level == 3);
  CHECK(curve.weekend == 0.2);
  CHECK(curve.phase == sim::Duration());
  const LoadOptions sum =
      tenants(
          R"({"model": "sum", "parts": [{"load": {"model": "mmpp", "jumps": "uniform", "states":
           [{"rate": 1, "stay": "1 h"}, {"rate": 0, "stay": "2 h"}, {"rate": 9, "stay": "1 min"}]}},
           {"weight": 0.5}, {"load": {"model": "daily_window", "window": "1 h"}}]})",
          {"run.starts_on=thu"})
          .load;
  REQUIRE(sum.parts.size() == 3);
  CHECK(sum.parts[0].weight == 1);
  REQUIRE(sum.parts[0].load.states.size() == 3);
  CHECK(sum.parts[0].load.states[2].rate == 9);
  CHECK(sum.parts[0].load.states[1].mean_stay == sim::Duration::hours(2));
  CHECK(sum.parts[0].load.jumps_are_uniform);
  CHECK(sum.parts[1].weight == 0.5);
  CHECK(sum.parts[1].load.kind == LoadKind::kConstant);
  CHECK(sum.parts[2].load.first_weekday == 3);
}

TEST_CASE("loads: traces that begin elsewhere for each tenant") {
  const std::string jobs =
      R"({"model": "jobs", "file": "f", "time_column": 1, "read_column": 2, "shift": )";
  CHECK(tenants(jobs + R"("12 h"})").trace_shift == sim::Duration::hours(12));
  CHECK(tenants(jobs + R"("random", "loop": "7 d"})").trace_shift_is_random);
  CHECK(test::says(load_problem(jobs + R"("random"})"),
                   "tenants.0.load.shift: a random shift of a trace"));
}

TEST_CASE("loads: what does not go together is refused with its place and a mend") {
  CHECK(test::says(load_problem(R"({"model": "diurnal", "correlation": 0.1})"), "correlation"));
  CHECK(test::says(load_problem(R"({"model": "on_off", "on": "1 h", "off": "3 h", "off_alpha": 1.5,
                         "correlation": 0.1})"),
                   "tenants.0.load.correlation: correlated tenants with Pareto periods"));
  CHECK(test::says(load_problem(R"({"model": "on_off", "on": "1 h", "off": "3 h", "on_alpha": 1})"),
                   "1.01"));
  CHECK(test::says(load_problem(R"({"model": "daily_window", "window": "4 h", "jitter": "11 h"})"),
                   "at most 10 h"));
  CHECK(test::says(load_problem(R"({"model": "diurnal", "curve": [[0, 1], [0, 3]]})"),
                   "hour 0 of pair 2"));
  CHECK(test::says(load_problem(R"({"model": "diurnal", "curve": [[0, 1], [24, 3]]})"),
                   "hour 24 of pair 2"));
  CHECK(test::says(load_problem(R"({"model": "diurnal", "curve": [[0, 0]]})"), "all levels are 0"));
  CHECK(test::says(load_problem(R"({"model": "mmpp", "states": [{"rate": 0, "stay": "1 h"},
                                                     {"rate": 0, "stay": "2 h"}]})"),
                   "all rates are 0"));
  CHECK(test::says(load_problem(R"({"model": "sum", "parts": [{}, {"load": {"model": "diurnal",
                         "curve": [[0, 0]]}}]})"),
                   "tenants.0.load.parts.1.load.curve: all levels are 0"));
  CHECK(test::says(load_problem(R"({"model": "sum", "parts": [{"load": {"model": "sum"}}]})"),
                   "sum"));
}

TEST_CASE("loads: more periods than can be simulated are refused") {
  CHECK(test::says(
      load_problem(R"({"model": "slots", "duty": 0.1, "slot": "100 ms", "correlation": 0.1})",
                   {"tenants.0.count=1"}),
      "correlated tenants share about 2.59e+07 periods"));
  CHECK(test::says(load_problem(R"({"model": "mmpp", "states": [{"rate": 1, "stay": "1 ms"},
                                                     {"rate": 0, "stay": "1 ms"}]})"),
                   "tenants.0.load.states: up to here tenants turn on about"));
  CHECK(test::says(load_problem(R"({"model": "sum", "parts": [{}, {"load":
                         {"model": "on_off", "on": "1 us", "off": "1 us"}}]})"),
                   "tenants.0.load.parts.1.load.on: up to here tenants turn on about"));
}
