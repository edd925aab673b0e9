#pragma once
// `spindle trace`: what a trace of requests comes to.

#include <CLI/CLI.hpp>
#include <string>

#include "app/command/trace_options.hpp"

namespace spindle::app {

struct TraceStatsArguments {
  TraceArguments input;
  std::string format = "table";
};

// Declares `trace`, which needs a command of its own; returned for these.
CLI::App& declare_trace(CLI::App& app);
// Declares `stats` under it, whose options land in `arguments`.
CLI::App& declare_trace_stats(CLI::App& trace, TraceStatsArguments& arguments);

// Returns an exit code and reports its own errors on stderr.
int trace_stats_command(const TraceStatsArguments& arguments);

}  // namespace spindle::app
