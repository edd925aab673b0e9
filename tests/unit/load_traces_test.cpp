// The traces of a whole scenario: where they go, and what of them is too much.
#include "app/trace/load_traces.hpp"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <string>

#include "tests/support/read_scenario.hpp"

using namespace spindle;
using namespace spindle::app;
using sim::Duration;

namespace {

using test::says;

namespace fs = std::filesystem;

// A folder with a series of one sample and a job trace of one job, and three classes: one plays
// each, the third plays none.
class Traces {
 public:
  Traces() : folder_(fs::temp_directory_path() / ("spindle-load-" + std::to_string(::getpid()))) {
    fs::create_directories(folder_);
    std::ofstream(folder_ / "s.csv") << "timestamp,value\n2024-01-01 00:00:00,10\n";
    std::ofstream(folder_ / "j.tsv") << "5\t100\t7\n";
    scenario.trace_dir = folder_;
    scenario.run = {Duration::hours(1), Duration::hours(1)};
    scenario.tenants.resize(3);
    requests().options.load.kind = models::LoadKind::kSeries;
    requests().options.object_size = models::Bytes{1000};
    requests().trace = {"s.csv", "timestamp", "value", {}, {}, true, true, Duration::seconds(300),
                        {}};
    job().options.load.kind = models::LoadKind::kJobs;
    job().trace = {"j.tsv", "1", {}, "2", "3", false, false, {}, {}};
  }
  ~Traces() { fs::remove_all(folder_); }
  Traces(const Traces&) = delete;
  Traces& operator=(const Traces&) = delete;

  TenantSpec& requests() { return scenario.tenants[0]; }
  TenantSpec& job() { return scenario.tenants[1]; }
  // The only problem; it must be of class `tenant`.
  std::string problem_of(std::size_t tenant, const TraceLimits& limits = {}) {
    const auto problems = load_traces(scenario, limits);
    REQUIRE(problems.size() == 1);
    CHECK(problems[0].path == "tenants." + std::to_string(tenant) + ".load.file");
    return problems[0].message;
  }

  Scenario scenario;

 private:
  fs::path folder_;
};

}  // namespace

TEST_CASE("a scenario's traces are loaded on their sides, problems with the class's path") {
  Traces traces;
  REQUIRE(load_traces(traces.scenario).empty());
  CHECK_FALSE(traces.requests().options.read_trace);
  CHECK(traces.requests().options.write_trace->points[0].amount == 10'000);
  CHECK(traces.job().options.read_trace->points[0].amount == 100);
  CHECK(traces.job().options.write_trace->points[0].amount == 7);
  traces.scenario.run.duration = Duration::seconds(5);
  CHECK(says(traces.problem_of(1), "after the end of the run"));
}

TEST_CASE("a trace that takes hours to play is refused") {
  Traces traces;
  SECTION("by a short loop") {
    traces.job().trace.loop = Duration::nanoseconds(1);
    CHECK(says(traces.problem_of(1), "7.2e+12 steps"));
  }
  SECTION("by long samples in short epochs") {
    traces.requests().trace.interval = Duration::days(36500);
    traces.scenario.run = {Duration::days(365), Duration::nanoseconds(100'000)};
    CHECK(says(traces.problem_of(0), "3.2e+11 steps"));
  }
  SECTION("by many tenants") {
    traces.job().options.count = 1'000'000;
    traces.job().trace.loop = Duration::nanoseconds(100'000'000);
    CHECK(says(traces.problem_of(1), "steps"));
    traces.job().trace.loop = Duration::seconds(10);
    CHECK(load_traces(traces.scenario).empty());
  }
}

TEST_CASE("the rows of all classes together are bounded") {
  Traces traces;
  TraceLimits limits;
  limits.rows = 2;
  CHECK(load_traces(traces.scenario, limits).empty());
  limits.rows = 1;
  CHECK(says(traces.problem_of(1, limits), "more than 1 row ("));
}
