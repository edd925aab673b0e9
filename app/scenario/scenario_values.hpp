#pragma once
// From the values of a scenario file to a Scenario, step by step: for readers that change values in
// between.

#include <string>

#include "app/scenario/json_document.hpp"
#include "app/scenario/problems.hpp"
#include "app/scenario/scenario.hpp"

namespace spindle::app {

// A copy without `compare` and `sweep`: what one row of a study is.
Value without_studies(const Value& root);

// The scenario with defaults filled in, all checks done.
Json resolve_and_check(const Value& root, const std::string& file, ProblemList& problems);

// Precondition: resolve_and_check() made `resolved` of `root` and found nothing. Thresholds say
// where they are stated.
Scenario build_located(const Value& root, Json resolved, const std::string& file);

}  // namespace spindle::app
