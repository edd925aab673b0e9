#include "app/command/check_baseline.hpp"

#include <fmt/format.h>

#include <utility>

#include "app/console/exit_codes.hpp"
#include "app/console/interrupt.hpp"
#include "app/console/streams.hpp"
#include "app/report/atomic_file.hpp"
#include "app/scenario/problems.hpp"
#include "app/sweep/rows.hpp"
#include "app/text/wording.hpp"

namespace spindle::app {
namespace {

namespace fs = std::filesystem;

std::optional<Baseline> read_own(const fs::path& file, const Scenario& scenario) {
  ReadBaseline read = read_baseline(file);
  for (const Problem& problem : read.problems) print_message("{}\n", to_string(problem));
  if (!read.baseline) {
    print_message("{}; nothing was run\n", counted(read.problems.size(), "problem"));
    return std::nullopt;
  }
  if (read.baseline->scenario == scenario.name) return std::move(read.baseline);
  print_message(
      "{}: scenario: is the baseline of {}, not of {} (which is the scenario's name) — name its "
      "own, or a file that does not exist for a new one; nothing was run\n",
      file.string(), in_quotes(read.baseline->scenario), in_quotes(scenario.name));
  return std::nullopt;
}

}  // namespace

std::optional<Baseline> load_baseline(const fs::path& file, const Scenario& scenario) {
  std::optional<Baseline> baseline = read_own(file, scenario);
  if (!baseline) return std::nullopt;
  bool fit = true;
  for (const Gate& gate : scenario.gates) {
    for (std::size_t i = 0; i < baseline->rows.size(); ++i) {
      if (baseline->rows[i].metrics.has(gate.metric)) continue;
      print_message(
          "{}: rows.{}.metrics.{}: missing (a gate of the scenario names it, and the run did not "
          "report it) — write the baseline anew with --update, or leave the gate out\n",
          file.string(), i, gate.metric);
      fit = false;
      break;  // others lack it for the same reason
    }
  }
  if (!fit) return std::nullopt;
  return baseline;
}

std::optional<Baseline> load_for_update(const fs::path& file, const Scenario& scenario) {
  std::error_code error;
  if (fs::exists(fs::status(file, error))) return read_own(file, scenario);
  Baseline fresh;
  fresh.scenario = scenario.name;
  return fresh;
}

MoreRuns run_others(const Arguments& arguments, const ReplicatedScenario& scenario,
                    const RunResult& first, std::uint32_t count) {
  MoreRuns out;
  out.rows.push_back({scenario.seed_of(0), first.digest, first.metrics});
  if (count == 1) return out;
  FinishedReplications others;
  {
    Progress progress(arguments.progress, "replications", count - 1);
    others =
        run_replications(scenario, 1, count, arguments.threads, [&](std::size_t i, double share) {
          progress.update(i, share);
          return !interrupted();
        });
  }
  if (others.interrupted || interrupted()) {
    print_message("interrupted: nothing is judged\n");
    out.exit_code = kExitInterrupted;
    return out;
  }
  for (const std::string& failure : others.failures) print_message("{}\n", failure);
  if (!others.failures.empty()) out.exit_code = kExitFailure;
  out.rows.insert(out.rows.end(), others.rows.begin(), others.rows.end());
  return out;
}

int bless(const fs::path& file, Baseline baseline, const Scenario& scenario,
          const std::string& digest, std::vector<Replication> rows, const std::string& reason) {
  bool fit = true;
  for (const Gate& gate : scenario.gates) {
    if (rows.front().metrics.has(gate.metric)) continue;
    print_message("{}\n",
                  to_string(Problem{gate.file, gate.line, gate.column, "gates." + gate.metric,
                                    "the run does not report it — leave the gate out, or ask for "
                                    "what it measures; the baseline is as it was"}));
    fit = false;
  }
  if (!fit) return kExitInvalidScenario;
  baseline.scenario_digest = digest;
  baseline.rows = std::move(rows);
  baseline.blessed.push_back({reason, sweep_version()});
  write_with_folder(file, baseline_text(baseline));
  return kExitOk;
}

}  // namespace spindle::app
