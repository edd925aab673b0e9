#include "app/command/trace_command.hpp"

#include <fmt/format.h>

#include <vector>

#include "app/console/exit_codes.hpp"
#include "app/console/streams.hpp"
#include "app/text/wording.hpp"
#include "app/trace/request_trace.hpp"
#include "app/trace/trace_report.hpp"
#include "models/tenant/trace_statistics.hpp"

namespace spindle::app {
namespace {

constexpr const char* kDefaultBins = "1 s, 1 min, 1 h";

constexpr const char* kTraceFooter = R"(Examples:
  spindle trace stats web.trace.gz
      the format is found from the first lines, and said
  spindle trace stats volumes.csv --trace-format msr --format json
      as an object of figures in base units
  spindle trace stats log.csv --time t --time-unit ms --object key --bytes size --op verb
      any table: columns are names of a header row, or numbers from 1
  spindle trace stats old.log --skip-bad 1000
      leaves out and counts up to 1,000 lines that cannot be read

Formats: `spindle list traces`. What the figures mean: docs/user/trace.md.)";

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

}  // namespace

CLI::App& declare_trace(CLI::App& app) {
  CLI::App& trace = *app.add_subcommand("trace", "Measure, fit and make traces of requests");
  trace.require_subcommand(1);
  return trace;
}

CLI::App& declare_trace_stats(CLI::App& trace, TraceStatsArguments& arguments) {
  CLI::App& stats = *trace.add_subcommand(
      "stats", "Say how bursty, how large, how popular a trace's requests are");
  stats.footer(kTraceFooter);
  add_trace_options(stats, arguments.input);
  stats.add_option("--format", arguments.format, "What to print: table, json, csv or md")
      ->check(CLI::IsMember({"table", "json", "csv", "md"}))
      ->capture_default_str();
  return stats;
}

int trace_stats_command(const TraceStatsArguments& arguments) {
  const TraceArguments& input = arguments.input;
  std::string problem;
  const RequestTraceOptions options = trace_options(input, problem);
  const std::vector<std::int64_t> bins =
      trace_bins(input.bins.empty() ? kDefaultBins : input.bins, problem);
  if (!problem.empty()) {
    print_message("spindle trace stats: {}\n", problem);
    return kExitUsage;
  }
  RequestTraceFile file(input.file, options);
  if (!file.is_open()) return report_problems({file.problem()}, "figures");
  models::TraceStatistics statistics(file->shape(), input.objects, bins);
  if (!read_all(*file, [&](auto records) { statistics.add(records); })) return kExitInterrupted;
  const std::vector<Problem> problems = file->problems();
  if (!problems.empty()) return report_problems(problems, "figures");
  const models::TraceSummary summary = statistics.finish();
  for (const std::string& warning : trace_warnings(summary, file->shape(), input.read_word)) {
    print_message("spindle trace stats: {}\n", warning);
  }
  write_output(render_trace(*parse_format(arguments.format), heading_of(input, *file), summary));
  return kExitOk;
}

}  // namespace spindle::app
