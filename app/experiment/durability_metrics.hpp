#pragma once
// The metrics of durability, availability and repair, by whichever estimator the scenario asks for.

#include "app/experiment/durability_estimates.hpp"
#include "app/report/metric_table.hpp"
#include "app/scenario/scenario.hpp"
#include "app/world/world.hpp"
#include "models/analytic/latent_errors.hpp"
#include "models/placement/placer.hpp"

namespace spindle::app {

// Probabilities are those of the estimator that was asked, beside the analytic ones. Metrics that
// `out` has already, from the run's own events, stay as they are. `stored`: logical bytes.
void set_durability(const Scenario& scenario, const World& world,
                    const models::PlacementResult& placement, const models::LatentErrors& errors,
                    const DurabilityEstimates& losses, double stored, Metrics& out);

}  // namespace spindle::app
