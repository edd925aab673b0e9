// The scenario reader on any bytes: a scenario that reads back equal, or at least one problem.
//
// The input is the file's text; after a zero byte, "--set" texts follow, separated by zero bytes.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "app/scenario/reader.hpp"

namespace {

void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "scenario_fuzz: %s\n", what);
  std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using spindle::app::read_scenario_text;
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  const std::size_t end = rest.find('\0');
  const std::string_view text = rest.substr(0, end);
  std::vector<std::string> sets;
  while (rest.find('\0') != std::string_view::npos) {
    rest.remove_prefix(rest.find('\0') + 1);
    sets.emplace_back(rest.substr(0, rest.find('\0')));
  }

  const auto result = read_scenario_text(text, "fuzz.json", sets);
  require(result.scenario.has_value() == result.problems.empty(),
          "neither a scenario nor a problem, or both");
  for (const auto& problem : result.problems) {
    require(!problem.message.empty() && !to_string(problem).empty(), "a problem without words");
  }
  if (!result.scenario) return 0;
  const auto again = read_scenario_text(result.scenario->resolved_json, "fuzz.json", {});
  require(again.scenario.has_value(), "the resolved scenario is not one");
  require(again.scenario->resolved_json == result.scenario->resolved_json,
          "resolving twice changes the scenario");
  for (std::size_t i = 0; i < result.scenario->variants.size(); ++i) {
    require(read_scenario_text(text, "fuzz.json", sets, i).scenario.has_value(),
            "a checked variant is not a scenario");
  }
  return 0;
}
