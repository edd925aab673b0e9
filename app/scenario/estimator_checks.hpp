#pragma once
// What the conditional estimator of durability cannot stand for: fleets and failures whose losses
// it does not know how to integrate over placement.

#include "app/scenario/json_document.hpp"
#include "app/scenario/problems.hpp"

namespace spindle::app {

void check_estimator(const Value& root, const Json& resolved, ProblemList& problems);

}  // namespace spindle::app
