#pragma once
// Reads the study a command names and prints every problem found.

#include <optional>
#include <string>
#include <vector>

#include "app/sweep/study.hpp"

namespace spindle::app {

// Prints them, and how many they are; true where there are any.
bool report_problems(const std::vector<std::string>& problems);

// Empty where there are problems: they stand on stderr, and nothing may be run.
std::optional<Study> load_study(const StudyRequest& request);

}  // namespace spindle::app
