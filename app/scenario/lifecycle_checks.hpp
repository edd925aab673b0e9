#pragma once
// Whether older data of classes of tenants can be stored as their lifecycles say.

#include "app/scenario/json_document.hpp"
#include "app/scenario/problems.hpp"

namespace spindle::app {

void check_lifecycles(const Value& root, const Json& resolved, ProblemList& problems);

}  // namespace spindle::app
