// SlotFailures from files: who fails when, and every line that says something else.
#include "app/trace/failure_trace.hpp"

#include <catch2/catch.hpp>
#include <sstream>

#include "tests/support/placement_world.hpp"

using namespace spindle;
using namespace spindle::app;

namespace {

// 2 zones of 2 racks of 5 drives.
FailureTraceResult read(const std::string& text, const char* name = "f.csv",
                        const TraceLimits& limits = {}) {
  static const models::Topology topology({2, 2, 20, {{test::drive_of_capacity(100), 1}}});
  std::istringstream input(text);
  return read_failures(input, name, topology, limits);
}

std::vector<models::SlotFailure> good(const std::string& text, const char* name = "f.csv") {
  const FailureTraceResult result = read(text, name);
  for (const Problem& problem : result.problems) UNSCOPED_INFO(to_string(problem));
  REQUIRE(result.problems.empty());
  return result.failures;
}

using SlotFailures = std::vector<models::SlotFailure>;

}  // namespace

TEST_CASE("failure traces: drives, racks and zones, in seconds or by date") {
  CHECK(good("time,drive\n0,3\n1.5,19\n1.5,0\n") == SlotFailures{{0, 3}, {1.5, 0}, {1.5, 19}});
  CHECK(good("rack\ttime\tnote\n3\t60\t\"bad\tluck\"\r\n", "f.tsv") ==
        SlotFailures{{60, 15}, {60, 16}, {60, 17}, {60, 18}, {60, 19}});
  CHECK(good("zone,time\n1,7").size() == 10);
  // The first row is the start.
  CHECK(good("time,drive\n2018-01-02 19:15:32,1\n2018-01-03 19:15:33,2\n") ==
        SlotFailures{{0, 1}, {86401, 2}});
}

TEST_CASE("failure traces: each bad line is told with its number, all at once") {
  const FailureTraceResult result = read(
      "time,drive\n"
      "5,1\n"
      "x,1\n"
      "6,20\n"
      "6,1.5\n"
      "6,-1\n"
      "4,1\n"
      "7\n"
      "2018-01-01 00:00:00,1\n"
      "8,\"1\n");
  CHECK(result.failures.empty());
  const std::vector<std::pair<std::size_t, std::string>> expected = {
      {3, "'x' is not a time"}, {4, "the fleet has 20 drives"}, {5, "drive '1.5'"},
      {6, "drive '-1'"},        {7, "is before the row above"}, {8, "too few fields (1)"},
      {9, "not in the format"}, {10, "quote left open"}};
  REQUIRE(result.problems.size() == expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    CHECK(result.problems[i].line == expected[i].first);
    CHECK_THAT(result.problems[i].message, Catch::Matchers::Contains(expected[i].second));
    CHECK_THAT(result.problems[i].message, Catch::Matchers::Contains("—"));
  }
}

TEST_CASE("failure traces: files that say nothing, or too much") {
  const auto problem = [](const std::string& text, const TraceLimits& limits = {}) {
    const FailureTraceResult result = read(text, "f.csv", limits);
    REQUIRE(result.problems.size() == 1);
    CHECK(result.failures.empty());
    return result.problems[0].message;
  };
  using Catch::Matchers::Contains;
  CHECK_THAT(problem(""), Contains("empty file"));
  CHECK_THAT(problem("time,drive\n"), Contains("no rows"));
  CHECK_THAT(problem("when,drive\n1,1\n"), Contains("no column time"));
  CHECK_THAT(problem("time,disk\n1,1\n"), Contains("no column drive, rack or zone"));
  CHECK_THAT(problem("time,drive\n-1,1\n"), Contains("before the run's start"));
  CHECK_THAT(problem(std::string("time,drive\n1,\0001\n", 16)), Contains("zero byte"));
  CHECK_THAT(problem("time,zone\n1,0\n2,1\n", {.rows = 15}), Contains("more than 15 drives fail"));
  CHECK_THAT(problem("time,drive\n" + std::string(100, '1') + ",1\n", {.line_bytes = 50}),
             Contains("too long"));
  static const models::Topology topology({1, 1, 1, {{test::drive_of_capacity(100), 1}}});
  const auto absent = read_failures("/nowhere/f.csv", topology);
  REQUIRE(absent.problems.size() == 1);
  CHECK_THAT(absent.problems[0].message, Contains("no such file"));
}
