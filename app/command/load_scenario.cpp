#include "app/command/load_scenario.hpp"

#include <fmt/format.h>

#include "app/console/streams.hpp"
#include "app/scenario/json_document.hpp"
#include "app/text/wording.hpp"

namespace spindle::app {

bool report_problems(const std::vector<Problem>& problems) {
  for (const Problem& problem : problems) print_message("{}\n", to_string(problem));
  if (problems.empty()) return false;
  print_message("{}; nothing was run\n", counted(problems.size(), "problem"));
  return true;
}

namespace {

void warn(const Scenario& scenario, const std::string& who) {
  for (const std::string& line : warnings_of(scenario)) {
    print_message("warning: {}: {}\n", who, line);
  }
}

bool is_within(std::string_view path, std::string_view outer) {
  return path.starts_with(outer) && (path.size() == outer.size() || path[outer.size()] == '.');
}

// A variant has the last word: who sets a value for all of them must know.
void warn_of_overridden(const std::vector<std::string>& sets, const Scenario& scenario) {
  for (const std::string& set : sets) {
    const std::string_view path = std::string_view(set).substr(0, set.find('='));
    std::vector<std::string> variants;
    for (const Variant& variant : scenario.variants) {
      const Json overrides = Json::parse(variant.overrides_json);
      for (const auto& [theirs, value] : overrides.items()) {
        if (!is_within(path, theirs) && !is_within(theirs, path)) continue;
        variants.push_back(in_quotes(variant.name));
        break;
      }
    }
    if (variants.empty()) continue;
    print_message("warning: --set {}: {} (of {}) set it too, and what they set stands\n", path,
                  listed(variants), counted(scenario.variants.size(), "variant"));
  }
}

}  // namespace

std::optional<Scenario> load_scenario(const Arguments& arguments, VariantCheck check) {
  ReadResult read = read_scenario(arguments.scenario, arguments.sets, check);
  if (report_problems(read.problems)) return std::nullopt;
  warn(*read.scenario, read.scenario->name);
  return std::move(read.scenario);
}

std::optional<ScenarioSet> load_comparison(const Arguments& arguments) {
  ReadResult read = read_comparison(arguments.scenario, arguments.sets);
  if (report_problems(read.problems)) return std::nullopt;
  warn_of_overridden(arguments.sets, *read.scenario);
  for (std::size_t v = 0; v < read.variants.size(); ++v) {
    warn(read.variants[v], read.scenario->variants[v].name);
  }
  return ScenarioSet{std::move(*read.scenario), std::move(read.variants)};
}

std::filesystem::path output_folder(const Arguments& arguments, const Scenario& scenario) {
  return arguments.out.empty() ? std::filesystem::path("results") / scenario.name : arguments.out;
}

}  // namespace spindle::app
