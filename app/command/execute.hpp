#pragma once
// One scenario from start to result files: what `run` and `check` have in common.

#include <filesystem>
#include <string>
#include <vector>

#include "app/command/arguments.hpp"
#include "app/experiment/experiment.hpp"

namespace spindle::app {

struct Execution {
  int exit_code = 0;  // ok; failure: nothing was written, and stderr says why; or interrupted
  RunResult result;
  std::filesystem::path folder;    // of the result files
  std::vector<std::string> notes;  // of a run that ranks shared: what it cost, what to do better
};

// Conservation laws that a run broke, on stderr; true where there are any: nothing may be written.
bool report_violations(const RunResult& result);
// Says on stderr what a reader of the numbers must know: data that found no room is not in them.
void warn_of_unplaced(const std::string& name, const RunResult& result);

// Throws WorldError and OutputError.
Execution execute(const Arguments& arguments, const Scenario& scenario);

}  // namespace spindle::app
