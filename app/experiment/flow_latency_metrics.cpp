#include "app/experiment/flow_latency_metrics.hpp"

#include <algorithm>

#include "app/experiment/request_latency.hpp"
#include "models/redundancy/read_cost.hpp"
#include "models/store/write_amplification.hpp"

namespace spindle::app {
namespace {

bool parts_fit(const World& world) {
  double largest = 0;
  for (const models::TenantClass& c : world.population.classes()) {
    for (const bool is_write : {false, true}) {
      const models::RequestSize size = models::request_size(c, is_write);
      for (const auto& stratum : size.law.strata()) {
        largest = std::max(largest, world.scheme.shard_bytes(size.mean_bytes * stratum.size));
      }
    }
  }
  return std::all_of(
      world.base.models().begin(), world.base.models().end(),
      [&](const models::DriveModel& model) { return largest <= model.capacity.to_double() / 2; });
}

// Mean disk time of a part; 0 where the class never asks.
template <class Service>
double mean_part_s(const models::Scheme& scheme, const models::TenantClass& of, bool is_write,
                   const Service& service_s) {
  const models::RequestSize size = models::request_size(of, is_write);
  if (size.mean_bytes == 0) return 0;
  return models::mean_over(size.law, size.mean_bytes,
                           [&](double bytes) { return service_s(scheme.shard_bytes(bytes)); });
}

LatencyRow row_of(const std::string& tenant_class, const char* side,
                  const models::RequestLatency& of) {
  const auto requests = static_cast<std::uint64_t>(std::min(of.requests + 0.5, 0x1p63));
  return latency_row(tenant_class, side, requests, of.time);
}

}  // namespace

std::optional<models::LoadRecord> load_record(const World& world) {
  if (world.mechanics.empty() || !parts_fit(world)) return std::nullopt;
  std::vector<std::uint32_t> nodes;
  for (const RowMechanics& row : world.mechanics) {
    if (!row.drive) return std::nullopt;
    nodes.push_back(models::load_nodes(row.options.scheduler));
  }
  if (world.failure.grey.is_on()) {
    const std::vector<std::uint32_t> at_best = nodes;
    nodes.insert(nodes.end(), at_best.begin(), at_best.end());
  }
  return models::LoadRecord(std::move(nodes), world.topology.drives(),
                            world.population.classes().size(), world.grid.count);
}

models::FlowLatency latency_of_run(const World& world, const models::LoadRecord& loads,
                                   const models::FlowResult& flow, unsigned threads) {
  models::FlowLatencyInputs inputs{.loads = loads,
                                   .scheme = world.scheme,
                                   .models = {},
                                   .classes = world.population.classes(),
                                   .epoch_s = world.grid.epoch.to_seconds(),
                                   .drive_epochs = flow.heat.count(),
                                   .threads = threads,
                                   .slowdown = world.failure.grey.slowdown};
  for (std::size_t m = 0; m < world.mechanics.size(); ++m) {
    const RowMechanics& row = world.mechanics[m];
    models::LatencyModel model{.drive = &*row.drive,
                               .options = {.scheduler = row.options.scheduler,
                                           .depth = row.options.depth,
                                           .patience = row.options.patience,
                                           .sectors = row.data_sectors,
                                           .seed = {}},
                               .read_s = {},
                               .write_s = {},
                               .write_burden_s = {}};
    const models::DriveModel& sheet = world.base.models()[m];
    for (const models::TenantClass& c : inputs.classes) {
      model.read_s.push_back(mean_part_s(world.scheme, c, false, [&](double part) {
        return models::read_service(sheet, part).mean_s;
      }));
      model.write_s.push_back(mean_part_s(world.scheme, c, true, [&](double part) {
        return models::write_service(sheet, part).mean_s;
      }));
    }
    if (world.store) {
      const double cleaning =
          models::cleaning_seconds_per_byte(sheet, world.store->write_amplification);
      for (const models::TenantClass& c : inputs.classes) {
        model.write_burden_s.push_back(cleaning * models::written_bytes(world.scheme, c) /
                                       world.scheme.write_fan_out());
      }
    }
    inputs.models.push_back(std::move(model));
  }
  return models::flow_latency(inputs);
}

void set_flow_latency(const models::FlowLatency& latency, Metrics& out) {
  set_latency("read", latency.all_reads.time, out);
  set_latency("write", latency.all_writes.time, out);
  out.set("drive.wait.mean_s", latency.wait.mean);
  out.set("drive.wait.p99_s", latency.wait.p99);
  out.set("drive.service.mean_s", latency.service_s);
  out.set("drive.utilisation", latency.utilisation);
  out.set("drive.iops", latency.parts_per_s);
  out.set("drive.saturated_share", latency.saturated_share);
}

std::vector<LatencyRow> latency_rows(const World& world, const models::FlowLatency& latency) {
  std::vector<LatencyRow> rows;
  for (std::size_t c = 0; c < latency.reads.size(); ++c) {
    const std::string& name = world.population.classes()[c].name;
    rows.push_back(row_of(name, "read", latency.reads[c]));
    rows.push_back(row_of(name, "write", latency.writes[c]));
  }
  return rows;
}

}  // namespace spindle::app
