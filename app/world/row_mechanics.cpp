#include "app/world/row_mechanics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "app/drive/drive_reader.hpp"
#include "app/drive/fleet_use.hpp"
#include "app/world/world_error.hpp"
#include "models/drive/service_table.hpp"
#include "models/redundancy/scheme.hpp"
#include "models/store/write_amplification.hpp"

namespace spindle::app {
namespace {

// The drive that a row's source names, whole. Empty where no preset has the name; what a file gets
// wrong is added to `lines`, and the drive is empty too.
std::optional<models::MechanicalSpec> find_mechanics(const MechanicsSource& source,
                                                     std::vector<std::string>& lines) {
  if (source.file.empty()) return find_mechanical_preset(source.preset);
  DriveReadResult read = read_drive(source.file);
  for (const Problem& problem : read.problems) lines.push_back(to_string(problem));
  return read.drive;
}

// The parts of a scenario's requests, with two more, between and beyond which services go on in a
// straight line.
std::set<std::uint64_t> part_sizes(const Scenario& scenario, double capacity) {
  const models::Scheme scheme(scenario.redundancy);
  std::vector<double> sizes = {4096, 1 << 20, scenario.repair.io.to_double()};
  if (scenario.scrub) sizes.push_back(scenario.scrub->unit.to_double());
  if (scenario.store) sizes.push_back(models::kSegmentBytes);
  for (const TenantSpec& tenant : scenario.tenants) {
    for (const bool is_write : {false, true}) {
      const models::RequestSize size = models::request_size(tenant.options, is_write);
      if (size.mean_bytes == 0) continue;
      for (const auto& stratum : size.law.strata()) {
        sizes.push_back(scheme.shard_bytes(size.mean_bytes * stratum.size));
      }
    }
  }
  // A part that takes a great deal of the drive begins at few places.
  const double most = capacity / 8;
  std::set<std::uint64_t> out;
  for (const double size : sizes) {
    if (size <= most) out.insert(static_cast<std::uint64_t>(std::ceil(size)));
  }
  return out;
}

void measure(const Scenario& scenario, const RowMechanics& row, models::DriveModel& model) {
  for (const std::uint64_t size : part_sizes(scenario, model.capacity.to_double())) {
    model.measured.push_back({static_cast<double>(size),
                              models::service_of(*row.drive, {1, size, false}, row.data_sectors),
                              models::service_of(*row.drive, {1, size, true}, row.data_sectors)});
  }
}

}  // namespace

std::vector<RowMechanics> row_mechanics(const Scenario& scenario) {
  std::vector<RowMechanics> rows;
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < scenario.mechanics.size(); ++i) {
    const MechanicsSource& source = scenario.mechanics[i];
    const models::DriveModel& model = scenario.fleet.models[i].model;
    RowMechanics row;
    row.options = {
        .scheduler = source.scheduler, .depth = source.depth, .patience = source.patience};
    row.name = source.file.empty() ? source.preset : source.file.string();
    row.gives_times = !(model.is_ideal && source.preset == model.name);
    auto spec = find_mechanics(source, lines);
    if (!spec) {
      row.why_not = fmt::format("there are no mechanics called {}", source.preset);
    } else if (const auto unfit = unfit_for_fleet(*spec, model.capacity.to_double())) {
      row.why_not = fmt::format("{}: {}", unfit->field, unfit->message);
    } else {
      row.data_sectors = model.capacity.value / spec->sector_bytes;
      row.drive.emplace(std::move(*spec));
    }
    const bool is_needed =
        source.is_named || scenario.zoom || scenario.run.fidelity == Fidelity::kMechanical;
    if (!row.drive && is_needed && lines.empty()) {
      lines.push_back(fmt::format("{}: fleet.models.{}.{}", scenario.name, i, row.why_not));
    }
    rows.push_back(std::move(row));
  }
  if (!lines.empty()) throw WorldError(std::move(lines));
  return rows;
}

std::vector<models::MechanicalModel> mechanical_models(std::span<const RowMechanics> rows) {
  std::vector<models::MechanicalModel> models;
  for (const RowMechanics& row : rows)
    models.push_back({&*row.drive, row.options, row.data_sectors});
  return models;
}

models::FleetOptions timed_fleet(const Scenario& scenario, std::span<const RowMechanics> rows) {
  models::FleetOptions fleet = scenario.fleet;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].drive && rows[i].gives_times) {
      measure(scenario, rows[i], fleet.models[i].model);
    }
  }
  return fleet;
}

}  // namespace spindle::app
