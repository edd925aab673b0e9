#include "app/command/load_scenario.hpp"

#include <fmt/format.h>

#include "app/console/streams.hpp"

namespace spindle::app {

namespace {

// True where there are problems.
bool report(const std::vector<Problem>& problems) {
  for (const Problem& problem : problems) print_message("{}\n", to_string(problem));
  if (problems.empty()) return false;
  print_message("{} problem{}; nothing was run\n", problems.size(),
                problems.size() == 1 ? "" : "s");
  return true;
}

void warn(const Scenario& scenario, const std::string& who) {
  for (const std::string& line : warnings_of(scenario)) {
    print_message("warning: {}: {}\n", who, line);
  }
}

}  // namespace

std::optional<Scenario> load_scenario(const Arguments& arguments, VariantCheck check) {
  ReadResult read = read_scenario(arguments.scenario, arguments.sets, check);
  if (report(read.problems)) return std::nullopt;
  warn(*read.scenario, read.scenario->name);
  return std::move(read.scenario);
}

std::optional<ScenarioSet> load_comparison(const Arguments& arguments) {
  ReadResult read = read_comparison(arguments.scenario, arguments.sets);
  if (report(read.problems)) return std::nullopt;
  for (std::size_t v = 0; v < read.variants.size(); ++v) {
    warn(read.variants[v], read.scenario->variants[v].name);
  }
  return ScenarioSet{std::move(*read.scenario), std::move(read.variants)};
}

std::filesystem::path output_folder(const Arguments& arguments, const Scenario& scenario) {
  return arguments.out.empty() ? std::filesystem::path("results") / scenario.name : arguments.out;
}

}  // namespace spindle::app
