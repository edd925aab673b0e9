// A fleet of mechanical drives under 5-of-9 reads: items per second are the shards' requests
// served, and "realtime" is simulated time over wall-clock time. The number is that of threads.

#include <benchmark/benchmark.h>

#include <chrono>
#include <stdexcept>

#include "app/drive/drive_reader.hpp"
#include "models/mechanical/mechanical_run.hpp"
#include "models/placement/placer.hpp"

namespace spindle {
namespace {

constexpr std::uint32_t kDrives = 10'000;
constexpr double kSeconds = 30;
// Half a mebibyte a shard; the mean service of nearline-20tb for it is 13.7 ms.
constexpr double kPartBytes = 524'288;
constexpr double kService = 0.0137;

struct Fleet {
  models::Topology topology;
  models::Scheme scheme{{.kind = models::SchemeKind::kErasure, .data = 5, .parity = 4}};
  models::EpochGrid grid{sim::Duration::seconds(kSeconds / 3), 3};
  models::TenantPopulation population;
  models::ExtentTable extents;
  models::PlacementResult placement;
  models::MechanicalDrive drive{app::find_mechanical_preset("nearline-20tb").value()};

  explicit Fleet(double load)
      : topology({.zones = 3,
                  .racks_per_zone = 17,
                  .drives = kDrives,
                  .models = {{*models::find_drive_preset("nearline-20tb"), 1}}}),
        population({tenants(load)}, models::Bytes{50'000'000'000}, sim::Seed{1}, grid) {
    extents.shard_bytes = 10'000'000'000;
    for (const models::Tenant& tenant : population.tenants()) {
      extents.first_extent.push_back(static_cast<std::uint32_t>(tenant.first_extent));
    }
    extents.first_extent.push_back(static_cast<std::uint32_t>(population.extents()));
    const models::PolicyContext context{topology, models::SpreadRule{3, 1}, scheme.shards(),
                                        extents.tenants(), sim::Seed{1}};
    placement = models::place_all(context, {.policy = "random"}, extents);
  }

  static models::TenantClass tenants(double load) {
    models::TenantClass all;
    all.name = "all";
    all.count = 1000;
    all.data = models::Bytes{50'000'000'000'000'000};
    all.object_size = models::Bytes{static_cast<std::uint64_t>(5 * kPartBytes)};
    all.read_bytes_per_s = load * kDrives / kService * kPartBytes;
    return all;
  }
};

void reads_5_of_9(benchmark::State& state) {
  const Fleet fleet(0.5);
  const models::MechanicalInputs inputs{
      .topology = fleet.topology,
      .placement = fleet.placement,
      .population = fleet.population,
      .scheme = fleet.scheme,
      .models = {{&fleet.drive, {.depth = 32}, fleet.drive.spec().sectors}},
      .read_parts = fleet.scheme.needed(),
      .grid = fleet.grid,
      .threads = static_cast<unsigned>(state.range(0)),
      .window = {}};
  std::uint64_t parts = 0;
  double wall_s = 0;
  for (auto _ : state) {
    const auto start = std::chrono::steady_clock::now();
    const models::MechanicalResult run = models::run_mechanical(inputs);
    wall_s += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    parts += run.services.count();
    state.counters["busy"] = run.busy.pooled.mean();
    if (run.answered + run.open != run.arrivals) throw std::logic_error("requests were lost");
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(parts));
  state.counters["realtime"] = kSeconds * static_cast<double>(state.iterations()) / wall_s;
}
BENCHMARK(reads_5_of_9)
    ->Name("fleet/5_of_9_10000")
    ->Arg(1)
    ->Arg(2)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace spindle
