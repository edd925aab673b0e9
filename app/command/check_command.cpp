#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "app/command/arguments.hpp"
#include "app/command/check_baseline.hpp"
#include "app/command/check_options.hpp"
#include "app/command/execute.hpp"
#include "app/command/load_scenario.hpp"
#include "app/console/exit_codes.hpp"
#include "app/console/streams.hpp"
#include "app/gate/ci_report.hpp"
#include "app/gate/gate_report.hpp"
#include "app/report/atomic_file.hpp"
#include "app/report/finished_run.hpp"
#include "app/report/threshold_report.hpp"
#include "app/text/wording.hpp"

namespace spindle::app {
namespace {

namespace fs = std::filesystem;

constexpr std::uint32_t kReplicationsOfNew = 20;  // of a baseline that is not there yet

// The scenario; empty where it is invalid or asks nothing, said on stderr.
std::optional<Scenario> load_with_checks(const Arguments& arguments, const CheckOptions& options) {
  auto scenario = load_scenario(arguments, VariantCheck::kBaseAlone);
  if (!scenario) return scenario;
  const std::string file = arguments.scenario.string();
  if (!options.baseline.empty() && scenario->gates.empty()) {
    print_message(
        "{}: gates: nothing to compare (the scenario states no gates, and a baseline is held to "
        "their margins) — add \"gates\": {{\"capacity.skew.over\": \"0.5 %\"}}, or give one: --set "
        "'gates.capacity.skew.over=0.5 %'\n",
        file);
    return std::nullopt;
  }
  if (options.baseline.empty() && scenario->thresholds.empty()) {
    print_message(
        "{}: thresholds: nothing to check (the scenario states no thresholds) — add "
        "\"thresholds\": {{\"capacity.skew.over\": \"< 2 %\"}}, or give one: --set "
        "'thresholds.capacity.skew.over=< 2 %'{}\n",
        file, scenario->gates.empty() ? "" : ", or name a --baseline for its gates");
    return std::nullopt;
  }
  return scenario;
}

// The places of files that are written at the end, found good before anything is run.
struct Files {
  fs::path junit;
  fs::path markdown;
  fs::path baseline;
};

fs::path place(const std::string& file, const std::vector<fs::path>& inputs, const char* option) {
  if (file.empty()) return {};
  fs::path out = file_to_write(file, inputs, option);
  require_writable(fs::absolute(out).parent_path(), option);
  return out;
}

Files find_places(const Arguments& arguments, const CheckOptions& options) {
  const std::vector<fs::path> read{arguments.scenario, options.baseline};
  Files files{
      place(options.junit, read, "--junit"), place(options.markdown, read, "--markdown"),
      options.update ? place(options.baseline, {arguments.scenario}, "--baseline") : fs::path()};
  const auto are_one = [](const fs::path& a, const fs::path& b) {
    if (a.empty() || b.empty()) return false;
    return fs::absolute(a).lexically_normal() == fs::absolute(b).lexically_normal();
  };
  if (are_one(files.junit, files.markdown)) {
    throw UnwritableFolder(options.markdown + ": is that of --junit — choose another --markdown");
  }
  if (are_one(files.junit, files.baseline)) {
    throw UnwritableFolder(options.junit + ": is that of --baseline — choose another --junit");
  }
  return files;
}

// On standard output: thresholds, then gates, where there are any.
void print_tables(const CheckOutcome& outcome, Format format) {
  if (format == Format::kJson) {
    Json json = check_object(outcome.scenario, outcome.thresholds);
    if (outcome.gates != nullptr) add_gates(json, *outcome.gates);
    write_output(json.dump(2) + "\n");
    return;
  }
  const bool both = !outcome.thresholds.empty() && outcome.gates != nullptr;
  if (!outcome.thresholds.empty()) write_output(check_table(outcome.thresholds, format));
  if (both) write_output("\n");
  if (outcome.gates != nullptr) write_output(gate_table(*outcome.gates, format));
}

int exit_code_of(const CheckOutcome& outcome) {
  if (!all_hold(outcome.thresholds)) return kExitThreshold;
  if (outcome.gates == nullptr || outcome.gates->verdict == GateVerdict::kPass) return kExitOk;
  return outcome.gates->verdict == GateVerdict::kRegression ? kExitThreshold : kExitInconclusive;
}

// Prints what was found, and writes it where it is asked for; `where` ends the closing line.
int report(const Arguments& arguments, const CheckOptions& options, const Files& files,
           const CheckOutcome& outcome, const std::string& where) {
  print_tables(outcome, arguments.format);
  for (const CheckedThreshold& check : outcome.thresholds) {
    if (!check.holds) print_message("{}\n", to_string(broken_threshold(check)));
  }
  if (outcome.gates != nullptr) {
    for (const JudgedGate& gate : outcome.gates->gates) {
      if (gate.verdict == GateVerdict::kPass) continue;
      print_message("{}\n", to_string(gate_problem(gate, *outcome.gates)));
    }
  }
  if (options.github) print_message("{}", github_annotations(outcome));
  if (!files.junit.empty()) write_with_folder(files.junit, junit_text(outcome));
  if (!files.markdown.empty()) write_with_folder(files.markdown, markdown_summary(outcome));
  if (!arguments.quiet) {
    const auto held = std::count_if(outcome.thresholds.begin(), outcome.thresholds.end(),
                                    [](const CheckedThreshold& check) { return check.holds; });
    std::string found;
    if (!outcome.thresholds.empty()) {
      found = fmt::format("{} of {} thresholds hold; ", held, outcome.thresholds.size());
    }
    if (outcome.gates != nullptr) found += gate_summary(*outcome.gates) + "; ";
    print_message("{}{}\n", found, where);
  }
  return exit_code_of(outcome);
}

// A baseline of a run that breaks its own thresholds would be none.
int update(const Arguments& arguments, const CheckOptions& options, const Files& files,
           const Scenario& scenario, Baseline baseline, const CheckOutcome& outcome,
           const ReplicatedScenario& replicated, std::vector<Replication> rows) {
  const std::size_t count = rows.size();
  const int reported = report(arguments, options, files, outcome, "the baseline is asked for anew");
  if (reported != kExitOk) {
    print_message("{}: not written: thresholds are broken\n", options.baseline);
    return reported;
  }
  const int blessed = bless(files.baseline, std::move(baseline), scenario, replicated.digest(),
                            std::move(rows), options.reason);
  if (blessed == kExitOk && !arguments.quiet) {
    print_message("{}: written, with {}\n", options.baseline, counted(count, "replication"));
  }
  return blessed;
}

// The scenario's own run, with its result files; not ok: said on stderr.
Execution run_once(const Arguments& arguments, const Scenario& scenario) {
  Execution execution = execute(arguments, scenario);
  if (execution.exit_code == kExitInterrupted) {
    print_message("interrupted: thresholds are not judged; partial results in {}\n",
                  execution.folder.string());
  }
  return execution;
}

int check_against_baseline(const Arguments& arguments, const CheckOptions& options,
                           const Scenario& scenario, const Files& files) {
  std::optional<Baseline> baseline = options.update ? load_for_update(options.baseline, scenario)
                                                    : load_baseline(options.baseline, scenario);
  if (!baseline) return kExitInvalidScenario;
  const ReplicatedScenario replicated(arguments.scenario, arguments.sets);
  const auto of_baseline = static_cast<std::uint32_t>(baseline->rows.size());
  const std::uint32_t count =
      options.replications.value_or(of_baseline > 0 ? of_baseline : kReplicationsOfNew);
  const Execution execution = run_once(arguments, scenario);
  if (execution.exit_code != kExitOk) return execution.exit_code;
  MoreRuns runs = run_others(arguments, replicated, execution.result, count);
  if (runs.exit_code != kExitOk) return runs.exit_code;
  CheckOutcome outcome{scenario.name,
                       check_thresholds(scenario.thresholds, execution.result.metrics)};
  if (options.update) {
    return update(arguments, options, files, scenario, std::move(*baseline), outcome, replicated,
                  std::move(runs.rows));
  }
  const GateReport gates = judge_gates(scenario.gates, *baseline, runs.rows, replicated.digest());
  outcome.gates = &gates;
  return report(arguments, options, files, outcome, "results in " + execution.folder.string());
}

// Of a baseline that a plain check of the file is to be held to.
bool report_bad_update(const Arguments& arguments, const CheckOptions& options) {
  if (!options.update) return false;
  bool bad = false;
  for (const std::string& set : arguments.sets) {
    const std::string path = set.substr(0, set.find('='));
    if (path.starts_with("thresholds") || path.starts_with("gates")) continue;
    print_message(
        "--set: {}: does not go with --update (the baseline would not be that of the file) — "
        "change the scenario file\n",
        path);
    bad = true;
  }
  return bad;
}

int check_scenario(const Arguments& arguments, const CheckOptions& options) {
  if (report_bad_update(arguments, options)) return kExitUsage;
  const auto scenario = load_with_checks(arguments, options);
  if (!scenario) return kExitInvalidScenario;
  const Files files = find_places(arguments, options);
  if (!options.baseline.empty()) {
    return check_against_baseline(arguments, options, *scenario, files);
  }
  const Execution execution = run_once(arguments, *scenario);
  if (execution.exit_code != kExitOk) return execution.exit_code;
  return report(arguments, options, files,
                {scenario->name, check_thresholds(scenario->thresholds, execution.result.metrics)},
                "results in " + execution.folder.string());
}

// A finished run's values are what they are: only what it is held to can be set.
bool report_bad_options(const Arguments& arguments, const CheckOptions& options) {
  const std::string folder = arguments.scenario.string();
  bool bad = false;
  if (!arguments.out.empty()) {
    print_message("--out: {} is a finished run (nothing is run or written) — leave it out\n",
                  folder);
    bad = true;
  }
  if (!options.baseline.empty()) {
    print_message(
        "--baseline: {} is a finished run (a baseline is compared with replications) — check the "
        "scenario file instead\n",
        folder);
    bad = true;
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

int check_folder(Arguments arguments, const CheckOptions& options) {
  if (report_bad_options(arguments, options)) return kExitUsage;
  const std::filesystem::path folder = arguments.scenario;
  const FinishedRun run = read_finished_run(folder);
  for (const std::string& problem : run.problems) print_message("{}\n", problem);
  arguments.scenario = folder / "scenario.json";
  const auto scenario = load_with_checks(arguments, options);
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
  return report(arguments, options, find_places(arguments, options),
                {scenario->name, check_thresholds(scenario->thresholds, *run.metrics)},
                "nothing was run");
}

}  // namespace

int check_command(const Arguments& arguments, const CheckOptions& options) {
  std::error_code ignored;
  return fs::is_directory(arguments.scenario, ignored) ? check_folder(arguments, options)
                                                       : check_scenario(arguments, options);
}

}  // namespace spindle::app
