// scenarios/grey.json answers what it asks.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/cli/compared.hpp"

using namespace spindle::test;
using Json = nlohmann::json;

// Rows: no notice; 2 and 4 times as slow for 2 d; half of them so; 4 times for 4 h; repair yields.
TEST_CASE("grey: few slow drives do nothing to the fleet's heat, and much to its slowest reads") {
  const Json variants = compared("grey.json");
  REQUIRE(variants.size() == 6);
  const auto of = [&](std::size_t v, const char* name) { return metric(variants, v, name); };
  const auto p99_9 = [&](std::size_t v) { return of(v, "latency.read.p99_9_s"); };
  // 900 drives for 14 d; a drive that is slow asks for times - 1 of what it bears on top.
  const auto share = [&](std::size_t v) {
    return of(v, "failure.grey_drive_hours") / (900 * 14 * 24);
  };
  CHECK(variants[0]["metrics"].count("failure.grey_drive_hours") == 0);
  // 30 %/yr for 2 d, give or take the square root of what fails: 11 in 14 d.
  CHECK(share(2) == Approx(0.3 * 2 / 365).epsilon(1));
  CHECK(share(1) == share(2));
  CHECK(of(1, "heat.grey_share") == Approx(share(1)).epsilon(0.1));
  CHECK(of(2, "heat.grey_share") == Approx(3 * share(2)).epsilon(0.1));
  CHECK(of(3, "failure.grey_drive_hours") < of(2, "failure.grey_drive_hours"));
  CHECK(of(4, "failure.grey_drive_hours") <= 4 * (of(4, "repair.drive_failures") + 1));
  for (std::size_t v = 1; v < 6; ++v) {
    CAPTURE(v);
    CHECK(of(v, "repair.drive_failures") == of(0, "repair.drive_failures"));
    CHECK(of(v, "heat.util.mean") == Approx(of(0, "heat.util.mean")).epsilon(0.01));
    CHECK(of(v, "latency.read.p50_s") == Approx(of(0, "latency.read.p50_s")).epsilon(0.01));
    CHECK(of(v, "heat.grey_max") == of(v, "heat.drive_peak"));
  }
  CHECK(of(2, "heat.grey_max") > 2 * of(0, "heat.drive_peak"));
  CHECK(p99_9(1) < 1.1 * p99_9(0));
  CHECK(p99_9(2) > 1.3 * p99_9(0));
  CHECK(p99_9(3) < p99_9(2));
  CHECK(p99_9(4) < 1.1 * p99_9(0));
  CHECK(of(5, "repair.p50_s") > of(2, "repair.p50_s"));
}
