#pragma once
// What the estimator of durability that a scenario names found, beside the chain.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "app/experiment/conditional_durability.hpp"
#include "app/world/world.hpp"
#include "models/analytic/latent_errors.hpp"
#include "models/placement/placer.hpp"
#include "models/repair/direct_durability.hpp"

namespace spindle::app {

// Both empty with the analytic estimator.
struct DurabilityEstimates {
  std::optional<models::DirectEstimate> direct;
  std::optional<ConditionalDurability> conditional;
  bool is_partial = false;  // interrupted
};

// Whether failures are simulated apart from the run.
inline bool simulates_durability(const Scenario& scenario) {
  return scenario.durability.estimator != DurabilityEstimator::kAnalytic;
}

// Failures, outages and repairs of the fleet as it is placed; landings and new data are no part of
// it. `progress` gets the share done; returning false ends it early.
DurabilityEstimates estimate_durability_of(const Scenario& scenario, const World& world,
                                           const models::PlacementResult& placement,
                                           const models::LatentErrors& errors, unsigned threads,
                                           const std::function<bool(double)>& progress);

}  // namespace spindle::app
