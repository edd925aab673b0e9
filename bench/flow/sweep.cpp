// The heat sweep's inner loop: one rack of 1,000 drives, as many tenants' entries as fit a second.
#include <benchmark/benchmark.h>

#include <vector>

#include "models/flow/heat_kernel.hpp"
#include "sim/random_stream.hpp"

namespace {

using namespace spindle;

struct alignas(64) Line {
  double value[models::kEpochsPerSweep];
};

void sweep_entries(benchmark::State& state) {
  constexpr std::uint32_t kDrives = 1000;
  const auto count = static_cast<std::size_t>(state.range(0));
  sim::RandomStream random({1}, 0, {0}, 0);
  std::vector<models::HeatEntry> entries(count);
  for (auto& entry : entries) entry = {random.below(kDrives), 1.0F};
  std::vector<Line> sums(kDrives);
  Line rates{};
  for (double& rate : rates.value) rate = random.uniform();
  for (auto _ : state) {
    models::add_column_heat(entries, rates.value, sums.front().value);
    benchmark::DoNotOptimize(sums.data());
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(count * models::kEpochsPerSweep) *
                          state.iterations());
}
// 1e3: a tenant on every drive once; 3e5: a rack's whole matrix, beyond the caches.
BENCHMARK(sweep_entries)->Arg(1000)->Arg(300000);

}  // namespace
