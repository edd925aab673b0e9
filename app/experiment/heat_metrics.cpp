#include "app/experiment/heat_metrics.hpp"

#include <algorithm>
#include <cmath>

#include "app/experiment/undefined.hpp"
#include "models/flow/flow_result.hpp"
#include "models/redundancy/planning.hpp"
#include "models/redundancy/scheme.hpp"
#include "models/tenant/load_statistics.hpp"

namespace spindle::app {
namespace {

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

}  // namespace

models::HeatCensus census_of(const std::vector<double>& heat) {
  const auto quantile = [&](double share) {
    return heat.empty() ? kUndefined : models::quantile(heat, share);
  };
  models::HeatCensus out;
  out.drives = static_cast<double>(heat.size());
  for (const double value : heat) out.sum += value;
  out.hot = static_cast<double>(std::count_if(
      heat.begin(), heat.end(), [](double value) { return value > models::kHotHeat; }));
  out.p50 = quantile(0.5);
  out.p99 = quantile(0.99);
  out.p99_9 = quantile(0.999);
  out.max = quantile(1);
  return out;
}

void set_peak_heat(const models::HeatCensus& peak, Metrics& out) {
  out.set("heat.util.mean", ratio(peak.sum, peak.drives));
  out.set("heat.util.p50", peak.p50);
  out.set("heat.util.p99", peak.p99);
  out.set("heat.util.p99_9", peak.p99_9);
  out.set("heat.util.max", peak.max);
  out.set("heat.hot_share", ratio(peak.hot, peak.drives));
}

void set_skew(const models::CapacitySkew& skew, Metrics& out) {
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
}

void set_heat_summary(const HeatSummary& heat, const std::vector<double>& fleet, Metrics& out) {
  out.set("heat.cov", ratio(heat.deviation, heat.mean));
  const models::LoadStatistics load = models::load_statistics(fleet);
  out.set("heat.peak_to_mean", load.mean > 0 ? load.peak_to_mean : kUndefined);
  out.set("heat.load_q9999_to_mean", load.mean > 0 ? load.q9999_to_mean : kUndefined);
  out.set("heat.end_to_start", end_to_start(fleet));
  // Of no epoch nothing is known.
  const double hottest = fleet.empty() ? kUndefined : heat.hottest;
  out.set("heat.drive_peak", hottest);
  out.set("heat.drive_peak_to_mean", ratio(hottest, heat.mean));
  out.set("heat.meltdown_racks", fleet.empty() ? kUndefined : static_cast<double>(heat.meltdowns));
}

void set_cost(const Scenario& scenario, const models::Topology& base,
              const std::vector<double>& disk_time, Metrics& out) {
  const models::Scheme scheme(scenario.redundancy);
  const double physical = scenario.data.all() * scheme.overhead();
  const double capacity = base.total_capacity() / base.drives();
  const double for_capacity = models::drives_for_capacity(
      physical, models::Bytes{static_cast<std::uint64_t>(capacity)}, scenario.targets.fill);
  const auto peak = std::max_element(disk_time.begin(), disk_time.end());
  const double for_heat =
      peak == disk_time.end() ? kUndefined : models::drives_for_heat(*peak, scenario.targets.heat);
  out.set("cost.overhead", scheme.overhead());
  out.set("cost.drives_for_capacity", for_capacity);
  out.set("cost.drives_for_heat", for_heat);
  out.set("cost.drives", peak == disk_time.end() ? kUndefined : std::max(for_capacity, for_heat));
}

}  // namespace spindle::app
