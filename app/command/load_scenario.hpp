#pragma once
// Reads the scenario a command names and prints every problem found.

#include <optional>
#include <vector>

#include "app/command/arguments.hpp"
#include "app/scenario/reader.hpp"

namespace spindle::app {

// Prints them, each on a line of stderr, and that nothing was run. Returns whether there are any.
bool report_problems(const std::vector<Problem>& problems);

// Empty where there are problems: they stand on stderr, and nothing may be run.
std::optional<Scenario> load_scenario(const Arguments& arguments, VariantCheck check);

struct ScenarioSet {
  Scenario base;
  std::vector<Scenario> variants;
};
// The same for a scenario with all its variants.
std::optional<ScenarioSet> load_comparison(const Arguments& arguments);

// Where results go: --out, or results/<name>.
std::filesystem::path output_folder(const Arguments& arguments, const Scenario& scenario);

}  // namespace spindle::app
