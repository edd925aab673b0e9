// What a progress line says of the time left.
#include "app/console/progress.hpp"

#include <catch2/catch.hpp>

using spindle::app::time_left_text;

TEST_CASE("progress: the time left in one unit, and none where it cannot be told or all is done") {
  CHECK(time_left_text(10, 0.5) == "10 s left");
  CHECK(time_left_text(60, 0.2) == "4 min left");
  CHECK(time_left_text(1, 0.9) == "under 1 s left");
  CHECK(time_left_text(100, 0.01).empty());
  CHECK(time_left_text(100, 1).empty());
}
