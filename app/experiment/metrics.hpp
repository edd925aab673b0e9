#pragma once
// Reduces what a run left to the metrics of app/report/metric_table.

#include "app/experiment/sweep.hpp"
#include "app/report/metric_table.hpp"
#include "app/scenario/scenario.hpp"
#include "app/world/world.hpp"
#include "models/placement/placer.hpp"
#include "models/repair/direct_durability.hpp"

namespace spindle::app {

// `placement` is that of the start, in the numbers of World::base. `direct` is what the direct
// estimator found; nullptr where it was not asked. Where it and the run's own events both say
// something, the run counts.
Metrics compute_metrics(const Scenario& scenario, const World& world,
                        const models::PlacementResult& placement, const Swept& swept,
                        const models::DirectEstimate* direct = nullptr);

}  // namespace spindle::app
