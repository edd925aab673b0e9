// The heat sweep's inner loop: one rack of 1,000 drives, as many tenants' entries as fit a second.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <vector>

#include "models/flow/heat_kernel.hpp"
#include "models/flow/heat_ledger.hpp"
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

// Shifts of 10,000 columns on one rack, from moments within the window.
std::vector<models::DemandShift> random_shifts(std::size_t count) {
  sim::RandomStream random({2}, 0, {0}, 0);
  std::vector<models::DemandShift> shifts(count);
  for (auto& shift : shifts) {
    shift = {random.below(10000), random.below(1000), 1.0F,
             static_cast<float>(8 * random.uniform())};
  }
  return shifts;
}

void sweep_shifts(benchmark::State& state) {
  const auto shifts = random_shifts(static_cast<std::size_t>(state.range(0)));
  std::vector<models::RateLine> rates(10000);
  std::vector<models::RateLine> sums(1000);
  for (auto _ : state) {
    models::add_shift_heat(shifts, rates.data(), sums.front().value);
    benchmark::DoNotOptimize(sums.data());
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(shifts.size()) * state.iterations());
}
BENCHMARK(sweep_shifts)->Arg(100000);

// What a shift costs from the journal into the slices: a rack of 300,000 entries takes 10,000
// shifts a window and is merged every fourth.
void absorb_shifts(benchmark::State& state) {
  models::FleetOptions options;
  options.zones = 1;
  options.drives = 1000;
  models::DriveModel drive;
  drive.capacity = models::Bytes{1'000'000};
  options.models = {{drive, 1}};
  const models::Topology topology(options);
  models::HeatMatrix matrix(topology, {0, {0}, {}, {}}, {});
  models::RackHeat heat;
  for (std::uint32_t column = 0; column < 10000; ++column) {
    heat.slices.push_back({column, column * 30, column * 30 + 30});
    for (std::uint32_t i = 0; i < 30; ++i) {
      heat.entries.push_back({(column * 7 + 33 * i) % 1000, 1.0F});
    }
    std::sort(heat.entries.end() - 30, heat.entries.end(),
              [](const auto& a, const auto& b) { return a.drive_in_rack < b.drive_in_rack; });
  }
  matrix.set_rack(0, heat);
  models::HeatLedger ledger(matrix);
  auto shifts = random_shifts(10000);
  for (auto _ : state) {
    ledger.absorb(0, shifts);
    // Taken back by the next window, so that the rack stays as it is.
    for (auto& shift : shifts) shift.weight = -shift.weight;
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(shifts.size()) * state.iterations());
}
BENCHMARK(absorb_shifts);

}  // namespace
