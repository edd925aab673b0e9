#include <fmt/format.h>

#include <cmath>

#include "app/command/arguments.hpp"
#include "app/command/execute.hpp"
#include "app/command/load_scenario.hpp"
#include "app/command/shared_run.hpp"
#include "app/console/exit_codes.hpp"
#include "app/console/streams.hpp"
#include "app/report/metric_text.hpp"
#include "app/report/result_files.hpp"
#include "app/report/timeline_text.hpp"

namespace spindle::app {
namespace {

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
    table.add_row({name, metric_text(row, value), metric_unit_text(row), row.meaning});
  }
  return table.render(format);
}

}  // namespace

int run_command(const Arguments& arguments) {
  const auto scenario = load_scenario(arguments, VariantCheck::kBaseAlone);
  if (!scenario) return kExitInvalidScenario;
  const std::string unshared =
      arguments.ranks == nullptr ? std::string() : unshared_reason(*scenario);
  if (!unshared.empty()) {
    print_message("spindle-mpi run: {}\n", unshared);
    return kExitUsage;
  }
  const auto [exit_code, result, folder, notes] = execute(arguments, *scenario);
  if (exit_code == kExitFailure) return exit_code;

  write_output(arguments.format == Format::kJson ? metrics_json(result.metrics)
                                                 : metrics_table(result.metrics, arguments.format));
  if (arguments.format == Format::kTable && result.timeline) {
    for (const std::string& line : timeline_notes(*result.timeline, result.epoch_s)) {
      write_output(line + "\n");
    }
  }
  if (arguments.format == Format::kTable && result.zoom) {
    for (const std::string& line : result.zoom->notes) write_output("zoom: " + line + "\n");
  }
  if (!arguments.quiet) {
    print_message("digest {}; results in {}{}\n", result.digest, folder.string(),
                  result.partial ? " (partial: interrupted)" : "");
    for (const std::string& note : notes) {
      if (!note.empty()) print_message("{}\n", note);
    }
  }
  return exit_code;
}

}  // namespace spindle::app
