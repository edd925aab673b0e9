// A fleet of ledgers that several ranks share has the bits of one process, for any number of ranks
// and threads. By MPI: tests/cli/mpi_test.cpp.
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <string>
#include <thread>
#include <vector>

#include "app/experiment/ledger_experiment.hpp"
#include "app/report/result_files.hpp"
#include "sim/cells/pipe_transport.hpp"
#include "sim/cells/thread_transport.hpp"
#include "tests/support/read_scenario.hpp"

using namespace spindle;

namespace {

// 900 drives for ten days: new data that cools, failures, landings, swaps, a zone that is down.
const std::string kFleet = R"({
  "schema_version": 1, "name": "shared", "question": "Do ranks agree?",
  "run": { "duration": "10 d", "epoch": "1 h", "form": "ledger" },
  "fleet": { "zones": 3, "racks_per_zone": 10, "drives": 900,
             "models": [{ "model": "nearline-20tb", "afr": "50 %/yr" }] },
  "data": { "logical": "3 PB", "extent": "30 GB" },
  "redundancy": { "scheme": "replication", "copies": 3 },
  "spread": { "max_per_zone": 1, "max_per_rack": 1 },
  "placement": { "policy": "d_choices", "d": 2, "metric": "fill" },
  "tenants": [
    { "name": "logs", "count": 20, "reads": "1 PB/d", "writes": "60 TB/d", "writes_are": "new_data",
      "object": "4 MB", "cooling": { "model": "exponential", "tau": "5 d", "ages": "steady" } },
    { "name": "batch", "count": 30, "reads": "1 PB/d", "object": "4 MB",
      "load": { "model": "daily_window", "window": "4 h", "start": "random" } }
  ],
  "repair": { "mttr": "24 h", "bandwidth": "20 MB/s" },
  "rebalance": { "by": "heat", "rate": "2 MB/s" },
  "events": [
    { "at": "2 d", "event": "rack_landing", "racks_per_zone": 2, "policy": "coolest_first",
      "target_fill": 0.5, "rate": "50 MB/s" },
    { "at": "3 d", "event": "rack_landing", "racks_per_zone": 1, "policy": "random_mix",
      "target_fill": 0.3, "rate": "20 MB/s" },
    { "at": "5 d", "event": "zone_down", "zone": 2, "lasts": "30 h" }
  ]
})";

const std::string kLost = R"(events=[{"at": "3 d", "event": "zone_lost", "zone": 0},
    {"at": "4 d", "event": "rack_landing", "racks_per_zone": 1, "policy": "random_mix",
     "target_fill": 0.5, "rate": "50 MB/s"}])";

const std::string kOneLanding = R"(events=[{"at": "3 d", "event": "rack_landing",
    "racks_per_zone": 1, "policy": "coolest_first", "target_fill": 0.5, "rate": "50 MB/s"},
    {"at": "5 d", "event": "zone_down", "zone": 2, "lasts": "30 h"}])";

const std::string kNewDataFirst = R"(events=[{"at": "3 d", "event": "rack_landing",
    "racks_per_zone": 1, "policy": "new_data_first", "target_fill": 0.3}])";

// Every value that a result file has, and every bit that the digest knows.
std::string text_of(const app::RunResult& result) {
  std::string out;
  for (const std::string& line : result.violations) out += "violation: " + line + "\n";
  out += result.digest + "\n" + app::metrics_json(result.metrics);
  const auto series = [&](const std::vector<double>& values) {
    for (const double value : values) out += fmt::format("{},", value);
    out += '\n';
  };
  series(result.series.heat_sum);
  series(result.series.heat_max);
  series(result.series.directed_heat);
  series(result.rack_heat_series.cov);
  series(result.rack_heat_series.rack_p50);
  series(result.rack_heat_series.rack_p99);
  series(result.rack_heat_series.rack_max);
  for (const auto* bins : {&result.fill, &result.heat}) {
    for (const app::HistogramBin& bin : *bins) out += fmt::format("{}:{},", bin.low, bin.count);
    out += '\n';
  }
  if (!result.timeline) return out;
  series(result.timeline->series.landed_heat);
  for (const auto& event : result.timeline->events) {
    out += fmt::format("{} {},", event.at.ns(), static_cast<int>(event.kind));
  }
  for (const auto& rack : result.timeline->meltdowns) out += fmt::format("{},", rack.rack);
  return out;
}

// What each of the ranks comes to, which are threads here.
std::vector<std::string> by_ranks(const app::Scenario& scenario, unsigned ranks, unsigned threads,
                                  const std::function<bool(double)>& progress = {}) {
  const sim::ThreadTransport group(ranks);
  std::vector<std::string> texts(ranks);
  {
    std::vector<std::jthread> pool;
    for (unsigned rank = 0; rank < ranks; ++rank) {
      pool.emplace_back([&, rank] {
        texts[rank] = text_of(run_ledger_experiment(
            scenario, threads, rank == 0 ? progress : nullptr, &group.end(rank)));
      });
    }
  }
  return texts;
}

}  // namespace

TEST_CASE("ledger ranks: all of them have the bits of one process, whatever happens to the fleet") {
  const std::vector<std::vector<std::string>> fleets = {
      {},
      {"placement.policy=random", kNewDataFirst},
      {"placement.policy=shuffle_shard", "placement.width=90", kOneLanding},
      {"placement.policy=static", "rebalance.by=fill", kLost},
      {"placement.policy=static", kOneLanding},
      {R"(placement={"policy": "least_loaded"})", kOneLanding},
      {R"(placement={"policy": "least_loaded"})", "fleet.models.0.afr=300 %/yr", kLost},
      {"placement.policy=random", "redundancy.scheme=erasure", "redundancy.data=2",
       "redundancy.parity=1", "repair.after_zone_loss=relax", kLost},
      {R"(fleet.models=[{"model": "nearline-20tb", "share": 2, "afr": "50 %/yr"},
                        {"model": "nearline-20tb", "afr": "5 %/yr"}])",
       kOneLanding},
      {R"(events=[{"at": "2 d", "event": "rack_landing", "racks_per_zone": 3, "policy": "none"},
                  {"at": "3 d", "event": "rack_drain", "racks_per_zone": 2, "to": "landed"},
                  {"at": "4 d", "event": "rack_drain", "racks_per_zone": 1}])"},
      // As many racks as make some ranks have none.
      {"fleet.racks_per_zone=1", "fleet.drives=300", "data.logical=1 PB",
       "tenants.0.reads=300 TB/d", "tenants.0.writes=20 TB/d", "events=[]",
       "spread.max_per_rack=1"},
  };
  for (const auto& sets : fleets) {
    const app::Scenario scenario = test::valid_scenario(kFleet, sets);
    const std::string alone = text_of(app::run_experiment(scenario, 1));
    INFO((sets.empty() ? "as it is" : sets.front()));
    CHECK(alone.substr(0, alone.find('\n')).size() == 16);  // the digest: no violation
    const std::vector<unsigned> shared = sets.empty() ? std::vector{1U, 2U, 4U} : std::vector{3U};
    for (const unsigned ranks : shared) {
      for (const std::string& text : by_ranks(scenario, ranks, 1 + ranks % 2)) {
        CHECK(text == alone);
      }
    }
  }
}

TEST_CASE("ledger ranks: more of them than racks, and a fleet to which nothing happens") {
  std::string text = kFleet;
  text.erase(text.find(R"(  "repair")"));
  text.erase(text.rfind(','));
  const app::Scenario scenario = test::valid_scenario(
      text + "}", {"run.duration=1 d", "fleet.racks_per_zone=1", "tenants.0.writes_are=updates",
                   "tenants.0.cooling.ages=uniform", "fleet.models.0.afr=0 %/yr"});
  const std::string alone = text_of(app::run_experiment(scenario, 1));
  for (const std::string& of_rank : by_ranks(scenario, 5, 1)) CHECK(of_rank == alone);
}

TEST_CASE("ledger ranks: rank 0 is asked when to end, and all end with the same window") {
  const app::Scenario scenario = test::valid_scenario(kFleet, {});
  const auto until_half = [](double share) { return share < 0.5; };
  const std::string alone = text_of(app::run_experiment(scenario, 1, until_half));
  CHECK(alone != text_of(app::run_experiment(scenario, 1)));
  for (const std::string& text : by_ranks(scenario, 3, 1, until_half)) CHECK(text == alone);
}

TEST_CASE("ledger ranks: processes over pipes have the bits of one, wherever their memory is") {
  const app::Scenario scenario = test::valid_scenario(kFleet, {});
  const std::string alone = text_of(app::run_experiment(scenario, 1));
  constexpr unsigned kRanks = 3;
  std::vector<std::unique_ptr<sim::Transport>> ends = sim::connect_by_pipes(kRanks);
  std::vector<pid_t> children;
  for (unsigned rank = 1; rank < kRanks; ++rank) {
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      for (unsigned of = 0; of < kRanks; ++of) {
        if (of != rank) ends[of].reset();
      }
      int code = 1;
      try {
        const auto result = run_ledger_experiment(scenario, 2, {}, ends[rank].get());
        code = text_of(result) == alone ? 0 : 2;
      } catch (const std::exception&) {
        code = 3;
      }
      ::_exit(code);
    }
    children.push_back(child);
  }
  for (unsigned rank = 1; rank < kRanks; ++rank) ends[rank].reset();
  CHECK(text_of(run_ledger_experiment(scenario, 1, {}, ends[0].get())) == alone);
  for (const pid_t child : children) {
    int status = 0;
    ::waitpid(child, &status, 0);
    CHECK(status == 0);
  }
}

TEST_CASE("ledger ranks: ranks that read other scenarios are found out") {
  const sim::ThreadTransport group(2);
  const app::Scenario one = test::valid_scenario(kFleet, {});
  const app::Scenario other = test::valid_scenario(kFleet, {"tenants.1.reads=2 PB/d"});
  std::vector<std::string> errors(2);
  const auto run = [&](const app::Scenario& scenario, unsigned rank) {
    try {
      run_ledger_experiment(scenario, 1, {}, &group.end(rank));
    } catch (const std::runtime_error& error) {
      errors[rank] = error.what();
    }
  };
  {
    const std::jthread thread([&] { run(other, 1); });
    run(one, 0);
  }
  for (const std::string& error : errors) {
    CHECK(error.find("they read different files") != std::string::npos);
  }
}
