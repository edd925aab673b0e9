// Random draws and elementary functions, one at a time.

#include <benchmark/benchmark.h>

#include <vector>

#include "sim/math.hpp"
#include "sim/random_stream.hpp"

namespace spindle::sim {
namespace {

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
