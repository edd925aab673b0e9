#pragma once
// Turns a resolved scenario without problems into the structs that models and world building take.

#include <filesystem>

#include "app/scenario/json_document.hpp"
#include "app/scenario/scenario.hpp"

namespace spindle::app {

// Precondition: resolve() and check_combinations() found nothing. `folder` is the scenario file's.
Scenario build_scenario(const Json& resolved, const std::filesystem::path& folder);

}  // namespace spindle::app
