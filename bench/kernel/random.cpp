// Sampling: batches keyed by entity, consecutive draws, and what the distributions cost. Streams
// one draw at a time are in draws.cpp.

#include <benchmark/benchmark.h>

#include <vector>

#include "sim/discrete_distributions.hpp"
#include "sim/distributions.hpp"
#include "sim/empirical.hpp"
#include "sim/random_batch.hpp"

namespace spindle::sim {
namespace {

constexpr std::size_t kBatch = 2048;  // events in a drained bucket of the queue

// Each item is one draw of one entity of 20 million, its own draw number beside it.
template <class Fill>
void draw_keyed(benchmark::State& state, Fill fill) {
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
BENCHMARK_CAPTURE(draw_keyed, uniform,
                  [](const RandomBatch& batch, auto& entities, auto& draws, auto& out) {
                    batch.uniforms(entities, draws, out);
                  });
BENCHMARK_CAPTURE(draw_keyed, exponential,
                  [](const RandomBatch& batch, auto& entities, auto& draws, auto& out) {
                    batch.exponentials(entities, draws, out);
                  });

template <class Out, class Fill>
void draw_consecutive(benchmark::State& state, Out, Fill fill) {
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
BENCHMARK_CAPTURE(draw_consecutive, word, std::uint32_t{},
                  [](const RandomBatch& batch, std::uint64_t first, auto& out) {
                    batch.words(0, first / 4, out);
                  });
BENCHMARK_CAPTURE(draw_consecutive, uniform, double{},
                  [](const RandomBatch& batch, std::uint64_t first, auto& out) {
                    batch.uniforms(0, first, out);
                  });
BENCHMARK_CAPTURE(draw_consecutive, exponential, double{},
                  [](const RandomBatch& batch, std::uint64_t first, auto& out) {
                    batch.exponentials(0, first, out);
                  });

template <class Distribution>
void distribution(benchmark::State& state, const Distribution& drawn) {
  RandomStream stream(Seed{1}, 0, Purpose{1}, 0);
  for (auto _ : state) benchmark::DoNotOptimize(drawn.draw(stream));
  state.SetItemsProcessed(state.iterations());
}

// Weights 1, 1/2, 1/3, … over a million outcomes: a table of 16 MB.
Discrete million_outcomes() {
  std::vector<double> weights(1'000'000);
  for (std::size_t i = 0; i < weights.size(); ++i) weights[i] = 1 / static_cast<double>(i + 1);
  return Discrete(weights);
}

BENCHMARK_CAPTURE(distribution, weibull, Weibull(1.3, 1));
BENCHMARK_CAPTURE(distribution, pareto, Pareto(1.3, 1));
BENCHMARK_CAPTURE(distribution, lognormal, LogNormal(0, 1));
BENCHMARK_CAPTURE(distribution, poisson_of_3, Poisson(3));
BENCHMARK_CAPTURE(distribution, poisson_of_1000, Poisson(1000));
BENCHMARK_CAPTURE(distribution, binomial_of_3, Binomial(1000, 0.003));
BENCHMARK_CAPTURE(distribution, binomial_of_300, Binomial(1000, 0.3));
BENCHMARK_CAPTURE(distribution, zipf, Zipf(1'000'000, 1.1));
BENCHMARK_CAPTURE(distribution, discrete, million_outcomes());

}  // namespace
}  // namespace spindle::sim
