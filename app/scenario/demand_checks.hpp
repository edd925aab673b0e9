#pragma once
// Checks of what changes the demand of whole classes at stated times: events and caches.

#include "app/scenario/json_document.hpp"
#include "app/scenario/problems.hpp"

namespace spindle::app {

// As check_combinations().
void check_demand_events(const Value& root, const Json& resolved, ProblemList& problems);

}  // namespace spindle::app
