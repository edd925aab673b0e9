// The kernel's hot paths: hold on the event queue, dispatch through the engine, random
// draws and elementary functions.

#include <benchmark/benchmark.h>

#include <vector>

#include "sim/engine.hpp"
#include "sim/math.hpp"
#include "sim/random_stream.hpp"

namespace spindle::sim {
namespace {

// Exponential increments, drawn beforehand so that only the queue is timed. Mean 1 s.
std::vector<std::int64_t> increments() {
  RandomStream stream(Seed{1}, 0, Purpose{1}, 0);
  std::vector<std::int64_t> out(std::size_t{1} << 16);
  for (std::int64_t& ns : out) ns = Duration::seconds(stream.exponential()).ns();
  return out;
}

// The hold model: pop the earliest, push it back an increment later, at a constant number pending.
void hold(benchmark::State& state) {
  const auto pending = static_cast<std::uint64_t>(state.range(0));
  const std::vector<std::int64_t> steps = increments();
  EventQueue queue;
  queue.reserve(pending);
  RandomStream stream(Seed{1}, 0, Purpose{2}, 0);
  for (std::uint64_t i = 0; i < pending; ++i) {
    const Instant time = Instant() + Duration::seconds(stream.exponential());
    queue.push({.time = time, .entity = EntityId(i), .source_counter = i});
  }
  std::size_t next = 0;
  for (auto _ : state) {
    Event event = queue.pop();
    event.time = event.time + Duration::nanoseconds(steps[next++ % steps.size()]);
    queue.push(event);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(hold)->Arg(1'000)->Arg(1'000'000);

// The same through the engine: clock, digest, typed handler and sequence numbers on top.
void dispatch(benchmark::State& state) {
  const auto pending = static_cast<std::uint64_t>(state.range(0));
  const std::vector<std::int64_t> steps = increments();
  Engine engine;
  engine.reserve(pending);
  std::size_t next = 0;
  EventType<NoPayload> act;
  act = engine.on([&](Engine& e, const Event& event, NoPayload) {
    e.schedule_after(Duration::nanoseconds(steps[next++ % steps.size()]), act, event.cell,
                     event.entity);
  });
  RandomStream stream(Seed{1}, 0, Purpose{2}, 0);
  for (std::uint64_t i = 0; i < pending; ++i) {
    engine.schedule_after(Duration::seconds(stream.exponential()), act, CellId(0), EntityId(i));
  }
  // Some 10,000 events an iteration.
  const Duration window = Duration::seconds(1e4 / static_cast<double>(pending));
  for (auto _ : state) engine.run_until(engine.now() + window);
  state.SetItemsProcessed(static_cast<std::int64_t>(engine.executed()));
}
BENCHMARK(dispatch)->Arg(1'000)->Arg(1'000'000);

template <class Draw>
void draws(benchmark::State& state, Draw draw) {
  RandomStream stream(Seed{1}, 0, Purpose{1}, 0);
  for (auto _ : state) benchmark::DoNotOptimize(draw(stream));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK_CAPTURE(draws, u32, [](RandomStream& s) { return s.next_u32(); });
BENCHMARK_CAPTURE(draws, uniform, [](RandomStream& s) { return s.uniform(); });
BENCHMARK_CAPTURE(draws, below, [](RandomStream& s) { return s.below(30'000'000); });
BENCHMARK_CAPTURE(draws, exponential, [](RandomStream& s) { return s.exponential(); });
BENCHMARK_CAPTURE(draws, normal, [](RandomStream& s) { return s.normal(); });

// Calls that do not depend on each other, over a table of arguments in (0, 1).
template <class Function>
void math(benchmark::State& state, Function function) {
  RandomStream stream(Seed{1}, 0, Purpose{1}, 0);
  std::vector<double> arguments(1024);
  for (double& x : arguments) x = stream.uniform();
  std::size_t next = 0;
  for (auto _ : state) benchmark::DoNotOptimize(function(arguments[next++ % 1024]));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK_CAPTURE(math, exp, [](double x) { return sim::exp(x); });
BENCHMARK_CAPTURE(math, expm1, [](double x) { return sim::expm1(x); });
BENCHMARK_CAPTURE(math, log, [](double x) { return sim::log(x); });
BENCHMARK_CAPTURE(math, log1p, [](double x) { return sim::log1p(x); });
BENCHMARK_CAPTURE(math, pow, [](double x) { return sim::pow(x, 1.7); });
BENCHMARK_CAPTURE(math, inverse_normal_cdf, [](double x) { return inverse_normal_cdf(x); });

}  // namespace
}  // namespace spindle::sim
