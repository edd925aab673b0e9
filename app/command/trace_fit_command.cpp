#include "app/command/trace_fit_command.hpp"

#include <filesystem>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

#include "app/console/exit_codes.hpp"
#include "app/console/streams.hpp"
#include "app/report/atomic_file.hpp"
#include "app/scenario/units.hpp"
#include "app/text/wording.hpp"
#include "app/trace/problem_log.hpp"
#include "app/trace/trace_fit.hpp"
#include "app/trace/trace_report.hpp"

namespace spindle::app {
namespace {

constexpr const char* kTraceFitFooter = R"(Examples:
  spindle trace fit web.trace.gz
      an element for `tenants` of a scenario, with comments
  spindle trace fit web.trace.gz --scenario --out web.json
      a whole scenario: spindle run web.json, spindle trace synth web.json
  spindle trace fit load.csv --counts bytes --object-size "64 KB" --side writes
      a load at equal steps whose values are bytes

How it is done, and what such a tenant does not reproduce: docs/user/trace.md.)";

// Reads the file once more, from its start; an exit code where that fails.
template <class Take>
std::optional<int> read_file(const TraceArguments& input, const RequestTraceOptions& options,
                             const Take& open) {
  RequestTraceFile file(input.file, options);
  if (!file.is_open()) return report_problems({file.problem()}, "fit");
  if (!read_all(*file, open(*file))) return kExitInterrupted;
  const std::vector<Problem> problems = file->problems();
  if (!problems.empty()) return report_problems(problems, "fit");
  return std::nullopt;
}

// What is wrong with the options lands in `problem`.
TenantBlockOptions block_options(const TraceFitArguments& arguments, std::string& problem) {
  TenantBlockOptions options;
  options.name = arguments.name;
  if (has_control_character(options.name)) {
    problem = "--name: a control character (such as a line break) in " + in_quotes(options.name) +
              " — remove it";
  }
  if (options.name.empty()) {
    std::filesystem::path name = std::filesystem::path(arguments.input.file).filename();
    while (name.has_extension() && name.has_stem()) name = name.stem();
    options.name = shortened(name.string());
  }
  options.counts_bytes = arguments.counts == "bytes";
  options.side_is_writes = arguments.side == "writes";
  const Parsed<models::Bytes> size = parse_bytes(arguments.object_size, "1 MB");
  if (!size.value || size.value->value == 0) {
    problem = "--object-size: " + (size.value ? "must be above 0" : size.problem);
  } else {
    options.object = *size.value;
  }
  return options;
}

int refused(const TraceArguments& input, const std::string& why) {
  return report_problems({problem_at(input.file, 0, why)}, "fit");
}

// Why nothing can be fitted to a trace whatever the widths of bins; empty where something can.
std::string load_refusal(const FittedTrace& trace) {
  constexpr double kMostPerSecond = 1e18;
  const models::TraceSummary& summary = trace.summary;
  if (summary.requests == 0) return "no load: all values are 0 — is it the right column?";
  if (!(summary.span_s > 0)) {
    return "the span is 0 s (one request, or all at one instant), which no width of bins helps — "
           "give a trace that lasts, or check the column and unit of times";
  }
  if (!(summary.requests / summary.span_s <= kMostPerSecond)) {
    return "more than 1e18 requests a second — are the columns and the unit of times right?";
  }
  return {};
}

std::optional<int> fit(const TraceArguments& input, const RequestTraceOptions& options,
                       const std::vector<std::int64_t>& bins, FittedTrace& trace) {
  std::optional<models::TraceStatistics> statistics;
  std::string format;
  auto failed = read_file(input, options, [&](RequestTrace& file) {
    trace.shape = file.shape();
    if (file.format() != nullptr) format = file.format()->name;
    statistics.emplace(trace.shape, input.objects);
    return [&](std::span<const models::TraceRecord> records) {
      statistics->add(records);
      if (!trace.shape.has_bytes) return;
      for (const auto& record : records) {
        if (is_fitted(record)) trace.sizes.add(record);
      }
    };
  });
  if (failed) return failed;
  trace.source = input.file + " (" + format + ")";
  trace.summary = statistics->finish();
  const auto span_ns = static_cast<std::int64_t>(trace.summary.span_s * 1e9 + 0.5);
  std::string refusal = load_refusal(trace);
  if (!refusal.empty()) return refused(input, refusal);
  // Bins follow from the span, so the load is read in a second pass.
  models::CascadeFit load(
      bins.empty() ? models::cascade_widths(span_ns, trace.shape.sample_ns) : bins, span_ns);
  failed = read_file(input, options, [&](RequestTrace&) {
    return [&](std::span<const models::TraceRecord> records) {
      for (const auto& record : records) {
        if (is_fitted(record)) load.add(record.time_ns, record.requests);
      }
    };
  });
  if (failed) return failed;
  trace.load = load.finish();
  if (trace.load.cascade) return std::nullopt;
  return refused(input,
                 trace.load.all > 0
                     ? "no load in two or more whole bins of the widest, or more than 10,000 "
                       "of them — give widths that suit the trace, e.g. --bins \"1 min, 1 s\""
                     : "no reads or writes, so no load to fit — is the column of operations "
                       "right (--op, --read-is)?");
}

}  // namespace

CLI::App& declare_trace_fit(CLI::App& trace, TraceFitArguments& arguments) {
  CLI::App& fit = *trace.add_subcommand(
      "fit", "Write a tenant whose requests are as bursty and as large as a trace's");
  fit.footer(kTraceFitFooter);
  add_trace_options(fit, arguments.input);
  fit.add_option("--name", arguments.name, "Of the tenant (default: the file's)");
  fit.add_option("--counts", arguments.counts, "What values of a series count: requests or bytes")
      ->check(CLI::IsMember({"requests", "bytes"}))
      ->capture_default_str();
  fit.add_option("--side", arguments.side,
                 "reads or writes, where the trace does not tell them apart")
      ->check(CLI::IsMember({"reads", "writes"}))
      ->capture_default_str();
  fit.add_option("--object-size", arguments.object_size, "Where the trace has no sizes")
      ->capture_default_str();
  fit.add_flag("--scenario", arguments.scenario, "A whole scenario, not a tenant alone");
  fit.add_option("--out", arguments.out, "File to write (default: standard output)");
  return fit;
}

int trace_fit_command(const TraceFitArguments& arguments) {
  std::string problem;
  const RequestTraceOptions options = trace_options(arguments.input, problem);
  const std::vector<std::int64_t> bins = trace_bins(arguments.input.bins, problem);
  const TenantBlockOptions block = block_options(arguments, problem);
  if (!problem.empty()) {
    print_message("spindle trace fit: {}\n", problem);
    return kExitUsage;
  }
  const std::filesystem::path out = file_to_write(arguments.out, {arguments.input.file});
  FittedTrace trace;
  try {
    if (const auto failed = fit(arguments.input, options, bins, trace)) return *failed;
  } catch (const std::invalid_argument& error) {
    print_message("spindle trace fit: --bins: {}\n", error.what());
    return kExitUsage;
  }
  const std::string refusal = fit_refusal(trace, block, arguments.scenario);
  if (!refusal.empty()) return refused(arguments.input, refusal);
  std::vector<std::string> warnings =
      trace_warnings(trace.summary, trace.shape, arguments.input.read_word);
  for (std::string& warning : fit_warnings(trace, block)) warnings.push_back(std::move(warning));
  for (const std::string& warning : warnings) print_message("spindle trace fit: {}\n", warning);
  const std::string text =
      arguments.scenario ? fitted_scenario(trace, block) : tenant_block(trace, block);
  write_output_to(out, text);
  return kExitOk;
}

}  // namespace spindle::app
