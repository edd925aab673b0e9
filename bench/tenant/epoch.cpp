// What a million tenants ask in each hour of 30 days: their models are made, and drawn window after
// window, on one core. The number is that of tenants; `epoch` alone has a quarter of each load.

#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "models/tenant/demand.hpp"

namespace spindle {
namespace {

constexpr models::EpochGrid kGrid{sim::Duration::hours(1), 30 * 24};
constexpr std::uint64_t kWindow = 8;
constexpr std::uint32_t kBlock = 64;

const std::vector<models::LoadKind> kAll = {models::LoadKind::kConstant, models::LoadKind::kSlots,
                                            models::LoadKind::kOnOff,
                                            models::LoadKind::kDailyWindow};

models::TenantPopulation population(const std::vector<models::LoadKind>& loads,
                                    std::uint32_t tenants) {
  std::vector<models::TenantClass> classes;
  for (const models::LoadKind kind : loads) {
    models::TenantClass c;
    c.name = "class " + std::to_string(classes.size());
    c.count = tenants / static_cast<std::uint32_t>(loads.size());
    c.data = models::Bytes{std::uint64_t{c.count} * 1'000'000'000};
    c.object_size = models::Bytes{1'000'000};
    c.read_bytes_per_s = 1e9;
    c.write_bytes_per_s = 1e8;
    c.load.kind = kind;
    c.load.mean_on = sim::Duration::hours(1);
    c.load.mean_off = sim::Duration::hours(23);
    c.load.phase_is_random = true;
    c.load.weekend = 0.5;
    c.load.states = {{1, sim::Duration::hours(1)}, {0, sim::Duration::hours(23)}};
    classes.push_back(c);
  }
  return {classes, models::Bytes{1'000'000'000}, sim::Seed{1}, kGrid};
}

void epoch(benchmark::State& state, const std::vector<models::LoadKind>& loads) {
  const auto tenants = static_cast<std::uint32_t>(state.range(0));
  const models::TenantPopulation all = population(loads, tenants);
  std::vector<double> reads(kBlock * kWindow);
  std::vector<double> writes(kBlock * kWindow);
  for (auto _ : state) {
    models::DemandStream demand(all);
    double sum = 0;
    for (std::uint64_t first = 0; first < kGrid.count; first += kWindow) {
      for (std::uint32_t tenant = 0; tenant < tenants; tenant += kBlock) {
        demand.fill(tenant, tenant + kBlock, first, kWindow, reads, writes);
        sum += reads.front() + writes.back();
      }
    }
    benchmark::DoNotOptimize(sum);
  }
}

BENCHMARK_CAPTURE(epoch, , kAll)->Name("epoch")->Arg(1'000'000)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(epoch, constant, {models::LoadKind::kConstant})
    ->Arg(1'000'000)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(epoch, slots, {models::LoadKind::kSlots})
    ->Arg(1'000'000)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(epoch, on_off, {models::LoadKind::kOnOff})
    ->Arg(1'000'000)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(epoch, daily_window, {models::LoadKind::kDailyWindow})
    ->Arg(1'000'000)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(epoch, diurnal, {models::LoadKind::kDiurnal})
    ->Arg(1'000'000)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(epoch, mmpp, {models::LoadKind::kMmpp})
    ->Arg(1'000'000)
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace spindle
