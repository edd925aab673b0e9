#pragma once
// What the cleaning of log-structured stores comes to.

#include "app/report/metric_table.hpp"
#include "app/world/world.hpp"
#include "models/flow/flow_result.hpp"

namespace spindle::app {

// `series`: of the whole fleet, whose drives are as those of `world`. Precondition: world.store.
void set_store(const World& world, const models::FleetSeries& series, Metrics& out);

}  // namespace spindle::app
