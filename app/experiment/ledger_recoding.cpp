#include "app/experiment/ledger_recoding.hpp"

#include <algorithm>
#include <cmath>

#include "models/redundancy/read_cost.hpp"

namespace spindle::app {
namespace {

// Disk time a second of what the class asks of data that is there, on the fleet's first model.
double disk_time_of(const models::TenantClass& of, const models::Scheme& scheme,
                    const models::DriveModel& model) {
  const double read_bytes = models::request_size(of, false).mean_bytes;
  const double write_bytes = models::request_size(of, true).mean_bytes;
  double sum = 0;
  if (read_bytes > 0) {
    sum += of.read_bytes_per_s / read_bytes * models::read_disk_seconds(scheme, model, of);
  }
  if (write_bytes > 0 && of.writes_are == models::WriteKind::kUpdates) {
    sum += of.write_bytes_per_s / write_bytes * models::write_disk_seconds(scheme, model, of);
  }
  return sum;
}

}  // namespace

double shard_bytes(const Scenario& scenario, const models::Scheme& scheme) {
  return std::ceil(scheme.shard_bytes(scenario.data.extent.to_double()));
}

WholeShardSeconds whole_shard_seconds(const Scenario& scenario, const models::Scheme& scheme,
                                      const models::Topology& topology) {
  WholeShardSeconds out;
  const double shard = shard_bytes(scenario, scheme);
  const double io = std::min(scenario.repair.io.to_double(), shard);
  for (const models::DriveModel& model : topology.models()) {
    out.read.push_back(shard / io * models::read_service(model, io).mean_s);
    out.write.push_back(shard / io * models::write_service(model, io).mean_s);
  }
  return out;
}

std::optional<models::LedgerLifecycle> ledger_lifecycle(const Scenario& scenario,
                                                        const TenantSpec& tenant,
                                                        const models::Topology& topology) {
  if (!tenant.lifecycle) return std::nullopt;
  const models::Scheme first(scenario.redundancy);
  const models::Scheme other(tenant.lifecycle->redundancy);
  models::LedgerLifecycle out;
  out.options = *tenant.lifecycle;
  out.cooling = tenant.options.cooling;
  out.needed = other.repair_reads();
  out.needed_at_first = first.needed();
  out.shard_units = shard_bytes(scenario, other) / shard_bytes(scenario, first);
  out.units = other.shards() * out.shard_units / first.shards();
  out.read_units = static_cast<double>(first.needed()) / first.shards();
  const models::DriveModel& model = topology.models().front();
  const double before = disk_time_of(tenant.options, first, model);
  if (before > 0) out.demand = disk_time_of(tenant.options, other, model) / before;
  WholeShardSeconds seconds = whole_shard_seconds(scenario, other, topology);
  out.read_seconds = std::move(seconds.read);
  out.write_seconds = std::move(seconds.write);
  return out;
}

}  // namespace spindle::app
