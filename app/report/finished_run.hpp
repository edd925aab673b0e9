#pragma once
// What a run left in its folder, read back.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "app/report/metric_table.hpp"

namespace spindle::app {

struct FinishedRun {
  std::optional<Metrics> metrics;     // empty where there are problems
  std::vector<std::string> problems;  // "FILE: problem (why) — suggestion"
};

// Reads metrics.json and manifest.json. A file that is absent or no such file, and a run that was
// interrupted, are problems; metrics that this version does not know are left out.
FinishedRun read_finished_run(const std::filesystem::path& folder);

}  // namespace spindle::app
