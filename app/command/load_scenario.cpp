#include "app/command/load_scenario.hpp"

#include <fmt/format.h>

#include "app/console/streams.hpp"

namespace spindle::app {

std::optional<Scenario> load_scenario(const Arguments& arguments, VariantCheck check,
                                      std::optional<std::size_t> variant) {
  ReadResult read = read_scenario(arguments.scenario, arguments.sets, variant, check);
  for (const Problem& problem : read.problems) print_message("{}\n", to_string(problem));
  if (!read.problems.empty()) {
    print_message("{} problem{}; nothing was run\n", read.problems.size(),
                  read.problems.size() == 1 ? "" : "s");
    return std::nullopt;
  }
  return std::move(read.scenario);
}

std::filesystem::path output_folder(const Arguments& arguments, const Scenario& scenario) {
  return arguments.out.empty() ? std::filesystem::path("results") / scenario.name : arguments.out;
}

}  // namespace spindle::app
