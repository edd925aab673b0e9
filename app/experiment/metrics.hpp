#pragma once
// Reduces what a run left to the metrics of app/report/metric_table.

#include "app/report/metric_table.hpp"
#include "app/scenario/scenario.hpp"
#include "app/world/world.hpp"
#include "models/flow/flow_result.hpp"
#include "models/placement/placer.hpp"

namespace spindle::app {

Metrics compute_metrics(const Scenario& scenario, const World& world,
                        const models::PlacementResult& placement, const models::FlowResult& flow);

}  // namespace spindle::app
