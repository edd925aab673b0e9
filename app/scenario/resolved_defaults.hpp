#pragma once
// Defaults that depend on other values: written into a scenario after the field table's own.

#include "app/scenario/json_document.hpp"
#include "app/scenario/problems.hpp"

namespace spindle::app {

// A preset's capacity and failure rate, written out where they are not given: the resolved scenario
// stays the same when a later version of the program knows the preset differently.
void write_out_presets(const Value& root, Json& scenario);

// The defaults of failures, where they are simulated; other scenarios stay as they are.
void write_out_failure(const Value& root, Json& scenario, ProblemList& problems);

}  // namespace spindle::app
