// Replications of a fleet's failures and rebuilds, with the loss of an extent integrated over
// placement: 57,600 drives that fail at 1 % a year, 17+3.

#include <benchmark/benchmark.h>

#include "models/durability/conditional.hpp"
#include "models/durability/queued_replication.hpp"
#include "models/durability/replication.hpp"
#include "sim/time.hpp"

namespace spindle {
namespace {

models::Scheme erasure(std::uint32_t data, std::uint32_t parity) {
  models::RedundancyOptions options;
  options.kind = models::SchemeKind::kErasure;
  options.data = data;
  options.parity = parity;
  return models::Scheme(options);
}

models::DurabilityCase fleet_of_17_3() {
  models::DurabilityCase of{erasure(17, 3), {}, 0.01, {}};
  of.fleet.drives = 57'600;
  of.rebuild.law = models::RepairLaw::kBandwidth;
  of.rebuild.detect_s = 900;
  of.rebuild.bytes_per_s = 1e6;
  of.rebuild.used_bytes = 16e12;
  return of;
}

void count(benchmark::State& state, double drive_years, std::uint64_t events) {
  state.SetItemsProcessed(static_cast<std::int64_t>(drive_years));
  state.counters["events_per_second"] =
      benchmark::Counter(static_cast<double>(events), benchmark::Counter::kIsRate);
}

// Failures, detections and rebuilds one by one; the number is that of years.
void drive_years(benchmark::State& state) {
  const models::DurabilityCase of = fleet_of_17_3();
  const models::ExtentClasses classes = models::extent_classes(of.scheme);
  const models::LossStates states(classes, of.fleet, false);
  const models::CountedTime counted{0, static_cast<double>(state.range(0)) * sim::kSecondsPerYear};
  std::uint32_t replication = 0;
  double years = 0;
  std::uint64_t events = 0;
  for (auto _ : state) {
    const models::ReplicationSample sample =
        models::queued_replication(of, counted, classes, states, sim::Seed{1}, replication++);
    years += sample.drive_years;
    events += sample.events;
  }
  count(state, years, events);
}
BENCHMARK(drive_years)->Arg(1)->Arg(10)->Unit(benchmark::kMicrosecond);

// Rebuilds without a queue: failures alone are events.
void independent_drive_years(benchmark::State& state) {
  const models::ExtentClasses classes = models::extent_classes(erasure(17, 3));
  const models::IndependentSetup setup{
      57'600, 0.01 / sim::kSecondsPerYear, 1 / (156.0 * 3600), {0, 10 * sim::kSecondsPerYear}};
  std::uint32_t replication = 0;
  double years = 0;
  std::uint64_t events = 0;
  for (auto _ : state) {
    const models::ReplicationSample sample =
        models::independent_replication(setup, classes, sim::Seed{1}, replication++);
    years += sample.drive_years;
    events += sample.events;
  }
  count(state, years, events);
}
BENCHMARK(independent_drive_years)->Unit(benchmark::kMicrosecond);

// 5-of-9 on 100,000 drives that fail at 4 % a year, rebuilt in a week in the mean: eleven nines,
// the 95 % interval within 10 % of the estimate.
void eleven_nines(benchmark::State& state) {
  models::DurabilityCase of{erasure(5, 4), {}, 0.04, {}};
  of.rebuild.mttr_s = 7 * 86'400.0;
  models::EstimateOptions options;
  options.precision = 0.1;
  for (auto _ : state) {
    const models::DurabilityEstimate estimate = models::estimate_durability(of, options);
    if (!estimate.is_precise) state.SkipWithError("the interval is wider than 10 %");
    ++options.seed.value;
    benchmark::DoNotOptimize(estimate);
  }
}
BENCHMARK(eleven_nines)->Unit(benchmark::kMillisecond);

// Ten million drives for ten years.
void ten_million(benchmark::State& state) {
  models::DurabilityCase of = fleet_of_17_3();
  of.fleet.drives = 10'000'000;
  const models::ExtentClasses classes = models::extent_classes(of.scheme);
  const models::LossStates states(classes, of.fleet, false);
  const models::CountedTime counted{0, 10 * sim::kSecondsPerYear};
  std::uint32_t replication = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        models::queued_replication(of, counted, classes, states, sim::Seed{1}, replication++));
  }
}
BENCHMARK(ten_million)->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace spindle
