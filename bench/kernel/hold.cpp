// The hold model (Jones, CACM 29, 1986): take the earliest event, put it back an increment later,
// with a constant number pending. On the time wheel alone, and on the event queue with its records.

#include <benchmark/benchmark.h>

#include <array>
#include <string>

#include "bench/kernel/increments.hpp"
#include "sim/event_queue.hpp"
#include "sim/time_wheel.hpp"

namespace spindle::sim {
namespace {

using bench::Increments;
using bench::Mix;

void report(benchmark::State& state, std::size_t pending, std::size_t bytes) {
  state.SetItemsProcessed(state.iterations());
  state.counters["bytes_per_event"] = static_cast<double>(bytes) / static_cast<double>(pending);
}

void report_scheduled(benchmark::State& state, std::int64_t an_iteration) {
  const std::int64_t scheduled = an_iteration * state.iterations();
  state.SetItemsProcessed(scheduled);
  state.counters["per_scheduled"] = benchmark::Counter(
      static_cast<double>(scheduled), benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void fill(TimeWheel& queue, std::uint32_t pending, const Increments& increments) {
  for (std::uint32_t id = 0; id < pending; ++id) {
    queue.schedule(id, Instant() + increments.first(id));
  }
}

void hold(TimeWheel& queue, Increments& increments) {
  const TimeWheel::Event event = queue.pop();
  queue.schedule(event.id, event.time + increments.next());
}

// In the steady state: as many events as are pending leave before the clock starts. What that takes
// is wheel_start's to measure.
void wheel(benchmark::State& state, Mix mix) {
  const auto pending = static_cast<std::uint32_t>(state.range(0));
  Increments increments(mix);
  TimeWheel queue(pending);
  fill(queue, pending, increments);
  for (std::uint32_t i = 0; i < pending; ++i) hold(queue, increments);
  for (auto _ : state) hold(queue, increments);
  report(state, pending, queue.memory_bytes());
}

// Once for a run: filling an empty wheel, and the first of the holds, in which the buckets find
// their width. Per event pending.
void wheel_start(benchmark::State& state) {
  const auto pending = static_cast<std::uint32_t>(state.range(0));
  for (auto _ : state) {
    Increments increments(Mix::kExponential);
    TimeWheel queue(pending);
    fill(queue, pending, increments);
    for (std::uint32_t i = 0; i < pending; ++i) hold(queue, increments);
  }
  state.counters["per_pending"] =
      benchmark::Counter(static_cast<double>(pending) * static_cast<double>(state.iterations()),
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

// Nine of ten events are cancelled before they are due: each entity has nine timeouts, and when it
// acts it sets all of them and takes them back again. Per event that was scheduled.
void wheel_cancels(benchmark::State& state) {
  constexpr std::uint32_t kIds = 10;
  const auto pending = static_cast<std::uint32_t>(state.range(0));
  Increments increments(Mix::kExponential);
  TimeWheel queue(std::size_t{kIds} * pending);
  for (std::uint32_t entity = 0; entity < pending; ++entity) {
    queue.schedule(kIds * entity, Instant() + increments.first(entity));
  }
  const auto round = [&] {
    const TimeWheel::Event event = queue.pop();
    for (std::uint32_t i = 0; i < kIds; ++i) {
      queue.schedule(event.id + i, event.time + increments.next());
    }
    for (std::uint32_t i = 1; i < kIds; ++i) queue.cancel(event.id + i);
  };
  for (std::uint32_t i = 0; i < pending / 4; ++i) round();
  for (auto _ : state) round();
  report_scheduled(state, kIds);
}

// Nine of ten events are cancelled before they are due, whichever: between two that come to be,
// nine entities change their minds. Per event that was scheduled.
void wheel_random_cancels(benchmark::State& state) {
  constexpr std::uint32_t kChanges = 9;
  const auto pending = static_cast<std::uint32_t>(state.range(0));
  Increments increments(Mix::kExponential);
  TimeWheel queue(pending);
  fill(queue, pending, increments);
  std::array<std::uint32_t, kChanges> changed{};
  std::uint64_t random = 1;
  const auto round = [&] {
    for (std::uint32_t& id : changed) {
      random = random * 6364136223846793005U + 1442695040888963407U;
      id = static_cast<std::uint32_t>(scaled(random, pending));
      queue.prefetch(id);
    }
    const TimeWheel::Event event = queue.pop();
    queue.schedule(event.id, event.time + increments.next());
    for (const std::uint32_t id : changed) {
      queue.cancel(id);
      queue.schedule(id, event.time + increments.next());
    }
  };
  for (std::uint32_t i = 0; i < pending / 4; ++i) round();
  for (auto _ : state) round();
  report_scheduled(state, kChanges + 1);
}

void event_queue(benchmark::State& state, Mix mix) {
  const auto pending = static_cast<std::uint64_t>(state.range(0));
  Increments increments(mix);
  EventQueue queue;
  queue.reserve(pending);
  for (std::uint64_t i = 0; i < pending; ++i) {
    queue.push(
        {.time = Instant() + increments.first(i), .entity = EntityId(i), .source_counter = i});
  }
  for (auto _ : state) {
    Event event = queue.pop();
    event.time = event.time + increments.next();
    queue.push(event);
  }
  report(state, pending, queue.memory_bytes());
}

void small(benchmark::internal::Benchmark* benchmark) {
  benchmark->Arg(1'000)->Arg(1'000'000)->MinWarmUpTime(1);
}

// A set number of holds: left alone, the library stops after half a second, and where buckets are
// laid out anew within it (once, in more than a second at 5e7) divides that by a few thousand
// holds. As many as are pending carry it as a run does.
void large(benchmark::internal::Benchmark* benchmark, std::int64_t pending) {
  benchmark->Arg(pending)->Iterations(pending);
}
void large_20m(benchmark::internal::Benchmark* benchmark) {
  large(benchmark, 20'000'000);
}
void large_50m(benchmark::internal::Benchmark* benchmark) {
  large(benchmark, 50'000'000);
}

// "hold" is the name that the peers measure the same work by.
BENCHMARK_CAPTURE(wheel, exponential, Mix::kExponential)->Name("hold")->Apply(small);
BENCHMARK_CAPTURE(wheel, exponential_20m, Mix::kExponential)->Name("hold")->Apply(large_20m);
BENCHMARK_CAPTURE(wheel, exponential_50m, Mix::kExponential)->Name("hold")->Apply(large_50m);
BENCHMARK_CAPTURE(wheel, bimodal, Mix::kBimodal)->Name("hold_bimodal")->Apply(small);
BENCHMARK_CAPTURE(wheel, bimodal_20m, Mix::kBimodal)->Name("hold_bimodal")->Apply(large_20m);
BENCHMARK_CAPTURE(wheel, bimodal_50m, Mix::kBimodal)->Name("hold_bimodal")->Apply(large_50m);
BENCHMARK_CAPTURE(wheel, tied, Mix::kTied)->Name("hold_tied")->Apply(small);
BENCHMARK_CAPTURE(wheel, tied_20m, Mix::kTied)->Name("hold_tied")->Apply(large_20m);
BENCHMARK_CAPTURE(wheel, tied_50m, Mix::kTied)->Name("hold_tied")->Apply(large_50m);
BENCHMARK(wheel_start)->Name("hold_start")->Arg(1'000'000)->Arg(20'000'000);
BENCHMARK(wheel_cancels)->Name("hold_cancels")->Apply(small);
BENCHMARK(wheel_cancels)->Name("hold_cancels")->Arg(20'000'000)->Iterations(2'000'000);
BENCHMARK(wheel_random_cancels)->Name("hold_random_cancels")->Apply(small);
BENCHMARK_CAPTURE(event_queue, exponential, Mix::kExponential)
    ->Name("hold_records")
    ->Arg(10)
    ->Arg(1'000)
    ->Arg(1'000'000);
BENCHMARK_CAPTURE(event_queue, tied, Mix::kTied)
    ->Name("hold_records_tied")
    ->Arg(1'000)
    ->Arg(1'000'000);

}  // namespace
}  // namespace spindle::sim
