// The scenarios that move data answer what they ask: into racks that land, out of racks that are
// emptied, from one redundancy to another.
#include <catch2/catch.hpp>
#include <cmath>
#include <nlohmann/json.hpp>

#include "tests/cli/compared.hpp"

using namespace spindle::test;
using Json = nlohmann::json;

TEST_CASE("rack-landing: new data first melts racks, the coolest data first keeps them warm") {
  const Json variants = compared("rack-landing.json");
  REQUIRE(variants.size() == 4);
  // Full when 0.8 of a rack of the 3.63 racks of logs in a zone are new. Then the landed rack bears
  // 0.9 (1 - e^{-0.25 days}) of its zone's reads, and all first writes, in 34 racks' mean heat.
  const double days = -std::log(1 - 0.8 / (7260.0 / 400 / 5)) / 0.05;
  CHECK(metric(variants, 0, "migration.seconds") / 86400 == Approx(days).epsilon(0.1));
  const double phi = 0.9 * -std::expm1(-0.25 * days);
  const double reads = 5100e12 / 86400 / 4e6;       // a second
  const double writes = 3 * 72.6e12 / 86400 / 4e6;  // nearly as long each
  const double zone = metric(variants, 0, "heat.util.mean") /
                      metric(variants, 0, "heat.peak_to_mean") * 34 / (1 + writes / reads);
  CHECK(metric(variants, 0, "landing.rack_heat_peak") ==
        Approx(zone * (phi + writes / reads)).epsilon(0.1));
  CHECK(metric(variants, 0, "heat.meltdown_racks") == 3);
  CHECK(metric(variants, 1, "heat.meltdown_racks") == 0);
  CHECK(std::abs(metric(variants, 1, "landing.rack_heat_to_fleet") - 1) < 0.2);
  CHECK(metric(variants, 1, "landing.rack_heat_peak") < 1);
  // A mean mix: as hot as its fill, and the hotter for the moves.
  CHECK(metric(variants, 2, "heat.meltdown_racks") == 0);
  CHECK(metric(variants, 2, "landing.rack_heat_peak") >
        1.2 * metric(variants, 1, "landing.rack_heat_peak"));
  CHECK(metric(variants, 3, "heat.meltdown_racks") == 0);
}

TEST_CASE("platform-migration: drives are empty after what they hold over the rate") {
  const Json variants = compared("platform-migration.json");
  REQUIRE(variants.size() == 5);
  const double held = 720e15 / 60000;  // bytes on a drive
  const double rates[] = {20e6, 80e6, 20e6, 20e6, 1e9};
  for (std::size_t v = 0; v < 5; ++v) {
    CHECK(metric(variants, v, "migration.seconds") == Approx(held / rates[v]).epsilon(0.01));
    CHECK(metric(variants, v, "migration.bytes") == Approx(20000 * held).epsilon(0.01));
    CHECK(metric(variants, v, "migration.unmet_bytes") == 0);
    CHECK(metric(variants, v, "capacity.fill.mean") == Approx(v == 3 ? 0.9 : 0.6).epsilon(0.002));
    // All drained at once, racks do nothing else for hours.
    CHECK((metric(variants, v, "heat.meltdown_racks") > 0) == (v == 4));
  }
}

TEST_CASE("lifecycle: a bandwidth keeps up with what grows old, or falls behind") {
  const Json variants = compared("lifecycle.json");
  REQUIRE(variants.size() == 5);
  // Turnover is a hundredth a day, so that e^-0.6 of the data is older than 60 days; where a share
  // b comes back, d e^-dA / (d + b (1 - e^-dA)), which 85 days approach.
  const double old = std::exp(-0.6);
  const double back = 1.2 / 365.25;
  const double shares[] = {0, 0, old, old, 0.01 * old / (0.01 + back * (1 - old))};
  for (const std::size_t v : {2U, 3U, 4U}) {
    CHECK(metric(variants, v, "lifecycle.recoded_share") == Approx(shares[v]).epsilon(0.01));
    CHECK(metric(variants, v, "lifecycle.waiting_bytes") < 1e12);
    CHECK(metric(variants, v, "lifecycle.freed_bytes") ==
          Approx(1.2 * 500e15 * metric(variants, v, "lifecycle.recoded_share")).epsilon(1e-3));
  }
  // At 1 MB/s a drive 100 GB/s are read and written for 85 days, 2.8 bytes a byte.
  CHECK(metric(variants, 1, "lifecycle.recoded_bytes") ==
        Approx(1e11 * 85 * 86400 / 2.8).epsilon(0.01));
  CHECK(metric(variants, 1, "lifecycle.waiting_bytes") > 90e15);
  // Ten times the bandwidth takes a tenth of the time, and drives that then do little else.
  CHECK(metric(variants, 2, "lifecycle.seconds") > 8 * metric(variants, 3, "lifecycle.seconds"));
  CHECK(metric(variants, 2, "heat.util.p99_9") < 0.65);
  CHECK(metric(variants, 3, "heat.util.p99_9") > 1);
}
