// The figure of nines against the time of repair, drawn from what `spindle nines` prints.
#include <catch2/catch.hpp>
#include <string>

#include "tests/cli/program.hpp"

using namespace spindle::test;

namespace {

const std::string kRepairTimeScript = "'" SPINDLE_SOURCE_DIR "/scripts/plot_repair_time.py' ";

}  // namespace

TEST_CASE("plot repair time: a picture of six schemes", "[.large]") {
  const Scratch scratch;
  if (!can_draw(scratch)) return;
  const Outcome outcome =
      shell(scratch.path(), kRepairTimeScript + "--spindle \"$SPINDLE\" -o nines.png");
  INFO(outcome.err);
  CHECK(outcome.exit_code == 0);
  CHECK(outcome.out == "nines.png\n");
  const std::string picture = read_file(scratch.path() / "nines.png");
  CHECK(picture.rfind("\x89PNG", 0) == 0);
  CHECK(picture.size() > 50'000);
}

TEST_CASE("plot repair time: a program that is not there is named") {
  const Scratch scratch;
  if (!can_draw(scratch)) return;
  const Outcome outcome = shell(scratch.path(), kRepairTimeScript + "--spindle no/such/program");
  CHECK(outcome.exit_code == 1);
  CHECK(outcome.err.find("no/such/program") != std::string::npos);
}
