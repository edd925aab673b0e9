// The sweep against brute force: every drive and epoch summed shard by shard from the map.
#include <algorithm>
#include <catch2/catch.hpp>
#include <vector>

#include "app/world/world.hpp"
#include "models/flow/flow_run.hpp"
#include "models/flow/heat_matrix.hpp"
#include "models/redundancy/read_cost.hpp"
#include "tests/support/small_worlds.hpp"

using namespace spindle;

namespace {

app::Scenario mixed_world() {
  app::Scenario scenario = test::plain_world(60, 1, 400);
  scenario.run = {sim::Duration::hours(29), sim::Duration::hours(1)};
  scenario.fleet.zones = 3;
  scenario.fleet.racks_per_zone = 4;
  scenario.fleet.models.push_back({*models::find_drive_preset("nearline-20tb"), 1});
  scenario.redundancy = {models::SchemeKind::kErasure, 3, 5, 4};
  scenario.spread = {3, 1};
  auto& first = scenario.tenants[0];
  first.options.count = 7;
  first.options.write_bytes_per_s = 1e7;
  first.options.size = {models::SizeKind::kZipf, 1.1, 1};
  first.options.load.kind = models::LoadKind::kOnOff;
  first.options.data = models::Bytes{300'000'000};
  app::TenantSpec second = first;
  second.options.count = 5;
  second.options.data = models::Bytes{100'000'000};
  second.options.object_size = models::Bytes{2'000'000};
  second.options.load.kind = models::LoadKind::kDailyWindow;
  second.options.cooling.kind = models::CoolingKind::kPowerLaw;
  scenario.tenants.push_back(second);
  return scenario;
}

// Heat by the equations of docs/theory/flow.md: [drive][epoch].
std::vector<std::vector<double>> brute_force(const app::World& world,
                                             const models::PlacementResult& placement) {
  const std::size_t epochs = world.grid.count;
  std::vector<std::vector<double>> heat(world.topology.drives(), std::vector<double>(epochs));
  models::DemandStream demand(world.population);
  std::vector<double> reads(epochs);
  std::vector<double> writes(epochs);
  const double n = world.scheme.shards();
  for (std::uint32_t t = 0; t < world.extents.tenants(); ++t) {
    demand.fill(t, t + 1, 0, epochs, reads, writes);
    const double object = world.population.tenants()[t].bytes_per_read;
    const std::uint32_t first = world.extents.first_extent[t];
    const std::uint32_t last = world.extents.first_extent[t + 1];
    const auto weight = [&](std::uint32_t x) {
      return world.extents.heat_weight.empty() ? 1.0 : double{world.extents.heat_weight[x]};
    };
    double total = 0;
    for (std::uint32_t x = first; x < last; ++x) total += weight(x);
    for (std::uint32_t x = first; x < last; ++x) {
      for (const std::uint32_t drive : placement.drives_of(x)) {
        const models::DriveModel& model = world.topology.model_of(drive);
        const double read = models::read_disk_seconds(world.scheme, model, object) / n;
        const double write = models::write_disk_seconds(world.scheme, model, object) / n;
        for (std::size_t e = 0; e < epochs; ++e) {
          heat[drive][e] += weight(x) / total * (reads[e] * read + writes[e] * write);
        }
      }
    }
  }
  return heat;
}

}  // namespace

TEST_CASE("flow: every drive's heat equals the sum over its shards, in every epoch") {
  const app::Scenario scenario = mixed_world();
  const auto world = app::build_world(scenario);
  const auto placement = models::place_all(world->policy, scenario.placement, world->extents);
  const models::HeatMatrix matrix(world->topology, world->extents, placement);
  const auto flow = models::run_flow({world->topology, matrix, world->population, world->costs,
                                      world->total_weight, world->capacity_share, world->grid, 2});
  const auto expected = brute_force(*world, placement);
  REQUIRE(flow.epochs == world->grid.count);

  // Weights are stored in single precision: 6e-8 each.
  std::vector<double> fleet(world->grid.count, 0.0);
  for (std::uint32_t d = 0; d < world->topology.drives(); ++d) {
    double sum = 0;
    double max = 0;
    for (std::size_t e = 0; e < fleet.size(); ++e) {
      sum += expected[d][e];
      max = std::max(max, expected[d][e]);
      fleet[e] += expected[d][e];
    }
    CHECK(flow.drive_heat_sum[d] == Approx(sum).epsilon(1e-6));
    CHECK(flow.drive_heat_max[d] == Approx(max).epsilon(1e-6));
    CHECK(flow.peak_heat[d] == Approx(expected[d][flow.peak_epoch]).epsilon(1e-6));
  }
  for (std::size_t e = 0; e < fleet.size(); ++e) {
    CHECK(flow.series.heat_sum[e] == Approx(fleet[e]).epsilon(1e-6));
  }
  CHECK(flow.peak_epoch ==
        static_cast<std::uint64_t>(std::max_element(fleet.begin(), fleet.end()) - fleet.begin()));
}
