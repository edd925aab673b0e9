#include "app/world/world.hpp"

#include <algorithm>
#include <numeric>

#include "app/scenario/reader.hpp"
#include "app/trace/load_traces.hpp"
#include "models/redundancy/read_cost.hpp"
#include "models/store/write_amplification.hpp"

namespace spindle::app {
namespace {

std::vector<models::TenantClass> tenant_classes(Scenario scenario) {
  std::vector<std::string> lines;
  for (const Problem& problem : load_traces(scenario)) lines.push_back(to_string(problem));
  if (!lines.empty()) throw WorldError(std::move(lines));
  std::vector<models::TenantClass> classes;
  for (TenantSpec& spec : scenario.tenants) classes.push_back(std::move(spec.options));
  return classes;
}

// Disk-seconds of one request of every tenant on every drive model; of a write with what it brings
// upon the drives that cleaning does later.
models::RequestCosts request_costs(const models::Topology& topology, const models::Scheme& scheme,
                                   const models::TenantPopulation& population,
                                   const std::optional<StoreEffect>& store) {
  models::RequestCosts costs;
  for (const models::DriveModel& drive : topology.models()) {
    const double cleaning =
        store ? models::cleaning_seconds_per_byte(drive, store->write_amplification) : 0.0;
    std::vector<double> read;
    std::vector<double> write;
    for (const models::TenantClass& c : population.classes()) {
      read.push_back(models::read_disk_seconds(scheme, drive, c));
      write.push_back(models::write_disk_seconds(scheme, drive, c) +
                      cleaning * models::written_bytes(scheme, c));
    }
    for (const models::Tenant& tenant : population.tenants()) {
      costs.read.push_back(read[tenant.tenant_class]);
      costs.write.push_back(write[tenant.tenant_class]);
    }
  }
  return costs;
}

std::vector<float> heat_weights(const models::TenantPopulation& population, sim::Seed seed) {
  const auto& classes = population.classes();
  if (std::all_of(classes.begin(), classes.end(), [](const models::TenantClass& c) {
        return c.cooling.kind == models::CoolingKind::kNone &&
               c.popularity.kind == models::PopularityKind::kUniform;
      })) {
    return {};
  }
  std::vector<float> weights(population.extents(), 1.0F);
  for (std::uint32_t t = 0; t < population.tenants().size(); ++t) {
    const models::Tenant& tenant = population.tenants()[t];
    const models::TenantClass& of = classes[tenant.tenant_class];
    const auto first = static_cast<std::uint32_t>(tenant.first_extent);
    const auto drawn =
        of.popularity.kind == models::PopularityKind::kUniform
            ? models::draw_heat_weights(of.cooling, tenant.extents, seed, first)
            : models::draw_popularity_weights(of.popularity, models::objects_of(tenant, of),
                                              tenant.extents, seed, t);
    std::copy(drawn.begin(), drawn.end(), weights.begin() + first);
  }
  return weights;
}

std::vector<double> capacity_shares(const models::Topology& topology) {
  std::vector<double> share(topology.models().size(), 0.0);
  for (std::uint32_t rack = 0; rack < topology.racks(); ++rack) {
    const std::uint32_t model = topology.model_of_rack(rack);
    share[model] += topology.drives_of_rack(rack).size() *
                    topology.models()[model].capacity.to_double() / topology.total_capacity();
  }
  return share;
}

// Long-run heat of one shard of weight 1 of every tenant on every drive model.
std::vector<double> shard_heat(const models::Topology& topology, const models::Scheme& scheme,
                               const models::TenantPopulation& population,
                               const models::RequestCosts& costs) {
  std::vector<double> out;
  const auto& tenants = population.tenants();
  for (std::size_t at = 0; at < topology.models().size() * tenants.size(); ++at) {
    const models::Tenant& tenant = tenants[at % tenants.size()];
    const double shards = static_cast<double>(tenant.extents) * scheme.shards();
    const double disk_time =
        (tenant.reads_per_s() * costs.read[at]) + (tenant.writes_per_s() * costs.write[at]);
    out.push_back(disk_time / shards);
  }
  return out;
}

models::ExtentTable extent_table(const Scenario& scenario, const models::Topology& topology,
                                 const models::Scheme& scheme,
                                 const models::TenantPopulation& population,
                                 const models::RequestCosts& costs) {
  models::ExtentTable table;
  const double shard = scheme.shard_bytes(scenario.data.extent.to_double());
  table.shard_bytes = static_cast<std::uint64_t>(shard);
  if (static_cast<double>(table.shard_bytes) < shard) ++table.shard_bytes;
  table.heat_weight = heat_weights(population, population.seed());
  for (const models::Tenant& tenant : population.tenants()) {
    table.first_extent.push_back(static_cast<std::uint32_t>(tenant.first_extent));
  }
  table.first_extent.push_back(static_cast<std::uint32_t>(population.extents()));
  table.shard_heat = shard_heat(topology, scheme, population, costs);
  return table;
}

std::vector<double> total_weights(const models::ExtentTable& extents, std::uint32_t shards) {
  std::vector<double> out;
  for (std::uint32_t t = 0; t < extents.tenants(); ++t) {
    double weight = 0;
    if (extents.heat_weight.empty()) {
      weight = extents.first_extent[t + 1] - extents.first_extent[t];
    } else {
      for (std::uint32_t e = extents.first_extent[t]; e < extents.first_extent[t + 1]; ++e) {
        weight += static_cast<double>(extents.heat_weight[e]);
      }
    }
    out.push_back(weight * shards);
  }
  return out;
}

}  // namespace

World::World(const Scenario& scenario, std::vector<RowMechanics> rows)
    : mechanics(std::move(rows)),
      base(without_landings(timed_fleet(scenario, mechanics))),
      topology(timed_fleet(scenario, mechanics)),
      scheme(scenario.redundancy),
      population(tenant_classes(scenario), scenario.data.extent, sim::Seed{scenario.seed},
                 models::EpochGrid{scenario.run.epoch, scenario.run.epochs()}),
      extents(),
      store(store_effect(scenario, base)),
      costs(request_costs(topology, scheme, population, store)),
      grid{scenario.run.epoch, scenario.run.epochs()},
      failure(failure_options(scenario, base)),
      policy{base, scenario.spread, scheme.shards(),
             static_cast<std::uint32_t>(population.tenants().size()), sim::Seed{scenario.seed}} {
  capacity_share = capacity_shares(base);
  extents = extent_table(scenario, topology, scheme, population, costs);
  total_weight = total_weights(extents, scheme.shards());
}

models::FleetOptions without_landings(models::FleetOptions fleet) {
  fleet.landing_racks_per_zone = 0;
  return fleet;
}

models::TenantPopulation build_population(const Scenario& scenario) {
  return {tenant_classes(scenario), scenario.data.extent, sim::Seed{scenario.seed},
          models::EpochGrid{scenario.run.epoch, scenario.run.epochs()}};
}

std::unique_ptr<World> build_world(const Scenario& scenario) {
  return std::make_unique<World>(scenario);
}

}  // namespace spindle::app
