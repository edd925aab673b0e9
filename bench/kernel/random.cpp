// Sampling: streams one draw at a time, batches keyed by entity, and consecutive draws.

#include <benchmark/benchmark.h>

#include <vector>

#include "sim/random_batch.hpp"

namespace spindle::sim {
namespace {

constexpr std::size_t kBatch = 2048;  // events in a drained bucket of the queue

template <class Draw>
void scalar(benchmark::State& state, Draw draw) {
  RandomStream stream(Seed{1}, 0, Purpose{1}, 0);
  for (auto _ : state) benchmark::DoNotOptimize(draw(stream));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK_CAPTURE(scalar, uniform, [](RandomStream& s) { return s.uniform(); });
BENCHMARK_CAPTURE(scalar, exponential, [](RandomStream& s) { return s.exponential(); });
BENCHMARK_CAPTURE(scalar, normal, [](RandomStream& s) { return s.normal(); });

// Each item is one draw of one entity of 20 million, its own draw number beside it.
template <class Fill>
void keyed(benchmark::State& state, Fill fill) {
  const RandomBatch batch(Seed{1}, 0, Purpose{1});
  std::vector<std::uint64_t> entities(kBatch);
  std::vector<std::uint64_t> draws(kBatch);
  std::vector<double> out(kBatch);
  RandomStream names(Seed{1}, 0, Purpose{2}, 0);
  for (std::uint64_t& entity : entities) entity = names.below(20'000'000);
  for (auto _ : state) {
    for (std::uint64_t& draw : draws) ++draw;
    fill(batch, entities, draws, out);
    benchmark::DoNotOptimize(out.data());
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kBatch));
}
BENCHMARK_CAPTURE(keyed, uniform,
                  [](const RandomBatch& batch, auto& entities, auto& draws, auto& out) {
                    batch.uniforms(entities, draws, out);
                  });
BENCHMARK_CAPTURE(keyed, exponential,
                  [](const RandomBatch& batch, auto& entities, auto& draws, auto& out) {
                    batch.exponentials(entities, draws, out);
                  });

template <class Out, class Fill>
void consecutive(benchmark::State& state, Out, Fill fill) {
  const RandomBatch batch(Seed{1}, 0, Purpose{1});
  std::vector<Out> out(kBatch);
  std::uint64_t first = 0;
  for (auto _ : state) {
    fill(batch, first, out);
    first += kBatch;
    benchmark::DoNotOptimize(out.data());
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kBatch));
}
BENCHMARK_CAPTURE(consecutive, word, std::uint32_t{},
                  [](const RandomBatch& batch, std::uint64_t first, auto& out) {
                    batch.words(0, first / 4, out);
                  });
BENCHMARK_CAPTURE(consecutive, uniform, double{},
                  [](const RandomBatch& batch, std::uint64_t first, auto& out) {
                    batch.uniforms(0, first, out);
                  });
BENCHMARK_CAPTURE(consecutive, exponential, double{},
                  [](const RandomBatch& batch, std::uint64_t first, auto& out) {
                    batch.exponentials(0, first, out);
                  });

}  // namespace
}  // namespace spindle::sim
