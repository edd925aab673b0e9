// What is said of thresholds: verdicts, margins, and values that no rounding turns around.
#include "app/report/threshold_report.hpp"

#include <catch2/catch.hpp>
#include <limits>
#include <nlohmann/json.hpp>

#include "app/scenario/threshold_text.hpp"

using namespace spindle::app;

namespace {

Threshold stated(const char* metric, const char* text) {
  Threshold threshold = *parse_threshold(metric, text).value;
  threshold.file = "s.json";
  threshold.line = 4;
  threshold.column = 7;
  return threshold;
}

CheckedThreshold checked(const char* metric, const char* text, double value) {
  Metrics metrics;
  metrics.set(metric, value);
  return check_thresholds({stated(metric, text)}, metrics).at(0);
}

std::string broken_line(const CheckedThreshold& check) {
  return to_string(broken_threshold(check));
}

}  // namespace

TEST_CASE("threshold report: margin is room on the right side of the bound") {
  CHECK(checked("durability.nines", ">= 9", 10.5).margin == 1.5);
  CHECK(checked("durability.nines", ">= 9", 8).margin == -1);
  CHECK(checked("heat.util.max", "<= 0.75", 0.5).margin == 0.25);
  CHECK(checked("heat.util.max", "< 0.75", 0.75).margin == 0);
  CHECK_FALSE(checked("heat.util.max", "< 0.75", 0.75).holds);
  CHECK(checked("heat.util.max", "<= 0.75", 0.75).holds);
}

TEST_CASE("threshold report: a broken threshold says where, what and how far") {
  CHECK(broken_line(checked("heat.util.max", "<= 0.8", 1.25)) ==
        "s.json:4:7: thresholds.heat.util.max: 1.25 is not <= 0.8");
  CHECK(broken_line(checked("capacity.skew.over", "< 2 %", 0.198)) ==
        "s.json:4:7: thresholds.capacity.skew.over: 19.8 % is not < 2 %");
  CHECK(broken_line(checked("tenant.burst_bytes_per_s.max", ">= 100 GB/s", 98e9)) ==
        "s.json:4:7: thresholds.tenant.burst_bytes_per_s.max: 98 GB/s is not >= 100 GB/s");
  CHECK(broken_line(checked("cost.drives", "< 5000", 75000)) ==
        "s.json:4:7: thresholds.cost.drives: 75,000 is not < 5000");
  CHECK(broken_line(checked("durability.mttdl_years", ">= 1e9 yr", 2.5e6)) ==
        "s.json:4:7: thresholds.durability.mttdl_years: 2,500,000 yr is not >= 1e9 yr");
  // Undefined is broken, whatever is asked.
  for (const double value :
       {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    CHECK(broken_line(checked("heat.cov", "<= 1", value)) ==
          "s.json:4:7: thresholds.heat.cov: undefined, and so not <= 1");
  }
  CheckedThreshold set = checked("heat.util.max", "<= 0.8", 1.25);
  set.threshold.file = "--set";
  set.threshold.line = 0;
  CHECK(broken_line(set) == "--set: thresholds.heat.util.max: 1.25 is not <= 0.8");
}

TEST_CASE("threshold report: rounding never contradicts the verdict") {
  CHECK(broken_line(checked("heat.util.max", "< 0.8", 0.800001)) ==
        "s.json:4:7: thresholds.heat.util.max: 0.800001 is not < 0.8");
  CHECK(broken_line(checked("capacity.skew.over", "<= 2 %", 0.0200001)) ==
        "s.json:4:7: thresholds.capacity.skew.over: 0.0200001 is not <= 2 %");
  CHECK(broken_line(checked("tenant.burst_bytes_per_s.max", ">= 100 GB/s", 99999e6)) ==
        "s.json:4:7: thresholds.tenant.burst_bytes_per_s.max: 9.9999e+10 B/s is not >= 100 GB/s");
}

TEST_CASE("threshold report: table, CSV and JSON have a row a threshold, in order") {
  Metrics metrics;
  metrics.set("capacity.skew.over", 0.25);
  metrics.set("durability.nines", 10);
  metrics.set("heat.cov", std::numeric_limits<double>::quiet_NaN());
  const auto checks =
      check_thresholds({stated("durability.nines", ">= 9"), stated("capacity.skew.over", "< 50 %"),
                        stated("heat.cov", "< 1")},
                       metrics);
  CHECK_FALSE(all_hold(checks));
  CHECK(check_table(checks, Format::kTable) ==
        "metric                  value  threshold  margin  verdict\n"
        "---------------------------------------------------------\n"
        "durability.nines           10       >= 9      +1  ok\n"
        "capacity.skew.over       25 %     < 50 %   +25 %  ok\n"
        "heat.cov            undefined        < 1       -  BROKEN\n");
  CHECK(check_table(checks, Format::kCsv) ==
        "metric,unit,value,threshold,margin,verdict\n"
        "durability.nines,1,10,>= 9,1,ok\n"
        "capacity.skew.over,1,0.25,< 50 %,0.25,ok\n"
        "heat.cov,1,,< 1,,BROKEN\n");
  CHECK(check_table(checks, Format::kMarkdown).substr(0, 13) == "| metric | va");
  const auto json = nlohmann::json::parse(check_object("s", checks).dump());
  CHECK(json["scenario"] == "s");
  CHECK(json["passed"] == false);
  REQUIRE(json["checks"].size() == 3);
  CHECK(json["checks"][0] ==
        nlohmann::json::parse(
            R"({"metric": "durability.nines", "value": 10, "threshold": ">= 9", "holds": true})"));
  CHECK(json["checks"][2]["value"].is_null());
  CHECK(json["checks"][2]["holds"] == false);
}
