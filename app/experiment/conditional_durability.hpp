#pragma once
// The conditional estimator of a run: the scenario's fleet as the estimates of models/durability
// see it.

#include <functional>
#include <optional>

#include "app/experiment/durability.hpp"
#include "app/world/world.hpp"
#include "models/durability/conditional.hpp"
#include "models/durability/history_estimate.hpp"
#include "models/placement/placer.hpp"

namespace spindle::app {

struct ConditionalDurability {
  // Of a year, from random causes: stationary where drives fail one by one at a constant rate,
  // otherwise what the histories of the run say.
  sim::Interval losses_per_year;  // per extent-year
  double effective_samples = 0;
  // Extents whole at the start; empty where racks or zones are lost at stated times, which
  // histories do not play.
  std::optional<sim::Interval> loss_in_run;
  bool is_partial = false;  // interrupted
};

// Empty where the scenario asks for another estimator, or nothing is placed. Throws
// std::invalid_argument where the fleet is none that the estimator knows: estimator_checks.hpp
// finds that beforehand.
std::optional<ConditionalDurability> estimate_conditionally(
    const Scenario& scenario, const World& world, const models::PlacementResult& placement,
    const models::LatentErrors& errors, unsigned threads,
    const std::function<bool(double)>& progress);

}  // namespace spindle::app
