#pragma once
// Checks of the store that need several values at once; that of its fullness is among those of the
// fleet's capacity (checks.cpp).

#include "app/scenario/json_document.hpp"
#include "app/scenario/problems.hpp"
#include "app/scenario/resolved_view.hpp"

namespace spindle::app {

// `resolved` is what resolve() made of `root`; a check whose inputs are missing there is left out.
void check_store(const Value& root, const Json& resolved, ProblemList& problems);

}  // namespace spindle::app
