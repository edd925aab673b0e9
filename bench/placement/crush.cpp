// Placement by hashing, on one core: objects of nine shards, three a zone in distinct racks, on 3
// zones of racks of hosts of drives. Items per second are shards per second; bench/peers/crushtool
// does the same.

#include <benchmark/benchmark.h>

#include <array>
#include <string>
#include <vector>

#include "models/placement/crush/crush_mapper.hpp"
#include "models/placement/crush/drive_ranking.hpp"

namespace spindle::models {
namespace {

Topology fleet(std::uint32_t racks_per_zone, std::uint32_t drives_per_rack) {
  DriveModel model;
  model.name = "bench";
  model.capacity = {20'000'000'000'000};
  return Topology({3, racks_per_zone, 3 * racks_per_zone * drives_per_rack, {{model, 1}}});
}

constexpr std::uint32_t kPerZone = 3;

struct Shape {
  std::uint32_t racks_per_zone, hosts_per_rack, drives_per_host;
};

void crush_map(benchmark::State& state, const Shape& shape, bool has_hosts) {
  const Topology topology =
      fleet(shape.racks_per_zone, shape.hosts_per_rack * shape.drives_per_host);
  const crush::CrushTree tree(topology, {.drives_per_host = has_hosts ? shape.drives_per_host : 0});
  constexpr std::uint32_t kExtents = 100'000;
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        crush::map_extents(tree, {}, {kExtents, topology.zones(), kPerZone}, 1));
  }
  state.SetItemsProcessed(state.iterations() * kExtents * topology.zones() * kPerZone);
}

void rendezvous(benchmark::State& state, const Shape& shape) {
  const Topology topology =
      fleet(shape.racks_per_zone, shape.hosts_per_rack * shape.drives_per_host);
  const crush::DriveRanking ranking(topology);
  std::vector<crush::DriveRanking::Candidate> scratch;
  std::array<std::uint32_t, kPerZone> drives{};
  std::uint64_t extent = 0;
  for (auto _ : state) {
    for (std::uint32_t zone = 0; zone < topology.zones(); ++zone) {
      drives.fill(crush::kNoItem);
      ranking.fill(
          zone, extent, 1, [](std::uint32_t) { return true; }, [](std::uint32_t) {}, scratch,
          drives);
      benchmark::DoNotOptimize(drives);
    }
    ++extent;
  }
  state.SetItemsProcessed(state.iterations() * topology.zones() * kPerZone);
}

const bool registered = [] {
  for (const Shape& shape : {Shape{12, 15, 18}, Shape{35, 20, 48}}) {
    const auto drives =
        std::to_string(3 * shape.racks_per_zone * shape.hosts_per_rack * shape.drives_per_host);
    benchmark::RegisterBenchmark(("crush/" + drives).c_str(), crush_map, shape, true);
    benchmark::RegisterBenchmark(("crush_without_hosts/" + drives).c_str(), crush_map, shape,
                                 false);
    benchmark::RegisterBenchmark(("rendezvous/" + drives).c_str(), rendezvous, shape);
  }
  return true;
}();

}  // namespace
}  // namespace spindle::models
