// Exact arrivals of one core: items per second are requests. `arrivals` are those of tenants of an
// on/off load, hour by hour; `arrivals/constant` those of one tenant at one rate.

#include <benchmark/benchmark.h>

#include <vector>

#include "models/tenant/arrival_stream.hpp"

namespace spindle {
namespace {

constexpr models::EpochGrid kGrid{sim::Duration::hours(1), 48};
constexpr sim::Purpose kPurpose{903};

void arrivals(benchmark::State& state, models::LoadKind kind) {
  constexpr std::uint32_t kTenants = 20;
  models::LoadOptions load;
  load.kind = kind;
  load.mean_on = sim::Duration::seconds(600);
  load.mean_off = sim::Duration::seconds(3000);
  std::int64_t requests = 0;
  std::vector<models::RatePiece> pieces;
  std::vector<sim::Instant> out;
  for (auto _ : state) {
    for (std::uint32_t tenant = 0; tenant < kTenants; ++tenant) {
      const auto model = models::make_load_model(load, kGrid, sim::Seed{1}, tenant);
      models::ArrivalStream stream({sim::Seed{1}, 0, kPurpose}, tenant, kGrid.epoch);
      for (std::uint64_t epoch = 0; epoch < kGrid.count; ++epoch) {
        pieces.clear();
        out.clear();
        model->pieces(epoch, 1, pieces);
        stream.begin(pieces, 5);
        stream.append_until(sim::Instant::never(), out);
        requests += static_cast<std::int64_t>(out.size());
        benchmark::DoNotOptimize(out.data());
      }
    }
  }
  state.SetItemsProcessed(requests);
}

BENCHMARK_CAPTURE(arrivals, , models::LoadKind::kOnOff)
    ->Name("arrivals")
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(arrivals, constant, models::LoadKind::kConstant)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace spindle
