#pragma once
// Checks of how drives fail: laws, batches, clusters, power events, traces.

#include "app/scenario/json_document.hpp"
#include "app/scenario/problems.hpp"

namespace spindle::app {

// As check_combinations(), which calls it.
void check_failure(const Value& root, const Json& resolved, ProblemList& problems);

}  // namespace spindle::app
