#pragma once
// What the commands on traces of requests share: how a file is to be read.

#include <CLI/CLI.hpp>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "app/trace/request_trace.hpp"

namespace spindle::app {

// As the command line gives them; texts are checked by the commands.
struct TraceArguments {
  std::string file;
  std::string trace_format;  // empty: guessed
  std::string time, object, bytes, op, tenant;
  std::string time_unit;   // empty: the format's
  std::string bytes_unit;  // empty: 1 B
  std::string read_word;
  std::uint64_t skip_bad = 0;
  std::uint64_t objects = 20'000'000;
  std::string bins;  // empty: the command's
};

// Declares FILE and all options of the above.
void add_trace_options(CLI::App& command, TraceArguments& arguments);

// What is wrong with an option lands in `problem`.
RequestTraceOptions trace_options(const TraceArguments& arguments, std::string& problem);
// Nanoseconds of a list of times ("1 h, 1 min, 1 s"), in its order; each above 0.
std::vector<std::int64_t> trace_bins(const std::string& text, std::string& problem);

// Every record once, in batches; false where the user interrupts.
bool read_all(RequestTrace& trace,
              const std::function<void(std::span<const models::TraceRecord>)>& take);
// Prints problems with a trace; the exit code.
int report_problems(const std::vector<Problem>& problems, const char* what_is_missing);

}  // namespace spindle::app
