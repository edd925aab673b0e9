// Quantities with units: exact values, and what a planner reads when one is wrong.
#include "app/scenario/units.hpp"

#include <rapidcheck.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <regex>

using namespace spindle;
using namespace spindle::app;

namespace {

std::uint64_t bytes(const char* text) {
  INFO(text);
  const auto parsed = parse_bytes(text);
  INFO(parsed.problem);
  REQUIRE(parsed.value);
  return parsed.value->value;
}

std::int64_t nanoseconds(const char* text) {
  INFO(text);
  const auto parsed = parse_duration(text);
  INFO(parsed.problem);
  REQUIRE(parsed.value);
  return parsed.value->ns();
}

template <class T>
void check_problem(const Parsed<T>& parsed, const char* text, const char* fragment) {
  INFO(text << " -> " << parsed.problem);
  CHECK_FALSE(parsed.value);
  CHECK(parsed.problem.find(fragment) != std::string::npos);
}

}  // namespace

TEST_CASE("units: bytes are exact") {
  CHECK(bytes("20 TB") == 20'000'000'000'000U);
  CHECK(bytes("20TB") == 20'000'000'000'000U);
  CHECK(bytes("  20   TB ") == 20'000'000'000'000U);
  CHECK(bytes("20 TiB") == 21'990'232'555'520U);
  CHECK(bytes("0 B") == 0);
  CHECK(bytes("0.5 MB") == 500'000);
  CHECK(bytes("1.5 KiB") == 1536);
  CHECK(bytes("1e3 kB") == 1'000'000);
  CHECK(bytes("1E-3 kB") == 1);
  CHECK(bytes("1 EB") == 1'000'000'000'000'000'000U);
  CHECK(bytes("1EB") == 1'000'000'000'000'000'000U);
  CHECK(bytes("18446744073709551615 B") == 18'446'744'073'709'551'615U);
  CHECK(bytes("18.446744073709551615 EB") == 18'446'744'073'709'551'615U);
  CHECK(bytes("0.1000000000000000000000000000 kB") == 100);
  CHECK(bytes("100000000000000000000000e-20 kB") == 1'000'000);
  CHECK(bytes("000000000000000000000000000001 B") == 1);
  CHECK(bytes("0e99999999999 B") == 0);
}

TEST_CASE("units: times are exact to the nanosecond") {
  CHECK(nanoseconds("0.1 s") == 100'000'000);
  CHECK(nanoseconds("1 ns") == 1);
  CHECK(nanoseconds("2.5 us") == 2500);
  CHECK(nanoseconds("4 ms") == 4'000'000);
  CHECK(nanoseconds("5 min") == 300'000'000'000);
  CHECK(nanoseconds("30 d") == 30 * 86'400'000'000'000);
  CHECK(nanoseconds("1 wk") == 7 * 86'400'000'000'000);
  CHECK(nanoseconds("1 yr") == 365 * 86'400'000'000'000);
  CHECK(nanoseconds("0.6 ns") == 1);  // to nearest
}

TEST_CASE("units: rates and ratios take one rounding") {
  CHECK(parse_byte_rate("1 PB/d").value == 1e15 / 86400);
  CHECK(parse_byte_rate("50 MB/s").value == 5e7);
  CHECK(parse_byte_rate("0.1 GB / s").value == 1e8);
  CHECK(parse_byte_rate("1 B/ns").value == 1e9);
  CHECK(parse_byte_rate("1 MiB/s").value == 1048576.0);
  CHECK(parse_byte_rate("0 B/d").value == 0.0);
  CHECK(parse_failure_rate("1.5 %/yr").value == 0.015);
  CHECK(parse_failure_rate("0.35 %/yr").value == 0.0035);
  CHECK(parse_failure_rate("0.015 /yr").value == 0.015);
  CHECK(parse_failure_rate("0.015 1/yr").value == 0.015);
  CHECK(parse_failure_rate("0.015/yr").value == 0.015);
  CHECK(*parse_failure_rate("1e-6 /h").value == Approx(8760e-6).epsilon(1e-15));
  CHECK(parse_ratio("12 %").value == 0.12);
  CHECK(parse_ratio("12%").value == 0.12);
  CHECK(parse_ratio("0.12").value == 0.12);
}

TEST_CASE("units: a wrong quantity says what is wrong and what to write") {
  struct Row {
    const char* text;
    const char* fragment;
  };
  const Row rows[] = {
      {"", "empty text"},
      {"20", "missing unit (a bare number is only for counts and ratios) — write \"20 TB\""},
      {"20000000000000", "write \"20000000000000 B\""},
      {"20 Tb", "a small b would be bits) — did you mean \"20 TB\"?"},
      {"20 TIB", "TiB is 2^40 bytes, TB is 10^12) — did you mean \"20 TiB\"?"},
      {"20 tib", "did you mean \"20 TiB\"?"},
      {"20 tb", "did you mean \"20 TB\"?"},
      {"20 T", "TB is 10^12 bytes, TiB is 2^40) — did you mean \"20 TB\"?"},
      {"20 Ti", "did you mean \"20 TiB\"?"},
      {"20 KB", "kB is 1,000 bytes, KiB is 1,024) — did you mean \"20 kB\"?"},
      {"20 terabytes", "did you mean \"20 TB\"?"},
      {"20 Gbit", "a byte is 8 bits"},
      {"20 quux", "unknown unit \"quux\" — write \"20 TB\""},
      {"4 h", "wrong unit: \"4 h\" is a length of time, and an amount of bytes is needed"},
      {"1 PB/d", "is bytes per time, and an amount of bytes is needed"},
      {"12 %", "is a ratio, and an amount of bytes is needed"},
      {"-20 TB", "is negative"},
      {"+20 TB", "write \"20 TB\""},
      {".5 TB", "write \"0.5 TB\""},
      {"1,000 TB", "separator in the number"},
      {"1_000 TB", "separator in the number"},
      {"NaN TB", "is not a finite number"},
      {"nan", "is not a finite number"},
      {"-inf TB", "is not a finite number"},
      {"TB", "does not begin with a number"},
      {"twenty TB", "does not begin with a number"},
      {"1e400 B", "is too large to count (the limit is 18.4 EB)"},
      {"19 EB", "is too large to count"},
      {"18446744073709551616 B", "is too large to count"},
      {"1e99999999999999999999 B", "is too large to count"},
      {"0.1 B", "rounds to nothing"},
      {"1e-400 TB", "rounds to nothing"},
  };
  for (const Row& row : rows) check_problem(parse_bytes(row.text), row.text, row.fragment);

  check_problem(parse_duration("30"), "30", "write \"30 h\"");
  check_problem(parse_duration("30 days"), "30 days", "did you mean \"30 d\"?");
  check_problem(parse_duration("5 m"), "5 m", "did you mean \"5 min\"?");
  check_problem(parse_duration("5 \xC2\xB5s"), "5 us", "did you mean \"5 us\"?");
  check_problem(parse_duration("2 months"), "months", "a month has no fixed length");
  check_problem(parse_duration("300 yr"), "300 yr", "the limit is 292 yr");
  check_problem(parse_duration("0.1 ns"), "0.1 ns", "the resolution is 1 ns");
  check_problem(parse_duration("20 TB"), "20 TB", "a length of time is needed");
  check_problem(parse_byte_rate("1 PB"), "1 PB", "write \"1 PB/d\"");
  check_problem(parse_byte_rate("1 PB/day"), "1 PB/day", "did you mean \"1 PB/d\"?");
  check_problem(parse_byte_rate("10 Gbps"), "10 Gbps", "a byte is 8 bits");
  check_problem(parse_byte_rate("1e400 B/s"), "1e400 B/s", "too large");
  check_problem(parse_failure_rate("1.5 %"), "1.5 %", "write \"1.5 %/yr\"");
  check_problem(parse_failure_rate("0.015"), "0.015", "write \"0.015/yr\"");
  check_problem(parse_failure_rate("1.5 %/year"), "1.5 %/year", "did you mean \"1.5 %/yr\"?");
  check_problem(parse_ratio("12 TB"), "12 TB", "a ratio is needed");
}

TEST_CASE("units: bytes and times survive being written and read") {
  REQUIRE(rc::check("bytes", [](std::uint64_t value) {
    return parse_bytes(format_bytes({value})).value == models::Bytes{value};
  }));
  REQUIRE(rc::check("durations", [] {
    const auto ns = *rc::gen::inRange<std::int64_t>(0, 9'000'000'000'000'000'000);
    const auto duration = sim::Duration::nanoseconds(ns);
    return parse_duration(format_duration(duration)).value == duration;
  }));
  CHECK(format_bytes({20'000'000'000'000U}) == "20 TB");
  CHECK(format_duration(sim::Duration::hours(36)) == "36 h");
}

TEST_CASE("units: any text is a quantity or has a problem, and the pattern agrees") {
  // Texts made of the pieces that quantities are made of.
  const std::vector<std::string> pieces = {"0",  "1",  "20", ".",   "5",  "e",  "E",  "+", "-",
                                           " ",  "TB", "kB", "KiB", "h",  "yr", "d",  "/", "%",
                                           "ms", "B",  ",",  "x",   "EB", "s",  "1/", "",  "min"};
  const std::regex pattern(quantity_pattern(Dimension::kBytes, false), std::regex::ECMAScript);
  const std::regex rates(quantity_pattern(Dimension::kFailureRate, false), std::regex::ECMAScript);
  REQUIRE(rc::check([&] {
    const auto picks = *rc::gen::container<std::vector<std::size_t>>(
        rc::gen::inRange<std::size_t>(0, pieces.size()));
    std::string text;
    for (std::size_t i = 0; i < picks.size() && i < 12; ++i) text += pieces[picks[i]];
    const auto size = parse_bytes(text);
    // Beyond the pattern: amounts too large to count, or too small to see.
    const bool only_range = size.problem.find("too large") != std::string::npos ||
                            size.problem.find("rounds to nothing") != std::string::npos;
    RC_ASSERT(size.value.has_value() == size.problem.empty());
    RC_ASSERT((size.value || only_range) == std::regex_match(text, pattern));
    const auto rate = parse_failure_rate(text);
    RC_ASSERT((rate.value || rate.problem.find("too large") != std::string::npos) ==
              std::regex_match(text, rates));
  }));
}
