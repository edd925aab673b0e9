#include "app/experiment/metrics.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

#include "app/experiment/durability_metrics.hpp"
#include "app/experiment/flow_latency_metrics.hpp"
#include "app/experiment/mechanical_metrics.hpp"
#include "app/experiment/scrub_metrics.hpp"
#include "app/experiment/timeline_metrics.hpp"
#include "models/placement/blast.hpp"
#include "models/placement/isolation.hpp"
#include "models/placement/skew.hpp"
#include "models/redundancy/planning.hpp"
#include "models/store/write_amplification.hpp"
#include "models/tenant/load_statistics.hpp"

namespace spindle::app {
namespace {

constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();

double ratio(double value, double base) {
  return base > 0 ? value / base : kUndefined;
}

double median(std::vector<double> values) {
  return models::quantile(values, 0.5);
}

void set_capacity(const World& world, const models::PlacementResult& placement, const Swept& swept,
                  Metrics& out) {
  const models::CapacitySkew skew =
      models::capacity_skew(world.topology, swept.used_bytes, swept.is_there);
  out.set("capacity.fill.mean", skew.mean);
  out.set("capacity.fill.sd", skew.sd);
  out.set("capacity.fill.min", skew.min);
  out.set("capacity.fill.p0_1", skew.p0_1);
  out.set("capacity.fill.p50", skew.p50);
  out.set("capacity.fill.p99_9", skew.p99_9);
  out.set("capacity.fill.max", skew.max);
  out.set("capacity.skew.over", skew.over);
  out.set("capacity.skew.under", skew.under);
  out.set("capacity.stranded", skew.stranded);
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

// Mean of the last tenth of the values over that of the first tenth, at least one of each.
// Undefined where a run was cut short before its first.
double end_to_start(std::span<const double> values) {
  if (values.empty()) return kUndefined;
  const std::size_t tenth = std::max<std::size_t>(values.size() / 10, 1);
  double first = 0;
  double last = 0;
  for (std::size_t i = 0; i < tenth; ++i) {
    first += values[i];
    last += values[values.size() - tenth + i];
  }
  return ratio(last, first);
}

// Of the drives in the epoch of greatest demand; undefined where none was up in it.
void set_peak_heat(const std::vector<double>& peak, Metrics& out) {
  const auto of_all = [&](double share) {
    return peak.empty() ? kUndefined : models::quantile(peak, share);
  };
  double sum = 0;
  for (const double heat : peak) sum += heat;
  const auto hot = static_cast<double>(
      std::count_if(peak.begin(), peak.end(), [](double heat) { return heat > models::kHotHeat; }));
  const auto drives = static_cast<double>(peak.size());
  out.set("heat.util.mean", ratio(sum, drives));
  out.set("heat.util.p50", of_all(0.5));
  out.set("heat.util.p99", of_all(0.99));
  out.set("heat.util.p99_9", of_all(0.999));
  out.set("heat.util.max", of_all(1));
  out.set("heat.hot_share", ratio(hot, drives));
}

void set_heat(const World& world, const models::FlowResult& flow, Metrics& out) {
  const double mean = flow.heat.mean();
  set_peak_heat(peak_heat(world, flow), out);
  out.set("heat.cov", ratio(std::sqrt(flow.heat.population_variance()), mean));
  const models::LoadStatistics load = models::load_statistics(flow.series.heat_sum);
  out.set("heat.peak_to_mean", load.mean > 0 ? load.peak_to_mean : kUndefined);
  out.set("heat.load_q9999_to_mean", load.mean > 0 ? load.q9999_to_mean : kUndefined);
  out.set("heat.end_to_start", end_to_start(flow.series.heat_sum));
  const double hottest =
      flow.epochs == 0 ? kUndefined
                       : *std::max_element(flow.drive_heat_max.begin(), flow.drive_heat_max.end());
  out.set("heat.drive_peak", hottest);
  out.set("heat.drive_peak_to_mean", ratio(hottest, mean));
  out.set("heat.meltdown_racks", static_cast<double>(flow.meltdowns.size()));
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

// What cleaning reads and writes: for each byte that is put on a drive, the copies twice.
void set_store(const World& world, const models::FlowResult& flow, Metrics& out) {
  const StoreEffect& store = *world.store;
  double per_byte = 0;  // disk time
  for (std::size_t model = 0; model < world.capacity_share.size(); ++model) {
    per_byte +=
        world.capacity_share[model] *
        models::cleaning_seconds_per_byte(world.base.models()[model], store.write_amplification);
  }
  double bytes_per_s = 0;  // written, summed over epochs
  double disk_time = 0;
  for (std::size_t e = 0; e < flow.series.write_bytes_per_s.size(); ++e) {
    bytes_per_s += flow.series.write_bytes_per_s[e] * world.scheme.overhead();
    disk_time += flow.series.disk_time[e];
  }
  out.set("store.fullness", store.fullness);
  out.set("store.write_amplification", store.write_amplification);
  out.set("store.cleaning_bytes",
          2 * (store.write_amplification - 1) * bytes_per_s * world.grid.epoch.to_seconds());
  out.set("store.disk_share", ratio(per_byte * bytes_per_s, disk_time));
}

void set_cost(const Scenario& scenario, const World& world, const models::FlowResult& flow,
              Metrics& out) {
  const double physical = scenario.data.logical.to_double() * world.scheme.overhead();
  const double capacity = world.base.total_capacity() / world.base.drives();
  const double peak = *std::max_element(flow.series.disk_time.begin(), flow.series.disk_time.end());
  const double for_capacity = models::drives_for_capacity(
      physical, models::Bytes{static_cast<std::uint64_t>(capacity)}, scenario.targets.fill);
  const double for_heat = models::drives_for_heat(peak, scenario.targets.heat);
  out.set("cost.overhead", world.scheme.overhead());
  out.set("cost.drives_for_capacity", for_capacity);
  out.set("cost.drives_for_heat", for_heat);
  out.set("cost.drives", std::max(for_capacity, for_heat));
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
  if (world.store) set_store(world, swept.flow, out);
  set_durability(scenario, world, placement, errors, losses, out);
  set_isolation(world, placement, out);
  set_blast(world, placement, out);
  set_cost(scenario, world, swept.flow, out);
  return out;
}

}  // namespace spindle::app
