#pragma once
// What is known of the mechanics of each row of `fleet.models`: the flow fidelity takes disk times
// and latencies from them.
//
// A row that names mechanics has these, or the scenario cannot be built; so has at mechanical
// fidelity, and where there is a zoom, every row. Else a row has the preset called as its model, where there is one that a
// fleet can be made of, and none otherwise: then its data sheet says how long requests take.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "app/scenario/scenario.hpp"
#include "models/mechanical/drive_block.hpp"

namespace spindle::app {

struct RowMechanics {
  std::optional<models::MechanicalDrive> drive;  // empty: none fit
  std::uint64_t data_sectors = 0;                // that hold data, the first of the drive
  models::DriveRunOptions options;
  std::string name;     // the preset's or the file's
  std::string why_not;  // where there is none
  // False where the drive model is ideal and its own preset would but repeat it.
  bool gives_times = false;
};

// One a row; empty where the scenario, built in code, has no sources. Reads the drive files. Throws
// WorldError: a file that is absent or broken, named mechanics that a fleet cannot be made of.
std::vector<RowMechanics> row_mechanics(const Scenario& scenario);

// How the drives of each row serve requests. They point to `rows`, which all have a drive.
std::vector<models::MechanicalModel> mechanical_models(std::span<const RowMechanics> rows);

// The scenario's fleet, its models measured (DriveModel::measured) at the sizes of the parts that
// tenants and repairs ask for. Cost: 4 ms a size and row.
models::FleetOptions timed_fleet(const Scenario& scenario, std::span<const RowMechanics> rows);

}  // namespace spindle::app
