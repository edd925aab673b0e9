#include "app/experiment/metrics.hpp"

#include <algorithm>
#include <cmath>
#include <span>

#include "app/experiment/durability_metrics.hpp"
#include "app/experiment/flow_latency_metrics.hpp"
#include "app/experiment/heat_metrics.hpp"
#include "app/experiment/mechanical_metrics.hpp"
#include "app/experiment/scrub_metrics.hpp"
#include "app/experiment/store_metrics.hpp"
#include "app/experiment/timeline_metrics.hpp"
#include "app/experiment/undefined.hpp"
#include "models/placement/blast.hpp"
#include "models/placement/isolation.hpp"
#include "models/placement/skew.hpp"
#include "models/tenant/load_statistics.hpp"

namespace spindle::app {
namespace {

double median(std::vector<double> values) {
  return models::quantile(values, 0.5);
}

void set_capacity(const World& world, const models::PlacementResult& placement, const Swept& swept,
                  Metrics& out) {
  const models::CapacitySkew skew =
      models::capacity_skew(world.topology, swept.used_bytes, swept.is_there);
  set_skew(skew, out);
  out.set("capacity.unplaced_extents", static_cast<double>(placement.unplaced_extents));
}

// Heat in the peak epoch of the drives in racks that were up then.
std::vector<double> peak_heat(const World& world, const models::FlowResult& flow) {
  std::vector<double> out;
  for (std::uint32_t rack = 0; rack < world.topology.racks(); ++rack) {
    if (flow.peak_racks[rack] == 0) continue;
    const models::DriveRange drives = world.topology.drives_of_rack(rack);
    out.insert(out.end(), flow.peak_heat.begin() + drives.first,
               flow.peak_heat.begin() + drives.last);
  }
  return out;
}

void set_heat(const World& world, const models::FlowResult& flow, Metrics& out) {
  set_peak_heat(census_of(peak_heat(world, flow)), out);
  HeatSummary heat;
  heat.mean = flow.heat.mean();
  heat.deviation = std::sqrt(flow.heat.population_variance());
  heat.hottest = flow.epochs == 0
                     ? kUndefined
                     : *std::max_element(flow.drive_heat_max.begin(), flow.drive_heat_max.end());
  heat.meltdowns = flow.meltdowns.size();
  set_heat_summary(heat, flow.series.heat_sum, out);
}

// The mean over the fleet's drive models, weighted by capacity, of a [model * tenants + t] table.
double over_models(const World& world, const std::vector<double>& table, std::size_t t) {
  double sum = 0;
  for (std::size_t model = 0; model < world.capacity_share.size(); ++model) {
    sum += world.capacity_share[model] * table[model * world.extents.tenants() + t];
  }
  return sum;
}

// The tenant whose demand, in disk time, is greatest on average.
std::uint32_t hottest_tenant(const World& world) {
  std::uint32_t best = 0;
  double most = -1;
  for (std::uint32_t t = 0; t < world.extents.tenants(); ++t) {
    const double heat =
        over_models(world, world.extents.shard_heat, t) * world.population.tenants()[t].extents;
    if (heat > most) {
      most = heat;
      best = t;
    }
  }
  return best;
}

// Read rate at which each tenant keeps all its drives busy: drives x bytes/s of a drive reading its
// objects' shards.
std::vector<double> burst_rates(const World& world, const std::vector<std::uint32_t>& drives) {
  std::vector<double> out;
  for (std::size_t t = 0; t < drives.size(); ++t) {
    const double object = world.population.tenants()[t].bytes_per_read;
    const double cost = over_models(world, world.costs.read, t);
    out.push_back(cost > 0 ? drives[t] * object / cost : 0.0);
  }
  return out;
}

void set_isolation(const World& world, const models::PlacementResult& placement, Metrics& out) {
  constexpr double kHot = 0.01;  // of the drives
  const std::uint32_t hottest = hottest_tenant(world);
  out.set("blast.tenants_hit_by_hottest",
          models::tenants_sharing_drives(hottest, world.base, world.extents, placement));
  out.set("blast.extents_hit_by_hottest",
          models::extents_sharing_drives(hottest, world.base, world.extents, placement));
  const models::TenantBlast blast = models::tenant_blast(world.base, world.extents, placement);
  out.set("blast.tenants_hit_by_drive", blast.mean_of_drive);
  out.set("blast.tenants_hit_by_rack", blast.mean_of_rack);
  out.set("blast.shared_drives", blast.mean_shared);
  const auto is_hot = models::hottest_drives(placement.expected_heat, kHot);
  out.set("blast.hot_bound_share",
          models::hot_reads(placement, is_hot, world.scheme.needed()).bound);
}

void set_blast(const World& world, const models::PlacementResult& placement, Metrics& out) {
  const models::DomainBlast blast = models::domain_blast(world.base, placement);
  out.set("blast.extents_hit_by_rack", blast.mean_of_rack);
  out.set("blast.extents_hit_by_zone", blast.mean_of_zone);
  const auto drives = models::drives_per_tenant(world.base, world.extents, placement);
  out.set("tenant.drives.p50", median({drives.begin(), drives.end()}));
  out.set("tenant.drives.max", *std::max_element(drives.begin(), drives.end()));
  const auto bursts = burst_rates(world, drives);
  out.set("tenant.burst_bytes_per_s.p50", median(bursts));
  out.set("tenant.burst_bytes_per_s.max", *std::max_element(bursts.begin(), bursts.end()));
}

}  // namespace

Metrics compute_metrics(const Scenario& scenario, const World& world,
                        const models::PlacementResult& placement, const Swept& swept,
                        const models::LatentErrors& errors, const DurabilityEstimates& losses) {
  Metrics out;
  set_capacity(world, placement, swept, out);
  set_heat(world, swept.flow, out);
  // First what the run saw happen: an estimator leaves names alone that have their value.
  if (swept.timeline) set_timeline(swept.timeline->summary, out);
  if (swept.latency) set_flow_latency(*swept.latency, out);
  if (swept.mechanical) set_mechanical(scenario, world, *swept.mechanical, out);
  if (swept.timeline && swept.timeline->scrub) {
    set_scrub(scenario, world, *swept.timeline->scrub, errors, out);
  }
  const double stored = static_cast<double>(world.extents.extents() - placement.unplaced_extents) *
                        scenario.data.extent.to_double();
  if (world.store) set_store(world, swept.flow.series, out);
  set_durability(scenario, world, placement, errors, losses, stored, out);
  set_isolation(world, placement, out);
  set_blast(world, placement, out);
  set_cost(scenario, world.base, swept.flow.series.disk_time, out);
  return out;
}

}  // namespace spindle::app
