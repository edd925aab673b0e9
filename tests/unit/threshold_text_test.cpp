// Thresholds as text: what each unit takes, what the bound comes to, and what is said of mistakes.
#include "app/scenario/threshold_text.hpp"

#include <catch2/catch.hpp>
#include <limits>
#include <regex>

using namespace spindle::app;

namespace {

Threshold threshold(const char* metric, const char* text) {
  const auto parsed = parse_threshold(metric, text);
  INFO(text << " -> " << parsed.problem);
  REQUIRE(parsed.value);
  return *parsed.value;
}

void check_problem(const char* metric, const char* text, const char* expected) {
  const auto parsed = parse_threshold(metric, text);
  CHECK_FALSE(parsed.value);
  CHECK(parsed.problem == expected);
}

constexpr const char* kSkew = "capacity.skew.over";
constexpr const char* kRate = "tenant.burst_bytes_per_s.p50";
constexpr const char* kLostAYear = "durability.expected_lost_bytes_per_year";

}  // namespace

TEST_CASE("threshold: bounds are numbers in the metric's unit") {
  CHECK(threshold(kSkew, "< 2 %").bound == 0.02);
  CHECK(threshold(kSkew, "<0.02").bound == 0.02);
  CHECK(threshold("cost.drives", " <=  5000 ").bound == 5000);
  CHECK(threshold("durability.nines", ">= 9").bound == 9);
  CHECK(threshold(kRate, "> 100 GB/s").bound == 1e11);
  CHECK(threshold(kRate, "> 1 PB/d").bound == Approx(1e15 / 86400).epsilon(1e-15));
  // Exact in the unit itself, and far beyond what whole nanoseconds hold.
  CHECK(threshold(kLostAYear, "< 1 TB/yr").bound == 1e12);
  CHECK(threshold(kLostAYear, "< 0.3 TB/yr").bound == 3e11);
  CHECK(threshold(kLostAYear, "< 1 GB/d").bound == Approx(365e9).epsilon(1e-15));
  CHECK(threshold("durability.mttdl_years", ">= 1e15 yr").bound == 1e15);
  CHECK(threshold("durability.mttdl_years", ">= 8760 h").bound == 1);
  CHECK(threshold("durability.mttdl_years", ">= 365 d").bound == 1);
  CHECK(threshold("durability.ci_high", "< 1e-9 /yr").bound == 1e-9);
  CHECK(threshold("durability.ci_high", "< 1 %/yr").bound == 0.01);
  CHECK(threshold("drive.iops", "> 10 /s").bound == 10);
  CHECK(threshold("drive.iops", "> 1200 /min").bound == 20);
  CHECK(threshold("latency.read.p99_s", "< 30 ms").bound == 0.03);
  check_problem("drive.iops", "> 0.1",
                "after \">\": missing unit (a bare number is only for counts and ratios) — write "
                "\"0.1/s\"");
}

TEST_CASE("threshold: units that metrics may come to have are read alike") {
  CHECK(parse_as("10 ms", "s", "1 s").value == 0.01);
  CHECK(parse_as("2 h", "s", "1 s").value == 7200);
  CHECK(parse_as("1.5 TB", "B", "1 B").value == 1.5e12);
  CHECK(parse_as("1 KiB", "B", "1 B").value == 1024);
  CHECK(parse_as("1e400 TB", "B", "1 B").problem == "\"1e400 TB\" is too large");
}

TEST_CASE("threshold: each operator draws the line where it says") {
  struct Row {
    const char* text;
    bool below, at, above;
  };
  for (const Row& row : {Row{"< 2 %", true, false, false}, Row{"<= 2 %", true, true, false},
                         Row{"> 2 %", false, false, true}, Row{">= 2 %", false, true, true}}) {
    INFO(row.text);
    const Threshold stated = threshold(kSkew, row.text);
    CHECK(stated.text == row.text);
    CHECK(holds(stated, 0.019) == row.below);
    CHECK(holds(stated, 0.02) == row.at);
    CHECK(holds(stated, 0.021) == row.above);
    CHECK_FALSE(holds(stated, std::numeric_limits<double>::quiet_NaN()));
    CHECK_FALSE(holds(stated, std::numeric_limits<double>::infinity()));
    CHECK_FALSE(holds(stated, -std::numeric_limits<double>::infinity()));
  }
}

TEST_CASE("threshold: mistakes are named and mended") {
  check_problem(kSkew, "", "empty text — write \"< 0.8\"");
  check_problem(kSkew, "2 %", "\"2 %\" does not begin with <, <=, > or >= — write \"< 2 %\"");
  check_problem(kSkew, "below 2 %",
                "\"below 2 %\" does not begin with <, <=, > or >= — write \"< 0.8\"");
  check_problem(kSkew, "=< 2 %",
                "unknown operator \"=<\" (known: <, <=, >, >=) — did you mean \"<=\"?");
  check_problem(kSkew, "≥ 2 %",
                "unknown operator \"≥\" (known: <, <=, >, >=) — did you mean \">=\"?");
  check_problem(kSkew, "== 2 %", "unknown operator \"==\" (known: <, <=, >, >=) — write \"< 0.8\"");
  check_problem(kSkew, "<", "after \"<\": empty text where a quantity is needed — write \"0.8\"");
  check_problem(kSkew, "< nan", "after \"<\": \"nan\" is not a finite number — write \"0.8\"");
  check_problem(kSkew, "< -2 %",
                "after \"<\": \"-2 %\" is negative (quantities are 0 or more) — write \"0.8\"");
  check_problem("cost.drives", "< 5,000",
                "after \"<\": \"5,000\" has a separator in the number — write the digits together, "
                "and \".\" before decimals, as in \"0.8\"");
  check_problem(kRate, ">= 50",
                "after \">=\": missing unit (a bare number is only for counts and ratios) — write "
                "\"50 GB/s\"");
  check_problem("durability.mttdl_years", ">= 1 TB",
                "after \">=\": wrong unit: \"1 TB\" is an amount of bytes, and a length of time is "
                "needed — write \"1e6 yr\"");
  CHECK(unknown_metric("capacity.skew.ovr") ==
        "unknown metric — did you mean \"capacity.skew.over\"?");
  CHECK(unknown_metric("skew.over") == "unknown metric — did you mean capacity.skew.over?");
  CHECK(unknown_metric("zzz") == "unknown metric — `spindle list metrics` names them all");
}

TEST_CASE("threshold: every metric's example is one, and matches its pattern") {
  for (const MetricRow& row : metric_table()) {
    const std::string example = threshold_example(row);
    INFO(row.name << " " << example);
    CHECK(parse_threshold(row.name, example).value);
    const std::regex pattern(threshold_pattern(row), std::regex::ECMAScript);
    CHECK(std::regex_match(example, pattern));
    CHECK_FALSE(std::regex_match(example.substr(1), pattern));
    CHECK_FALSE(std::regex_match("=" + example, pattern));
  }
}
