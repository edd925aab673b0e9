#include "app/command/trace_command.hpp"

#include <fmt/format.h>

#include <vector>

#include "app/console/exit_codes.hpp"
#include "app/console/interrupt.hpp"
#include "app/console/streams.hpp"
#include "app/scenario/units.hpp"
#include "app/text/wording.hpp"
#include "app/trace/request_trace.hpp"
#include "app/trace/trace_report.hpp"
#include "models/tenant/trace_statistics.hpp"

namespace spindle::app {
namespace {

constexpr const char* kFooter = R"(Examples:
  spindle trace stats web.trace.gz
      the format is found from the first lines, and said
  spindle trace stats volumes.csv --trace-format msr --format json
      as an object of figures in base units
  spindle trace stats log.csv --time t --time-unit ms --object key --bytes size --op verb
      any table: columns are names of a header row, or numbers from 1
  spindle trace stats old.log --skip-bad 1000
      leaves out and counts up to 1,000 lines that cannot be read

Formats: `spindle list traces`. What the figures mean: docs/user/trace.md.)";

std::int64_t unit_ns(const std::string& name) {
  if (name == "s") return 1'000'000'000;
  if (name == "ms") return 1'000'000;
  if (name == "us") return 1'000;
  if (name == "100ns") return 100;
  return name == "ns" ? 1 : 0;
}

RequestTraceOptions trace_options(const TraceArguments& arguments, std::string& problem) {
  RequestTraceOptions options;
  options.format = arguments.trace_format;
  options.skip_bad = arguments.skip_bad;
  options.lines = {.time = arguments.time,
                   .object = arguments.object,
                   .bytes = arguments.bytes,
                   .op = arguments.op,
                   .tenant = arguments.tenant,
                   .read_word = arguments.read_word,
                   .time_unit_ns = unit_ns(arguments.time_unit)};
  if (arguments.bytes_unit.empty()) return options;
  const Parsed<models::Bytes> unit = parse_bytes(arguments.bytes_unit, "512 B");
  if (!unit.value || unit.value->value == 0) {
    problem = "--bytes-unit: " + (unit.value ? "must be above 0" : unit.problem);
  } else {
    options.lines.bytes_per_unit = unit.value->value;
  }
  return options;
}

// Every record once; false where the user interrupts.
bool read_all(RequestTrace& trace, models::TraceStatistics& statistics) {
  constexpr std::size_t kBatch = 4096;
  std::vector<models::TraceRecord> batch(kBatch);
  for (;;) {
    const std::size_t count = trace.read(batch);
    statistics.add({batch.data(), count});
    if (interrupted()) return false;
    if (count < kBatch) return true;
  }
}

TraceHeading heading_of(const TraceArguments& arguments, const RequestTrace& trace) {
  TraceHeading heading{
      {"trace", arguments.file},
      {"format", fmt::format("{} ({})", trace.format()->name,
                             trace.is_guessed() ? "from the first lines" : "as named")}};
  if (trace.skipped() > 0) heading.emplace_back("lines left out", grouped(trace.skipped()));
  if (trace.out_of_order() > 0) {
    heading.emplace_back("lines out of order",
                         fmt::format("{} (by a second at most; each counts at "
                                     "the latest time before it)",
                                     grouped(trace.out_of_order())));
  }
  return heading;
}

int report(const std::vector<Problem>& problems) {
  for (const Problem& problem : problems) print_message("{}\n", to_string(problem));
  print_message("{}; no figures\n", counted(problems.size(), "problem"));
  return kExitInvalidScenario;
}

}  // namespace

CLI::App& declare_trace(CLI::App& app) {
  CLI::App& trace = *app.add_subcommand("trace", "Measure traces of requests");
  trace.require_subcommand(1);
  return trace;
}

CLI::App& declare_trace_stats(CLI::App& trace, TraceArguments& arguments) {
  CLI::App& stats = *trace.add_subcommand(
      "stats", "Say how bursty, how large, how popular a trace's requests are");
  stats.footer(kFooter);
  stats.add_option("FILE", arguments.file, "Text, plain or compressed (gzip, zstd)")->required();
  std::vector<std::string> names;
  for (const TraceFormat& format : trace_formats()) names.emplace_back(format.name);
  stats
      .add_option("--trace-format", arguments.trace_format,
                  "Of the lines (default: found from the first ones)")
      ->check(CLI::IsMember(names));
  stats.add_option("--time", arguments.time, "Column of times; makes the format csv");
  stats.add_option("--object", arguments.object, "Column of objects");
  stats.add_option("--bytes", arguments.bytes, "Column of sizes");
  stats.add_option("--op", arguments.op, "Column of operations: read, write, GET, PUT, …");
  stats.add_option("--tenant", arguments.tenant, "Column of tenants, volumes or devices");
  stats.add_option("--read-is", arguments.read_word,
                   "What --op holds for a read; all else is a write");
  stats.add_option("--time-unit", arguments.time_unit, "Of times that are plain numbers")
      ->check(CLI::IsMember({"s", "ms", "us", "100ns", "ns"}));
  stats.add_option("--bytes-unit", arguments.bytes_unit, "Of --bytes, e.g. \"512 B\"");
  stats
      .add_option("--skip-bad", arguments.skip_bad,
                  "Leave out and count so many lines that cannot be read")
      ->check(CLI::Range(std::uint64_t{0}, std::uint64_t{1'000'000'000'000}))
      ->capture_default_str();
  stats
      .add_option("--objects", arguments.objects,
                  "Objects to follow, 32 to 64 bytes each; of more, a random part")
      ->check(CLI::Range(std::uint64_t{1000}, std::uint64_t{1'000'000'000}))
      ->capture_default_str();
  stats.add_option("--format", arguments.format, "What to print: table, json, csv or md")
      ->check(CLI::IsMember({"table", "json", "csv", "md"}))
      ->capture_default_str();
  return stats;
}

int trace_stats_command(const TraceArguments& arguments) {
  std::string problem;
  const RequestTraceOptions options = trace_options(arguments, problem);
  if (!problem.empty()) {
    print_message("spindle trace stats: {}\n", problem);
    return kExitUsage;
  }
  RequestTraceFile file(arguments.file, options);
  if (!file.is_open()) return report({file.problem()});
  models::TraceStatistics statistics(file->shape(), arguments.objects);
  if (!read_all(*file, statistics)) return kExitInterrupted;
  const std::vector<Problem> problems = file->problems();
  if (!problems.empty()) return report(problems);
  write_output(render_trace(*parse_format(arguments.format), heading_of(arguments, *file),
                            statistics.finish()));
  return kExitOk;
}

}  // namespace spindle::app
