#pragma once
// `spindle trace synth`: a trace of requests, from a scenario's tenants.

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

#include "app/console/progress.hpp"

namespace spindle::app {

struct TraceSynthArguments {
  std::string scenario;
  std::vector<std::string> sets;
  std::optional<std::uint64_t> seed;
  std::string duration;  // empty: the scenario's
  std::string tenant;    // a class; empty: all
  std::string out;       // empty: standard output
  std::string layout = "spindle";
  std::string progress = "auto";
  bool quiet = false;
};

CLI::App& declare_trace_synth(CLI::App& trace, TraceSynthArguments& arguments);

// Returns an exit code and reports its own errors on stderr; throws as building a world does.
int trace_synth_command(const TraceSynthArguments& arguments);

}  // namespace spindle::app
