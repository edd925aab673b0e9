#pragma once
// The metrics of durability, availability and repair, by whichever estimator the scenario asks for.

#include "app/report/metric_table.hpp"
#include "app/scenario/scenario.hpp"
#include "app/world/world.hpp"
#include "models/analytic/latent_errors.hpp"
#include "models/placement/placer.hpp"
#include "models/repair/direct_durability.hpp"

namespace spindle::app {

// With `direct` the probabilities are its own, beside the analytic ones; nullptr: analytic alone.
// Latent errors are met by the chain alone. Metrics that `out` has already, from the run's own
// events, stay as they are.
void set_durability(const Scenario& scenario, const World& world,
                    const models::PlacementResult& placement, const models::LatentErrors& errors,
                    const models::DirectEstimate* direct, Metrics& out);

}  // namespace spindle::app
