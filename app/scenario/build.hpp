#pragma once
// Turns a resolved scenario without problems into the structs that models and world building take.

#include <filesystem>

#include "app/scenario/json_document.hpp"
#include "app/scenario/scenario.hpp"

namespace spindle::app {

// Precondition: resolve() and check_combinations() found nothing. traces.dir is relative to
// `trace_base`; where traces are used, resolved_json holds it in full, so that it runs from
// anywhere.
Scenario build_scenario(Json resolved, const std::filesystem::path& trace_base);

}  // namespace spindle::app
