#pragma once
// Reduces what a run left to the metrics of app/report/metric_table.

#include "app/experiment/durability_estimates.hpp"
#include "app/experiment/sweep.hpp"
#include "app/report/metric_table.hpp"
#include "app/scenario/scenario.hpp"
#include "app/world/world.hpp"
#include "models/placement/placer.hpp"

namespace spindle::app {

// `placement` is that of the start, in the numbers of World::base. Where an estimator of durability
// and the run's own events both say something, the run counts.
Metrics compute_metrics(const Scenario& scenario, const World& world,
                        const models::PlacementResult& placement, const Swept& swept,
                        const models::LatentErrors& errors, const DurabilityEstimates& losses);

}  // namespace spindle::app
