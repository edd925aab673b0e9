#include "app/experiment/mechanical_metrics.hpp"

#include <limits>

#include "app/experiment/request_latency.hpp"

namespace spindle::app {
namespace {

models::TimeSummary summary_of(const models::LatencySummary& of) {
  return {of.mean_s(), of.quantile_s(0.5), of.quantile_s(0.99), of.quantile_s(0.999)};
}

LatencyRow row_of(const std::string& tenant_class, const char* side,
                  const models::LatencySummary& of) {
  return latency_row(tenant_class, side, of.count(), summary_of(of));
}

}  // namespace

void set_mechanical(const Scenario& scenario, const World& world, const MechanicalSweep& run,
                    Metrics& out) {
  const models::MechanicalResult& result = run.result;
  models::LatencySummary reads;
  models::LatencySummary writes;
  for (const models::ClassLatency& of : result.latency) {
    reads.merge(of.reads);
    writes.merge(of.writes);
  }
  set_latency("read", summary_of(reads), out);
  set_latency("write", summary_of(writes), out);
  out.set("drive.wait.mean_s", result.waits.mean_s());
  out.set("drive.wait.p99_s", result.waits.quantile_s(0.99));
  out.set("drive.service.mean_s", result.services.mean_s());
  const double drive_seconds = scenario.run.epoch.to_seconds() *
                               static_cast<double>(result.epochs) * world.topology.drives();
  out.set("drive.utilisation",
          result.epochs > 0 ? result.busy.pooled.mean() : std::numeric_limits<double>::quiet_NaN());
  out.set("drive.iops", drive_seconds > 0
                            ? static_cast<double>(result.services.count()) / drive_seconds
                            : std::numeric_limits<double>::quiet_NaN());
  out.set("heat.mechanical_to_flow", run.flow_heat > 0 && result.epochs > 0
                                         ? result.busy.pooled.mean() / run.flow_heat
                                         : std::numeric_limits<double>::quiet_NaN());
  out.set("requests.arrivals", static_cast<double>(result.arrivals));
  out.set("requests.answered", static_cast<double>(result.answered));
  out.set("requests.open", static_cast<double>(result.open));
}

std::vector<LatencyRow> latency_rows(const World& world, const MechanicalSweep& run) {
  std::vector<LatencyRow> rows;
  for (std::size_t c = 0; c < run.result.latency.size(); ++c) {
    const std::string& name = world.population.classes()[c].name;
    rows.push_back(row_of(name, "read", run.result.latency[c].reads));
    rows.push_back(row_of(name, "write", run.result.latency[c].writes));
  }
  return rows;
}

}  // namespace spindle::app
