#include "app/scenario/scenario_values.hpp"

#include <system_error>
#include <utility>

#include "app/scenario/build.hpp"
#include "app/scenario/checks.hpp"
#include "app/scenario/mechanical_checks.hpp"
#include "app/scenario/resolve.hpp"

namespace spindle::app {
namespace {

// What traces.dir and drive files are relative to: the scenario file's folder, or, where it was
// given on the command line, the folder that the command was given in.
std::filesystem::path trace_base(const Value& root, const std::string& file) {
  if (origin_of(root, "traces.dir").source == Origin::Source::kCommandLine) {
    std::error_code ignored;
    return std::filesystem::current_path(ignored);
  }
  return std::filesystem::path(file).parent_path();
}

// Says of each threshold or gate of that block where it is stated.
template <class Stated>
void locate(const Value& root, const char* block, const std::string& file,
            std::vector<Stated>& all) {
  const Value* given = root.find(block);
  for (Stated& stated : all) {
    const Origin origin = given->find(stated.metric)->origin;
    const bool set = origin.source == Origin::Source::kCommandLine;
    stated.file = set ? "--set" : file;
    stated.line = set ? 0 : origin.position.line;
    stated.column = set ? 0 : origin.position.column;
  }
}

}  // namespace

Value without_studies(const Value& root) {
  Value copy;
  copy.type = root.type;
  copy.origin = root.origin;
  for (const Member& member : root.members) {
    if (member.key != "compare" && member.key != "sweep") copy.members.push_back(member);
  }
  return copy;
}

Json resolve_and_check(const Value& root, const std::string& file, ProblemList& problems) {
  Json resolved = resolve(root, problems);
  check_combinations(root, resolved, problems);
  check_drives(root, resolved, trace_base(root, file), problems);
  return resolved;
}

Scenario build_located(const Value& root, Json resolved, const std::string& file) {
  Scenario scenario = build_scenario(std::move(resolved), trace_base(root, file));
  locate(root, "thresholds", file, scenario.thresholds);
  locate(root, "gates", file, scenario.gates);
  return scenario;
}

}  // namespace spindle::app
