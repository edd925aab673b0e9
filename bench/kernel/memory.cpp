// What a random access costs the machine, on huge pages as the kernel's arrays have them: the yard
// stick for figures of large queues that were taken on other machines and on other days.

#include <benchmark/benchmark.h>

#include <array>
#include <cstddef>
#include <cstdint>

#include "sim/aligned_array.hpp"

namespace spindle::sim {
namespace {

struct alignas(kCacheLineBytes) Line {
  std::uint64_t next = 0;
};

// Lines in one cycle without a pattern: full period for a power of two of them (Hull and Dobell,
// SIAM Review 4, 1962).
HugeVector<Line> cycle(std::size_t lines) {
  HugeVector<Line> all(lines);
  for (std::uint64_t i = 0; i < lines; ++i) {
    all[i].next = (i * 6364136223846793005U + 1442695040888963407U) & (lines - 1);
  }
  return all;
}

// One access for each chain an iteration. A chain's accesses wait for each other; those of
// different chains do not.
template <std::size_t kChains>
void misses(benchmark::State& state) {
  const auto lines = (static_cast<std::size_t>(state.range(0)) << 20) / sizeof(Line);
  const HugeVector<Line> all = cycle(lines);
  std::array<std::uint64_t, kChains> at{};
  for (std::size_t i = 0; i < kChains; ++i) at[i] = i * (lines / kChains);
  for (auto _ : state) {
    for (std::uint64_t& line : at) line = all[line].next;
    benchmark::DoNotOptimize(at);
  }
  const auto count = static_cast<std::int64_t>(kChains) * state.iterations();
  state.SetItemsProcessed(count);
  state.counters["per_access"] = benchmark::Counter(
      static_cast<double>(count), benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

// The numbers are MiB.
BENCHMARK(misses<1>)->Name("memory_dependent")->Arg(64)->Arg(1024);
BENCHMARK(misses<16>)->Name("memory_sixteen")->Arg(64)->Arg(1024);

}  // namespace
}  // namespace spindle::sim
