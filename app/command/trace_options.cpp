#include "app/command/trace_options.hpp"

#include <fmt/format.h>

#include "app/console/exit_codes.hpp"
#include "app/console/interrupt.hpp"
#include "app/console/streams.hpp"
#include "app/scenario/units.hpp"
#include "app/text/wording.hpp"

namespace spindle::app {
namespace {

std::int64_t unit_ns(const std::string& name) {
  if (name == "s") return 1'000'000'000;
  if (name == "ms") return 1'000'000;
  if (name == "us") return 1'000;
  if (name == "100ns") return 100;
  return name == "ns" ? 1 : 0;
}

}  // namespace

void add_trace_options(CLI::App& command, TraceArguments& arguments) {
  command.add_option("FILE", arguments.file, "Text, plain or compressed (gzip, zstd)")->required();
  std::vector<std::string> names;
  for (const TraceFormat& format : trace_formats()) names.emplace_back(format.name);
  command
      .add_option("--trace-format", arguments.trace_format,
                  "Of the lines (default: found from the first ones)")
      ->check(CLI::IsMember(names));
  command.add_option("--time", arguments.time, "Column of times; makes the format csv");
  command.add_option("--object", arguments.object, "Column of objects");
  command.add_option("--bytes", arguments.bytes, "Column of sizes");
  command.add_option("--op", arguments.op, "Column of operations: read, write, GET, PUT, …");
  command.add_option("--tenant", arguments.tenant, "Column of tenants, volumes or devices");
  command.add_option("--read-is", arguments.read_word,
                     "What --op holds for a read; all else is a write");
  command.add_option("--time-unit", arguments.time_unit, "Of times that are plain numbers")
      ->check(CLI::IsMember({"s", "ms", "us", "100ns", "ns"}));
  command.add_option("--bytes-unit", arguments.bytes_unit, "Of --bytes, e.g. \"512 B\"");
  command
      .add_option("--skip-bad", arguments.skip_bad,
                  "Leave out and count so many lines that cannot be read")
      ->check(CLI::Range(std::uint64_t{0}, std::uint64_t{1'000'000'000'000}))
      ->capture_default_str();
  command
      .add_option("--objects", arguments.objects,
                  "Objects to follow, 32 to 64 bytes each; of more, a random part")
      ->check(CLI::Range(std::uint64_t{1000}, std::uint64_t{1'000'000'000}))
      ->capture_default_str();
  command.add_option("--bins", arguments.bins, "Widths of bins, e.g. \"1 h, 1 min, 1 s\"");
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

std::vector<std::int64_t> trace_bins(const std::string& text, std::string& problem) {
  constexpr std::size_t kMost = 16;
  std::vector<std::int64_t> widths;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(',', at), text.size());
    std::size_t from = at;
    while (from < end && text[from] == ' ') ++from;
    const Parsed<sim::Duration> width = parse_duration(text.substr(from, end - from), "1 min");
    if (!width.value || width.value->ns() == 0 || widths.size() == kMost) {
      problem = "--bins: " + (!width.value             ? width.problem
                              : width.value->ns() == 0 ? "must be above 0 — give e.g. 1 min"
                                                       : "more than 16 widths — give fewer");
      return {};
    }
    widths.push_back(width.value->ns());
    at = end + 1;
  }
  return widths;
}

bool read_all(RequestTrace& trace,
              const std::function<void(std::span<const models::TraceRecord>)>& take) {
  constexpr std::size_t kBatch = 4096;
  std::vector<models::TraceRecord> batch(kBatch);
  for (;;) {
    const std::size_t count = trace.read(batch);
    take({batch.data(), count});
    if (interrupted()) return false;
    if (count < kBatch) return true;
  }
}

int report_problems(const std::vector<Problem>& problems, const char* what_is_missing) {
  for (const Problem& problem : problems) print_message("{}\n", to_string(problem));
  print_message("{}; no {}\n", counted(problems.size(), "problem"), what_is_missing);
  return kExitInvalidScenario;
}

}  // namespace spindle::app
