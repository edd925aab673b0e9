#pragma once
// The composition root: builds the models that a scenario names. The only place where scenario
// values meet model constructors.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/scenario/scenario.hpp"
#include "app/world/failure_options.hpp"
#include "app/world/row_mechanics.hpp"
#include "app/world/store_effect.hpp"
#include "app/world/world_error.hpp"
#include "models/flow/flow_run.hpp"
#include "models/placement/placer.hpp"
#include "models/redundancy/scheme.hpp"
#include "models/tenant/demand.hpp"

namespace spindle::app {

struct World {
  std::vector<RowMechanics> mechanics;  // one a drive model; none where the scenario names none
  models::Topology base;                // the racks that are there from the start
  models::Topology topology;            // with those that land: drives are numbered by it
  models::Scheme scheme;
  models::TenantPopulation population;
  models::ExtentTable extents;
  std::optional<StoreEffect> store;  // where drives keep a log that is cleaned
  models::RequestCosts costs;        // with what writes bring upon the drives
  std::vector<double> total_weight;  // per tenant: shards times the extents' heat weights
  // Share of the fleet's capacity by drive model: where data lies in expectation.
  std::vector<double> capacity_share;
  models::EpochGrid grid;
  models::FailureOptions failure;
  models::PolicyContext policy;  // of the base; refers to it: a World is not copied or moved

  explicit World(const Scenario& scenario) : World(scenario, row_mechanics(scenario)) {}
  World(const World&) = delete;
  World& operator=(const World&) = delete;

 private:
  World(const Scenario& scenario, std::vector<RowMechanics> rows);
};

// The tenants alone, as in a run. Reads the traces; throws WorldError.
models::TenantPopulation build_population(const Scenario& scenario);

// The fleet before any rack lands.
models::FleetOptions without_landings(models::FleetOptions fleet);

// Reads the traces and builds everything. Throws WorldError.
std::unique_ptr<World> build_world(const Scenario& scenario);

}  // namespace spindle::app
