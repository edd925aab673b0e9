#pragma once
// What loads may not be beyond the range of each value: values that do not go together, more
// periods than can be simulated.

#include "app/scenario/json_document.hpp"
#include "app/scenario/problems.hpp"

namespace spindle::app {

// As check_combinations() (app/scenario/checks.hpp) does.
void check_loads(const Value& root, const Json& resolved, ProblemList& problems);

}  // namespace spindle::app
