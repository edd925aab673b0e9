#include <fmt/format.h>

#include "app/command/arguments.hpp"
#include "app/command/load_scenario.hpp"
#include "app/console/exit_codes.hpp"
#include "app/console/streams.hpp"
#include "app/drive/drive_fields.hpp"
#include "app/scenario/reader.hpp"
#include "app/version.hpp"

namespace spindle::app {

int validate_command(const Arguments& arguments) {
  const auto scenario = load_scenario(arguments, VariantCheck::kAllVariants);
  if (!scenario) return kExitInvalidScenario;
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
