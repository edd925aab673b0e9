#pragma once
// Opens a file that a scenario names.

#include <filesystem>
#include <functional>
#include <istream>

#include "app/trace/problem_log.hpp"

namespace spindle::app {

// Hands the open file to `read`, or reports why there is none: absent, a folder, a pipe or device
// (which may never end), not readable.
void with_trace_file(const std::filesystem::path& file, ProblemLog& problems,
                     const std::function<void(std::istream&)>& read);

}  // namespace spindle::app
