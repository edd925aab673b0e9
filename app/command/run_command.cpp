#include <fmt/format.h>

#include <cmath>

#include "app/command/arguments.hpp"
#include "app/command/load_scenario.hpp"
#include "app/command/stopwatch.hpp"
#include "app/console/exit_codes.hpp"
#include "app/console/interrupt.hpp"
#include "app/console/streams.hpp"
#include "app/experiment/experiment.hpp"
#include "app/report/atomic_file.hpp"
#include "app/report/result_files.hpp"
#include "app/text/wording.hpp"
#include "app/world/memory.hpp"

namespace spindle::app {
namespace {

std::string metric_text(const MetricRow& row, double value) {
  if (std::string_view(row.unit) == "B" || std::string_view(row.unit) == "B/yr" ||
      std::string_view(row.unit) == "B/s") {
    return std::isnan(value) ? "-" : human_bytes(value);
  }
  const bool is_whole = value == std::floor(value) && value >= 0 && value < 1e15;
  return is_whole ? whole(value) : significant(value, 4);
}

// Units that human_bytes already wrote into the value.
std::string unit_text(const MetricRow& row) {
  const std::string_view unit(row.unit);
  if (unit == "1") return "";
  return unit.substr(0, 1) == "B" ? std::string(unit.substr(1)) : std::string(unit);
}

std::string metrics_table(const Metrics& metrics, Format format) {
  if (format == Format::kCsv) {
    std::string out = "metric,unit,value\n";
    for (const auto& [name, value] : metrics.values()) {
      out += fmt::format("{},{},{}\n", name, find_metric(name)->unit,
                         std::isfinite(value) ? fmt::format("{}", value) : "");
    }
    return out;
  }
  TextTable table({{"metric", false}, {"value"}, {"unit", false}, {"meaning", false}});
  for (const auto& [name, value] : metrics.values()) {
    const MetricRow& row = *find_metric(name);
    table.add_row({name, metric_text(row, value), unit_text(row), row.meaning});
  }
  return table.render(format);
}

}  // namespace

int run_command(const Arguments& arguments) {
  const auto scenario = load_scenario(arguments);
  if (!scenario) return kExitInvalidScenario;
  const auto folder = output_folder(arguments, *scenario);
  require_writable(folder);
  const Scenario* const runs[] = {&*scenario};
  require_memory(runs);

  const Stopwatch stopwatch;
  RunResult result;
  {
    Progress progress(arguments.progress, scenario->name, 1);
    result = run_experiment(*scenario, arguments.threads, [&](double share) {
      progress.update(0, share);
      return !interrupted();
    });
  }
  if (!result.violations.empty()) {
    for (const std::string& line : result.violations) print_message("{}\n", line);
    print_message("conservation broken: a defect of Spindle; nothing was written\n");
    return kExitFailure;
  }
  write_run(folder, *scenario, result, stopwatch.elapsed());

  write_output(arguments.format == Format::kJson ? metrics_json(result.metrics)
                                                 : metrics_table(result.metrics, arguments.format));
  if (!arguments.quiet) {
    print_message("digest {}; results in {}{}\n", result.digest, folder.string(),
                  result.partial ? " (partial: interrupted)" : "");
  }
  return result.partial ? kExitInterrupted : kExitOk;
}

}  // namespace spindle::app
