// The figure of a drive, drawn from what `spindle drive` prints.
#include <catch2/catch.hpp>
#include <string>

#include "tests/cli/program.hpp"

using namespace spindle::test;

namespace {

const std::string kDriveScript =
    "'" SPINDLE_SOURCE_DIR "/scripts/plot_drive.py' --spindle \"$SPINDLE\" ";

}  // namespace

TEST_CASE("plot drive: a picture of a drive with a seek table, and of one with a law", "[.large]") {
  const Scratch scratch;
  if (!can_draw(scratch)) return;
  for (const char* const drive : {"barracuda", "nearline-20tb"}) {
    INFO(drive);
    const Outcome outcome =
        shell(scratch.path(), kDriveScript + "--requests 300 -o drive.png --drive " + drive);
    INFO(outcome.err);
    CHECK(outcome.exit_code == 0);
    CHECK(outcome.out == "drive.png\n");
    const std::string picture = read_file(scratch.path() / "drive.png");
    CHECK(picture.rfind("\x89PNG", 0) == 0);
    CHECK(picture.size() > 50'000);
  }
}

TEST_CASE("plot drive: a drive that is not there is named") {
  const Scratch scratch;
  if (!can_draw(scratch)) return;
  const Outcome outcome = shell(scratch.path(), kDriveScript + "--drive no-such-drive");
  CHECK(outcome.exit_code == 1);
  CHECK(outcome.err.find("no-such-drive") != std::string::npos);
}
