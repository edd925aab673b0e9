#pragma once
// Checks of what happens over time: events, outages, repair, new data.

#include "app/scenario/json_document.hpp"
#include "app/scenario/problems.hpp"

namespace spindle::app {

// As check_combinations(), which calls it.
void check_timeline(const Value& root, const Json& resolved, ProblemList& problems);

}  // namespace spindle::app
