#pragma once
// Runs of one scenario file, in a folder of their own.

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/cli/program.hpp"

namespace spindle::test {

class FleetRuns {
 public:
  explicit FleetRuns(const std::string& scenario) {
    write_file(scratch_.path() / "fleet.json", scenario);
  }

  Outcome run(const std::string& arguments) {
    return shell(scratch_.path(), "\"$SPINDLE\" run fleet.json -q " + arguments);
  }
  nlohmann::json metrics(const std::string& arguments) {
    const Outcome outcome = run("--out out " + arguments);
    INFO(outcome.err);
    REQUIRE(outcome.exit_code == 0);
    return nlohmann::json::parse(read_file(scratch_.path() / "out/metrics.json"));
  }
  [[nodiscard]] const fs::path& folder() const { return scratch_.path(); }

 private:
  Scratch scratch_;
};

}  // namespace spindle::test
