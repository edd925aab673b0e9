#include "app/trace/trace_reader.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>

#include "app/trace/fields.hpp"
#include "app/trace/load_traces.hpp"
#include "tests/support/read_scenario.hpp"

namespace {

using namespace spindle;
using namespace spindle::app;
using sim::Duration;
using test::says;

SeriesResult series(const std::string& text, const std::string& name = "t.csv",
                    SeriesOptions options = {}, const TraceLimits& limits = {}) {
  if (options.time_column.empty()) options.time_column = "timestamp";
  if (options.value_column.empty()) options.value_column = "value";
  options.interval = Duration::seconds(300);
  std::istringstream input(text);
  return read_series(input, name, options, limits);
}

JobsResult jobs(const std::string& text, const JobsOptions& options,
                const std::string& name = "t.tsv") {
  std::istringstream input(text);
  return read_jobs(input, name, options);
}

const JobsOptions kPositions{
    .time_column = "2", .read_column = "4", .write_column = {}, .loop = {}};

std::string only_message(const SeriesResult& result) {
  REQUIRE(result.problems.size() == 1);
  CHECK_FALSE(result.trace);
  CHECK(result.problems[0].file == "t.csv");
  return std::to_string(result.problems[0].line) + ": " + result.problems[0].message;
}

// A new folder of this process.
std::filesystem::path scratch_folder(const std::string& name) {
  auto folder = std::filesystem::temp_directory_path() /
                ("spindle-" + name + "-" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  return folder;
}

}  // namespace

TEST_CASE("a series is read from the first sample on") {
  const auto result = series("timestamp,value\n2014-04-10 00:04:00,94.0\n2014-04-10 00:09:00,56\n");
  REQUIRE(result.problems.empty());
  REQUIRE(result.trace->points.size() == 2);
  CHECK(result.trace->points[0].time == Duration());
  CHECK(result.trace->points[1].time == Duration::seconds(300));
  CHECK(result.trace->points[1].amount == 56);
  CHECK(result.trace->interval == Duration::seconds(300));
}

TEST_CASE(
    "byte order mark, CRLF, quotes, blanks, empty lines and a missing last newline are read") {
  const auto result = series(
      "\xef\xbb\xbf\"value\", \"timestamp\" ,\"a \"\"b\"\", c\"\r\n"
      "1.5, 10,x\r\n\r\n \t\r\n+2e3,\"20.25\",\"\"\r\n-0,1e2");
  REQUIRE(result.problems.empty());
  REQUIRE(result.trace->points.size() == 3);
  CHECK(result.trace->points[1].time == Duration::seconds(10.25));
  CHECK(result.trace->points[1].amount == 2000);
  CHECK(result.trace->points[2].time == Duration::seconds(90));
  CHECK_FALSE(std::signbit(result.trace->points[2].amount));
}

TEST_CASE("separators follow the extension, else the first line") {
  CHECK(series("timestamp\tvalue\n0\t1\n", "t.tsv").problems.empty());
  CHECK(series("timestamp\tvalue\n0\t1\n", "t.dat").problems.empty());
  CHECK(series("timestamp,value\n0,1\n", "t").problems.empty());
  CHECK_FALSE(series("timestamp\tvalue\n0\t1\n", "t.csv").problems.empty());
}

TEST_CASE("columns may be numbers where there is no header, or beside names where there is") {
  const auto result = jobs("job0\t9\t9\t1762\t0\t14347\njob1\t18\t9\t970\t609\t697\n",
                           {"2", "4", "6", Duration::days(1)});
  REQUIRE(result.problems.empty());
  CHECK(result.reads->points[0].time == Duration::seconds(9));  // second 0 is time 0
  CHECK(result.reads->points[1].amount == 970);
  CHECK(result.writes->points[1].amount == 697);
  CHECK(result.reads->interval == Duration());
  CHECK(result.writes->loop == Duration::days(1));
  CHECK_FALSE(jobs("a\t5\tb\t1\n", kPositions).writes);
  SeriesOptions mixed;
  mixed.value_column = "2";
  CHECK(series("timestamp,x\n0,1\n", "t.csv", mixed).problems.empty());
  mixed.value_column = "3";
  CHECK(series("timestamp,3,2\n0,1,x\n", "t.csv", mixed).problems.empty());  // the name 3
}

TEST_CASE("job times as timestamps begin at the first row") {
  const auto result =
      jobs("2024-01-01 00:00:05,1\n2024-01-01T00:00:07.5,2\n", {"1", "2", {}, {}}, "t.csv");
  REQUIRE(result.problems.empty());
  CHECK(result.reads->points[0].time == Duration());
  CHECK(result.reads->points[1].time == Duration::seconds(2.5));
}

TEST_CASE("requests become bytes by the size of an object") {
  SeriesOptions options;
  options.bytes_per_unit = 1e6;
  CHECK(series("timestamp,value\n0,3\n", "t.csv", options).trace->points[0].amount == 3e6);
}

TEST_CASE("trace times are exact to the nanosecond") {
  const auto at = [](const std::string& text) {
    const auto time = parse_time(text);
    REQUIRE(time);
    return std::pair(time->seconds, time->nanoseconds);
  };
  CHECK(at("1970-01-01 00:00:00") == std::pair<std::int64_t, std::int32_t>(0, 0));
  CHECK(at("2000-02-29 12:00:00").first == 951825600);
  CHECK(at("2023-11-16 18:17:03.9799600") ==
        std::pair<std::int64_t, std::int32_t>(1700158623, 979960000));
  CHECK(at("1969-12-31 23:59:59.5").first == -1);
  CHECK(at("0001-01-01 00:00:00").first == -62135596800);
  CHECK(at("9999-12-31 23:59:59.9999999999").first == 253402300800);  // rounds up
  CHECK(at("1600000000.123456789").second == 123456789);
  CHECK(at("-1.25") == std::pair<std::int64_t, std::int32_t>(-2, 750000000));
  CHECK(at("1.5e3") == std::pair<std::int64_t, std::int32_t>(1500, 0));
  CHECK(at("7.") == std::pair<std::int64_t, std::int32_t>(7, 0));
  for (const char* bad : {"",
                          "2023-02-29 00:00:00",
                          "2023-13-01 00:00:00",
                          "2023-01-00 00:00:00",
                          "2023-01-01",
                          "2023-01-01 24:00:00",
                          "2023-01-01 00:60:00",
                          "2023-01-01 00:00:60",
                          "23-01-01 00:00:00",
                          "2023-01-01 00:00:00Z",
                          "2023-01-01 00:00:00+02:00",
                          "2023-01-01 00:00:00.",
                          "0000-01-01 00:00:00",
                          "nan",
                          "inf",
                          "1e16",
                          "1e400",
                          "12:00",
                          "0x10",
                          "1,5",
                          "- 1",
                          "abc"}) {
    INFO(bad);
    CHECK_FALSE(parse_time(bad));
  }
}

TEST_CASE("each unfit amount or time is a problem with its line") {
  struct Case {
    const char* row;
    const char* part;
  };
  for (const Case& c : {Case{"300,-1", "is negative"}, Case{"300,nan", "is not finite"},
                        Case{"300,inf", "is not finite"}, Case{"300,1e400", "is out of range"},
                        Case{"300,1e30", "1e24 bytes"}, Case{"300,abc", "is not a number"},
                        Case{"300,1.5x", "is not a number"}, Case{"300,", "is not a number"},
                        Case{"300,1;5", "is not a number"}, Case{"300,0x10", "is not a number"},
                        Case{"300,\x1b[31m", "'?[31m'"}, Case{"300", "too few fields"},
                        Case{"-1,1", "before time zero"}, Case{"1e12,1", "200 years"},
                        Case{"2014-01-01 00:00:00,1", "not in the format of the rows before"},
                        Case{"300,\"1", "quote left open"}, Case{"300,\"1\"2", "quote left open"},
                        Case{",1", "is not a time"}}) {
    const std::string message =
        only_message(series("timestamp,value\n0,1\n" + std::string(c.row) + "\n"));
    INFO(message);
    CHECK(message.starts_with("3: "));
    CHECK(says(message, c.part));
    CHECK(says(message, " — "));
  }
}

TEST_CASE("rows that go back in time are reported") {
  const auto message = only_message(series("timestamp,value\n600,1\n1200,1\n900,1\n1500,2\n"));
  CHECK(says(message, "4: time '900' is before the row above"));
  CHECK(says(message, "sort the file"));
}

TEST_CASE("a missing column is named with those there are and the nearest") {
  SeriesOptions options;
  options.value_column = "Valeu";
  const auto message = only_message(series("timestamp,value\n0,1\n", "t.csv", options));
  CHECK(says(message, "1: no column 'Valeu'"));
  CHECK(says(message, "'timestamp', 'value'"));
  CHECK(says(message, "did you mean 'value'?"));
  options.value_column = "bandwidth";
  CHECK(says(only_message(series("timestamp,value\n0,1\n", "t.csv", options)), "name one of"));
  CHECK(says(only_message(series("timestamp,value,value\n0,1,2\n")), "is there twice"));
  options.value_column = "17";
  CHECK(says(only_message(series("timestamp,value\n0,1\n", "t.csv", options)), "no column '17'"));
}

TEST_CASE("numbers for columns of a file with header are explained") {
  const auto result = jobs("a\tsubmit\tb\tinput\n", kPositions);
  REQUIRE(result.problems.size() == 2);
  CHECK(says(result.problems[0].message, "give columns by name"));
}

TEST_CASE("many problems are cut off and counted") {
  std::string text = "timestamp,value\n";
  for (int i = 0; i < 50; ++i) text += std::to_string(i) + ",x\n";
  const auto result = series(text);
  REQUIRE(result.problems.size() == 21);
  CHECK(result.problems[0].line == 2);
  CHECK(result.problems[19].line == 21);
  CHECK(result.problems[20].message == "and 30 more problems");
}

TEST_CASE("empty, binary and oversized inputs are refused") {
  CHECK(says(only_message(series("")), "empty file"));
  CHECK(says(only_message(series("\xef\xbb\xbf\n\n")), "empty file"));
  CHECK(says(only_message(series("timestamp,value\n")), "no rows after the header"));
  CHECK(says(only_message(series(std::string("timestamp,value\n0,1\n\0\1\2", 23))), "3: zero"));
  CHECK(says(only_message(series("\"timestamp,value\n")), "1: quote left open"));
  const TraceLimits limits{.line_bytes = 20, .rows = 2, .problems = 20};
  CHECK(
      says(only_message(series("timestamp,value\n0,1" + std::string(30, '0'), "t.csv", {}, limits)),
           "2: line of more than 20 bytes"));
  CHECK(says(only_message(series("timestamp,value\n0,1\n1,1\n2,1\n", "t.csv", {}, limits)),
             "4: more than 2 rows"));
}

TEST_CASE("a line may be as long as the limit, across the reader's buffer") {
  const std::string padding(200'000, 'x');
  const auto result = series("timestamp,value,note\n0,1," + padding + "\n300,2," + padding + "\n");
  REQUIRE(result.problems.empty());
  CHECK(result.trace->points[1].amount == 2);
}

TEST_CASE("a file that is missing, a folder or unreadable says how to give the traces") {
  const std::filesystem::path folder = scratch_folder("trace");
  const SeriesOptions options{"timestamp", "value", 1, Duration::seconds(1), {}};
  for (const auto& path : {folder / "none.csv", folder}) {
    const auto result = read_series(path, options);
    REQUIRE(result.problems.size() == 1);
    CHECK(result.problems[0].file == path.string());
    CHECK(says(result.problems[0].message, "--set traces.dir=DIR"));
  }
  std::ofstream(folder / "good.csv") << "timestamp,value\n5,1\n";
  CHECK(read_series(folder / "good.csv", options).problems.empty());
  std::filesystem::remove_all(folder);
}

TEST_CASE("a trace that is a pipe or a device is refused before it is opened") {
  const std::filesystem::path folder = scratch_folder("pipe");
  REQUIRE(::mkfifo((folder / "pipe.csv").c_str(), 0600) == 0);
  const SeriesOptions options{"timestamp", "value", 1, Duration::seconds(1), {}};
  for (const auto& path : {folder / "pipe.csv", std::filesystem::path("/dev/zero")}) {
    const auto result = read_series(path, options);
    REQUIRE(result.problems.size() == 1);
    CHECK(says(result.problems[0].message, "is a pipe or a device"));
  }
  std::filesystem::remove_all(folder);
}

TEST_CASE("trace options out of range are refused") {
  std::istringstream input("x");
  CHECK_THROWS_AS(read_series(input, "x", SeriesOptions{"a", "b", 1, Duration(), {}}),
                  std::invalid_argument);
  CHECK_THROWS_AS(read_jobs(input, "x", JobsOptions{"a", {}, {}, {}}), std::invalid_argument);
  CHECK_THROWS_AS(read_jobs(input, "x", JobsOptions{"a", "b", {}, Duration::seconds(-1)}),
                  std::invalid_argument);
}
