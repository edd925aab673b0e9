// Hold through the engine's dispatch: clock, digest, draws and handler on top of the queue. An
// agenda whose handler changes 64 bytes of its entity's state, and typed events on the event queue.

#include <benchmark/benchmark.h>

#include <cstdint>

#include "bench/kernel/hold_model.hpp"
#include "bench/kernel/increments.hpp"
#include "sim/agenda.hpp"

namespace spindle::sim {
namespace {

using bench::HoldModel;
using bench::Increments;
using bench::Mix;

// Some 100,000 events an iteration.
Duration window_for(double pending) {
  return Duration::seconds(1e5 / pending);
}

// PlacesTimes: the time of its event lies among the entity's 64 bytes, else in an array of times.
template <bool PlacesTimes>
void run_agenda(benchmark::State& state, Mix mix) {
  using Model = HoldModel<true, PlacesTimes>;
  const auto pending = static_cast<std::uint32_t>(state.range(0));
  Engine engine;
  Model model(pending, mix);
  Agenda<Model> agenda(engine, model, pending);
  model.set_up(agenda);
  // Steady state: about every entity has acted before the clock starts.
  engine.run_until(Instant() + Duration::seconds(1));
  const Duration window = window_for(pending);
  const std::uint64_t before = engine.executed();
  for (auto _ : state) engine.run_until(engine.now() + window);
  const auto events = static_cast<double>(engine.executed() - before);
  state.SetItemsProcessed(static_cast<std::int64_t>(engine.executed() - before));
  state.counters["per_event"] =
      benchmark::Counter(events, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void agenda(benchmark::State& state, Mix mix) {
  run_agenda<true>(state, mix);
}

void agenda_times_apart(benchmark::State& state, Mix mix) {
  run_agenda<false>(state, mix);
}

void typed_events(benchmark::State& state) {
  const auto pending = static_cast<std::uint64_t>(state.range(0));
  Increments increments(Mix::kExponential);
  Engine engine;
  engine.reserve(pending);
  EventType<NoPayload> act;
  act = engine.on([&](Engine& e, const Event& event, NoPayload) {
    e.schedule_after(increments.next(), act, event.cell, event.entity);
  });
  for (std::uint64_t i = 0; i < pending; ++i) {
    engine.schedule_after(increments.first(i), act, CellId(0), EntityId(i));
  }
  const Duration window = window_for(static_cast<double>(pending));
  const std::uint64_t before = engine.executed();
  for (auto _ : state) engine.run_until(engine.now() + window);
  const auto events = static_cast<double>(engine.executed() - before);
  state.SetItemsProcessed(static_cast<std::int64_t>(engine.executed() - before));
  state.counters["per_event"] =
      benchmark::Counter(events, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

// "dispatch" is the name that the peers measure the same work by.
BENCHMARK_CAPTURE(agenda, exponential, Mix::kExponential)
    ->Name("dispatch")
    ->Arg(1'000)
    ->Arg(1'000'000)
    ->MinWarmUpTime(1);
// As many events as are pending, in windows of 1e5: why the number is set, hold.cpp says.
BENCHMARK_CAPTURE(agenda, exponential_20m, Mix::kExponential)
    ->Name("dispatch")
    ->Arg(20'000'000)
    ->Iterations(200);
BENCHMARK_CAPTURE(agenda, exponential_50m, Mix::kExponential)
    ->Name("dispatch")
    ->Arg(50'000'000)
    ->Iterations(500);
BENCHMARK_CAPTURE(agenda_times_apart, exponential, Mix::kExponential)
    ->Name("dispatch_times_apart")
    ->Arg(1'000'000)
    ->MinWarmUpTime(1);
BENCHMARK_CAPTURE(agenda_times_apart, exponential_20m, Mix::kExponential)
    ->Name("dispatch_times_apart")
    ->Arg(20'000'000)
    ->Iterations(200);
BENCHMARK_CAPTURE(agenda, bimodal, Mix::kBimodal)
    ->Name("dispatch_bimodal")
    ->Arg(1'000'000)
    ->MinWarmUpTime(1);
BENCHMARK_CAPTURE(agenda, tied, Mix::kTied)
    ->Name("dispatch_tied")
    ->Arg(1'000'000)
    ->MinWarmUpTime(1);
BENCHMARK(typed_events)->Name("dispatch_typed")->Arg(1'000)->Arg(1'000'000)->MinWarmUpTime(1);

}  // namespace
}  // namespace spindle::sim
