#pragma once
// `spindle trace`: what a trace of requests comes to.

#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>

namespace spindle::app {

// As the command line gives them; texts are checked by the command.
struct TraceArguments {
  std::string file;
  std::string trace_format;  // empty: guessed
  std::string time, object, bytes, op, tenant;
  std::string time_unit;   // empty: the format's
  std::string bytes_unit;  // empty: 1 B
  std::string read_word;
  std::uint64_t skip_bad = 0;
  std::uint64_t objects = 20'000'000;
  std::string format = "table";
};

// Declares `trace`, which needs a command of its own; returned for these.
CLI::App& declare_trace(CLI::App& app);
// Declares `stats` under it, whose options land in `arguments`.
CLI::App& declare_trace_stats(CLI::App& trace, TraceArguments& arguments);

// Returns an exit code and reports its own errors on stderr.
int trace_stats_command(const TraceArguments& arguments);

}  // namespace spindle::app
