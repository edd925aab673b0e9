#pragma once
// The composition root: builds the models that a scenario names. The only place where scenario
// values meet model constructors.

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "app/scenario/scenario.hpp"
#include "models/flow/flow_run.hpp"
#include "models/placement/placer.hpp"
#include "models/redundancy/scheme.hpp"
#include "models/tenant/demand.hpp"

namespace spindle::app {

// A scenario that read well but cannot be built: a trace that is absent or broken. Each line is
// ready to print (file, line, problem, mend).
class WorldError : public std::runtime_error {
 public:
  explicit WorldError(std::vector<std::string> lines);
  [[nodiscard]] const std::vector<std::string>& lines() const { return lines_; }

 private:
  std::vector<std::string> lines_;
};

struct World {
  models::Topology base;      // the racks that are there from the start
  models::Topology topology;  // with those that land: drives are numbered by it
  models::Scheme scheme;
  models::TenantPopulation population;
  models::ExtentTable extents;
  models::RequestCosts costs;
  std::vector<double> total_weight;  // per tenant: shards times the extents' heat weights
  // Share of the fleet's capacity by drive model: where data lies in expectation.
  std::vector<double> capacity_share;
  models::EpochGrid grid;
  models::PolicyContext policy;  // of the base; refers to it: a World is not copied or moved

  explicit World(const Scenario& scenario);
  World(const World&) = delete;
  World& operator=(const World&) = delete;
};

// Reads the traces and builds everything. Throws WorldError.
std::unique_ptr<World> build_world(const Scenario& scenario);

}  // namespace spindle::app
