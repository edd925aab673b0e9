#pragma once
// Reads the scenario a command names and prints every problem found.

#include <optional>

#include "app/command/arguments.hpp"
#include "app/scenario/reader.hpp"

namespace spindle::app {

// Empty where there are problems: they stand on stderr, and nothing may be run.
std::optional<Scenario> load_scenario(const Arguments& arguments, VariantCheck check,
                                      std::optional<std::size_t> variant = std::nullopt);

// Where results go: --out, or results/<name>.
std::filesystem::path output_folder(const Arguments& arguments, const Scenario& scenario);

}  // namespace spindle::app
