#include "app/command/execute.hpp"

#include <fmt/format.h>

#include "app/command/load_scenario.hpp"
#include "app/command/shared_run.hpp"
#include "app/command/stopwatch.hpp"
#include "app/console/exit_codes.hpp"
#include "app/console/interrupt.hpp"
#include "app/console/streams.hpp"
#include "app/report/atomic_file.hpp"
#include "app/report/result_files.hpp"
#include "app/world/memory.hpp"
#include "app/world/world.hpp"

namespace spindle::app {

bool report_violations(const RunResult& result) {
  if (result.violations.empty()) return false;
  for (const std::string& line : result.violations) print_message("{}\n", line);
  print_message("conservation broken: a defect of Spindle; nothing was written\n");
  return true;
}

void warn_of_unplaced(const std::string& name, const RunResult& result) {
  const double unplaced = result.metrics.get("capacity.unplaced_extents");
  if (!(unplaced > 0)) return;
  print_message(
      "warning: {}: {} of {} extents found no legal drives with room; they are missing from fill "
      "and heat (the first: {}) — store less, add drives, or loosen the spread rule\n",
      name, whole(unplaced), whole(static_cast<double>(result.extents)), result.why_unplaced);
}

Execution execute(const Arguments& arguments, const Scenario& scenario) {
  Execution execution;
  execution.folder = output_folder(arguments, scenario);
  require_writable(execution.folder);
  const Scenario* const runs[] = {&scenario};
  if (arguments.ranks == nullptr) require_memory(runs);

  const Stopwatch stopwatch;
  {
    Progress progress(arguments.progress, scenario.name, 1);
    const auto report = [&](double share) {
      progress.update(0, share);
      return !interrupted();
    };
    if (arguments.ranks == nullptr) {
      execution.result = run_experiment(scenario, arguments.threads, report);
    } else {
      SharedRun run = share_run(*arguments.ranks,
                                {arguments.scenario.string(), arguments.sets, arguments.threads},
                                scenario, report);
      execution.notes = {cost_text(run, arguments.threads), cost_warning(run)};
      execution.result = std::move(run.result);
    }
  }
  const RunResult& result = execution.result;
  if (report_violations(result)) {
    execution.exit_code = kExitFailure;
    return execution;
  }
  if (!result.partial) warn_of_unplaced(scenario.name, result);
  write_run(execution.folder, scenario, result, stopwatch.elapsed());
  execution.exit_code = result.partial ? kExitInterrupted : kExitOk;
  return execution;
}

}  // namespace spindle::app
