#pragma once
// Local codes stand in fleets that stay as they are placed: which losses they survive is a matter
// of which shards are lost, and a fleet that lives counts how many.

#include "app/scenario/json_document.hpp"
#include "app/scenario/problems.hpp"

namespace spindle::app {

void check_local_code(const Value& root, const Json& resolved, ProblemList& problems);

}  // namespace spindle::app
