#pragma once
// Checks of the scrub, and of the events that stop it, that need several values at once.

#include "app/scenario/json_document.hpp"
#include "app/scenario/problems.hpp"
#include "app/scenario/resolved_view.hpp"

namespace spindle::app {

// `resolved` is what resolve() made of `root`; a check whose inputs are missing there is left out.
void check_scrub(const Value& root, const Json& resolved, ProblemList& problems);

}  // namespace spindle::app
