#pragma once
// Scenarios of tests, read as the program reads them.

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "app/scenario/reader.hpp"
#include "tests/support/scenario_text.hpp"

namespace spindle::test {

// What was read; a test that gave a bad one fails, with what is wrong with it.
inline app::Scenario valid(const app::ReadResult& read) {
  for (const app::Problem& problem : read.problems) UNSCOPED_INFO(to_string(problem));
  REQUIRE(read.scenario);
  return *read.scenario;
}

// Every problem, a line each.
inline std::string all_problems(const app::ReadResult& read) {
  std::string text;
  for (const app::Problem& problem : read.problems) text += to_string(problem) + "\n";
  return text;
}

inline app::Scenario valid_scenario(const std::string& text,
                                    const std::vector<std::string>& sets = {}) {
  return valid(app::read_scenario_text(text, "s.json", sets));
}

// The one problem of the base scenario with these values.
inline std::string one_problem(const std::vector<std::string>& sets) {
  const app::ReadResult read = app::read_scenario_text(base_scenario(), "s.json", sets);
  for (const app::Problem& each : read.problems) UNSCOPED_INFO(to_string(each));
  REQUIRE(read.problems.size() == 1);
  return to_string(read.problems.front());
}

inline bool says(const std::string& text, const std::string& part) {
  UNSCOPED_INFO(text);
  return text.find(part) != std::string::npos;
}

}  // namespace spindle::test
