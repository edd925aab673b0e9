#pragma once
// Reduces what a run left to the metrics of app/report/metric_table.

#include "app/experiment/timeline_record.hpp"
#include "app/report/metric_table.hpp"
#include "app/scenario/scenario.hpp"
#include "app/world/world.hpp"
#include "models/flow/flow_result.hpp"
#include "models/placement/placer.hpp"
#include "models/repair/direct_durability.hpp"

namespace spindle::app {

// `direct` is what the direct estimator found; nullptr where it was not asked. `timeline` is what
// the run's events left; nullptr where there are none. Where both say something, the run counts.
Metrics compute_metrics(const Scenario& scenario, const World& world,
                        const models::PlacementResult& placement, const models::FlowResult& flow,
                        const models::DirectEstimate* direct = nullptr,
                        const TimelineSummary* timeline = nullptr);

}  // namespace spindle::app
