#include <fmt/format.h>

#include <algorithm>

#include "app/command/arguments.hpp"
#include "app/command/execute.hpp"
#include "app/command/load_scenario.hpp"
#include "app/console/exit_codes.hpp"
#include "app/console/streams.hpp"
#include "app/report/finished_run.hpp"
#include "app/report/threshold_report.hpp"

namespace spindle::app {
namespace {

// The scenario; empty where it is invalid or states no thresholds, said on stderr.
std::optional<Scenario> load_with_thresholds(const Arguments& arguments) {
  auto scenario = load_scenario(arguments, VariantCheck::kBaseAlone);
  if (!scenario || !scenario->thresholds.empty()) return scenario;
  print_message(
      "{}: thresholds: nothing to check (the scenario states no thresholds) — add "
      "\"thresholds\": {{\"capacity.skew.over\": \"< 2 %\"}}, or give one: --set "
      "'thresholds.capacity.skew.over=< 2 %'\n",
      arguments.scenario.string());
  return std::nullopt;
}

// Prints what was found; `where` ends the closing line.
int report(const Arguments& arguments, const Scenario& scenario, const Metrics& metrics,
           const std::string& where) {
  const auto checks = check_thresholds(scenario.thresholds, metrics);
  write_output(arguments.format == Format::kJson ? check_json(scenario.name, checks)
                                                 : check_table(checks, arguments.format));
  for (const CheckedThreshold& check : checks) {
    if (!check.holds) print_message("{}\n", broken_line(check));
  }
  if (!arguments.quiet) {
    const auto held = std::count_if(checks.begin(), checks.end(),
                                    [](const CheckedThreshold& check) { return check.holds; });
    print_message("{} of {} thresholds hold; {}\n", held, checks.size(), where);
  }
  return all_hold(checks) ? kExitOk : kExitThreshold;
}

int check_scenario(const Arguments& arguments) {
  const auto scenario = load_with_thresholds(arguments);
  if (!scenario) return kExitInvalidScenario;
  const Execution execution = execute(arguments, *scenario);
  if (execution.exit_code == kExitInterrupted) {
    print_message("interrupted: thresholds are not judged; partial results in {}\n",
                  execution.folder.string());
  }
  if (execution.exit_code != kExitOk) return execution.exit_code;
  return report(arguments, *scenario, execution.result.metrics,
                "results in " + execution.folder.string());
}

// A finished run's values are what they are: only what it is held to can be set.
bool report_bad_options(const Arguments& arguments) {
  const std::string folder = arguments.scenario.string();
  bool bad = !arguments.out.empty();
  if (bad) {
    print_message("--out: {} is a finished run (nothing is run or written) — leave it out\n",
                  folder);
  }
  for (const std::string& set : arguments.sets) {
    if (set.starts_with("thresholds.") || set.starts_with("thresholds=")) continue;
    print_message(
        "--set: {}: {} is a finished run (only its thresholds can be set) — check the "
        "scenario file instead\n",
        set.substr(0, set.find('=')), folder);
    bad = true;
  }
  return bad;
}

int check_folder(Arguments arguments) {
  if (report_bad_options(arguments)) return kExitUsage;
  const std::filesystem::path folder = arguments.scenario;
  const FinishedRun run = read_finished_run(folder);
  for (const std::string& problem : run.problems) print_message("{}\n", problem);
  arguments.scenario = folder / "scenario.json";
  const auto scenario = load_with_thresholds(arguments);
  if (!scenario || !run.metrics) return kExitInvalidScenario;
  bool known = true;
  for (const Threshold& threshold : scenario->thresholds) {
    if (run.metrics->has(threshold.metric)) continue;
    print_message(
        "{}: {}: missing (the run did not report it) — run the scenario again with this "
        "version\n",
        (folder / "metrics.json").string(), threshold.metric);
    known = false;
  }
  if (!known) return kExitInvalidScenario;
  return report(arguments, *scenario, *run.metrics, "nothing was run");
}

}  // namespace

int check_command(const Arguments& arguments) {
  std::error_code ignored;
  return std::filesystem::is_directory(arguments.scenario, ignored) ? check_folder(arguments)
                                                                    : check_scenario(arguments);
}

}  // namespace spindle::app
