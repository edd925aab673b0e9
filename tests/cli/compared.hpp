#pragma once
// Comparisons of the scenarios that come with Spindle.

#include <catch2/catch.hpp>
#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/cli/program.hpp"

namespace spindle::test {

// The variants of one of the repository's scenarios, compared.
inline nlohmann::json compared(const std::string& name) {
  const Scratch scratch;
  const Outcome outcome = shell(
      scratch.path(), "\"$SPINDLE\" compare \"$SOURCE\"/scenarios/" + name + " -q --format json");
  INFO(outcome.err);
  REQUIRE(outcome.exit_code == 0);
  return nlohmann::json::parse(outcome.out)["variants"];
}

inline double metric(const nlohmann::json& variants, std::size_t variant, const char* name) {
  return variants[variant]["metrics"][name].get<double>();
}

}  // namespace spindle::test
