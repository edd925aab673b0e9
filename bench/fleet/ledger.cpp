// Fleets of ledgers with everything on: scenarios/fleet-30m.json as it is, and fleets of other
// sizes with as much data and demand a drive, for some days with a landing and a zone that is down.

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "app/experiment/experiment.hpp"
#include "app/scenario/reader.hpp"

namespace spindle {
namespace {

constexpr double kDrives = 30e6;  // of the scenario

app::Scenario fleet(const std::vector<std::string>& sets) {
  const app::ReadResult read =
      app::read_scenario(SPINDLE_SOURCE_DIR "/scenarios/fleet-30m.json", sets);
  if (!read.scenario) throw std::runtime_error(to_string(read.problems.front()));
  return *read.scenario;
}

std::vector<std::string> of_size(double drives, int days) {
  const double share = drives / kDrives;
  std::vector<std::string> sets = {
      fmt::format("run.duration={} d", days),
      fmt::format("fleet.drives={}", static_cast<long>(drives)),
      fmt::format("fleet.racks_per_zone={}", static_cast<long>(drives / 3000) + 1),
      fmt::format("data.logical={} PB", 233e3 * share),
      fmt::format("tenants.0.reads={} PB/d", 6e3 * share),
      fmt::format("tenants.1.reads={} PB/d", 18e3 * share),
      fmt::format("tenants.2.reads={} PB/d", 9e3 * share),
      fmt::format("tenants.3.reads={} PB/d", 9e3 * share),
      fmt::format("tenants.3.writes={} PB/d", 580 * share),
      R"(events=[{"at":"1 d","event":"rack_landing","racks_per_zone":1,"target_fill":0.7},)"
      R"({"at":"2 d","event":"zone_down","zone":2,"lasts":"12 h"}])"};
  return sets;
}

void run(benchmark::State& state, const app::Scenario& scenario, unsigned threads) {
  std::uint64_t drive_epochs = 0;
  for (auto _ : state) {
    const app::RunResult result = app::run_experiment(scenario, threads);
    if (!result.violations.empty()) state.SkipWithError("conservation laws are broken");
    drive_epochs += result.drive_epochs;
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(drive_epochs));
}

// Wall-clock time of a drive and epoch, on all threads that there are, setting up counted in.
void cost(benchmark::State& state) {
  run(state, fleet(of_size(static_cast<double>(state.range(0)), 3)),
      std::thread::hardware_concurrency());
}
BENCHMARK(cost)
    ->Arg(100'000)
    ->Arg(1'000'000)
    ->Arg(10'000'000)
    ->Arg(50'000'000)
    ->UseRealTime()
    ->Iterations(1)
    ->Unit(benchmark::kSecond);

// Ten million drives for twelve days, by the number of threads.
void threads(benchmark::State& state) {
  run(state, fleet(of_size(1e7, 12)), static_cast<unsigned>(state.range(0)));
}
BENCHMARK(threads)->Arg(1)->Arg(2)->UseRealTime()->Iterations(1)->Unit(benchmark::kSecond);

void year(benchmark::State& state) {
  run(state, fleet(of_size(1e6, 365)), std::thread::hardware_concurrency());
}
BENCHMARK(year)->UseRealTime()->Iterations(1)->Unit(benchmark::kSecond);

void month(benchmark::State& state) {
  run(state, fleet({}), std::thread::hardware_concurrency());
}
BENCHMARK(month)->Name("30m")->UseRealTime()->Iterations(1)->Unit(benchmark::kSecond);

}  // namespace
}  // namespace spindle
