#include <fmt/format.h>

#include <thread>

#include "app/command/arguments.hpp"
#include "app/command/load_scenario.hpp"
#include "app/command/load_study.hpp"
#include "app/console/exit_codes.hpp"
#include "app/console/interrupt.hpp"
#include "app/console/streams.hpp"
#include "app/drive/drive_fields.hpp"
#include "app/scenario/reader.hpp"
#include "app/version.hpp"

namespace spindle::app {

namespace {

// False where the scenario has a sweep with problems, or with points that have some.
bool check_sweep(const Arguments& arguments, const Scenario& scenario) {
  if (!Json::parse(scenario.resolved_json).contains("sweep")) return true;
  const auto study = load_study({arguments.scenario, arguments.sets, {}, {}});
  if (!study) return false;
  const CheckedStudy checked = check_study(*study, {}, std::thread::hardware_concurrency(),
                                           [](double) { return !interrupted(); });
  return !report_problems(checked.problems);
}

}  // namespace

int validate_command(const Arguments& arguments) {
  const auto scenario = load_scenario(arguments, VariantCheck::kAllVariants);
  if (!scenario || !check_sweep(arguments, *scenario)) return kExitInvalidScenario;
  print_output("{}: valid\n", arguments.scenario.string());
  return kExitOk;
}

int schema_command(bool of_drives) {
  write_output(of_drives ? drive_file_schema() : scenario_schema());
  return kExitOk;
}

int version_command() {
  print_output("spindle {} (commit {}, {})\n", kVersion, kGitCommit, kCompiler);
  return kExitOk;
}

}  // namespace spindle::app
