// PHOLD on 1 and 2 threads: 1e5 balls, a quarter of them sent to any entity, mean increment 1 s,
// lookahead 0.1 s. Events a second, speed-up over one thread in the same run, and the digest, which
// must not differ.

#include <benchmark/benchmark.h>

#include <chrono>

#include "bench/kernel/phold_model.hpp"

namespace spindle::bench {
namespace {

constexpr double kSimulatedSeconds = 20;  // some 2e6 events
double g_one_thread_rate = 0;             // events a second, measured first

void phold(benchmark::State& state) {
  const auto threads = static_cast<unsigned>(state.range(0));
  std::uint64_t events = 0;
  double seconds = 0;
  for (auto _ : state) {
    state.PauseTiming();
    Phold model({});
    sim::ParallelEngine engine(model, model.cell_options(), threads);
    model.set_up(engine);
    engine.run_until(sim::Instant() + sim::Duration::seconds(2));  // warm: memory and caches
    const std::uint64_t before = engine.executed();
    state.ResumeTiming();
    const auto start = std::chrono::steady_clock::now();
    engine.run_until(engine.now() + sim::Duration::seconds(kSimulatedSeconds));
    seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    events += engine.executed() - before;
    state.SetLabel(engine.digest().hex());
  }
  const double rate = static_cast<double>(events) / seconds;
  if (threads == 1) g_one_thread_rate = rate;
  state.counters["events/s"] = rate;
  if (g_one_thread_rate > 0) state.counters["speedup"] = rate / g_one_thread_rate;
}
BENCHMARK(phold)->Arg(1)->Arg(2)->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace spindle::bench
