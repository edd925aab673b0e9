#pragma once
// `spindle trace fit`: a tenant for a scenario, from a trace of requests.

#include <CLI/CLI.hpp>
#include <string>

#include "app/command/trace_options.hpp"

namespace spindle::app {

struct TraceFitArguments {
  TraceArguments input;
  std::string name;  // empty: the file's
  std::string counts = "requests";
  std::string side = "reads";
  std::string object_size = "1 MB";
  bool scenario = false;
  std::string out;  // empty: standard output
};

CLI::App& declare_trace_fit(CLI::App& trace, TraceFitArguments& arguments);

// Returns an exit code and reports its own errors on stderr.
int trace_fit_command(const TraceFitArguments& arguments);

}  // namespace spindle::app
