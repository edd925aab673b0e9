// The heat of a fleet that lives against direct summation over shards and moments.
#include <catch2/catch.hpp>
#include <cmath>
#include <cstring>

#include "tests/support/living_world.hpp"

using namespace spindle;
using test::LivingOptions;
using test::LivingWorld;

namespace {

// Single precision in weights, of drives that may have borne more than they do: 1e-5 of the drive's
// heat and 1e-6 of the fleet's mean.
void compare(const LivingWorld& living, const models::FlowResult& flow) {
  const models::Topology& topology = living.world().topology;
  const std::size_t epochs = living.world().grid.count;
  REQUIRE(flow.epochs == epochs);
  // A rack that is not up in any part of an epoch makes no transfers.
  const auto directed_at = [&](std::uint32_t d, std::size_t e) {
    const float rack = flow.series.rack_heat[e * topology.racks() + topology.rack_of(d)];
    return std::isnan(rack) ? 0.0 : living.directed_heat[d][e];
  };
  for (std::size_t e = 0; e < epochs; ++e) {
    double fleet = 0;
    double directed = 0;
    for (std::uint32_t rack = 0; rack < topology.racks(); ++rack) {
      const models::DriveRange drives = topology.drives_of_rack(rack);
      double sum = 0;
      for (std::uint32_t d = drives.first; d < drives.last; ++d) {
        sum += living.heat[d][e] + directed_at(d, e);
        directed += directed_at(d, e);
      }
      const float measured = flow.series.rack_heat[e * topology.racks() + rack];
      const double mean = std::isnan(measured) ? 0.0 : double{measured};  // not up: bears nothing
      REQUIRE(mean == Approx(sum / drives.size()).epsilon(1e-5).margin(2e-6));
      fleet += sum;
    }
    CHECK(flow.series.heat_sum[e] == Approx(fleet).epsilon(1e-5));
    CHECK(flow.series.directed_heat[e] == Approx(directed).epsilon(1e-5).margin(1e-9));
  }
  for (std::uint32_t d = 0; d < topology.drives(); ++d) {
    double sum = 0;
    double most = 0;
    for (std::size_t e = 0; e < epochs; ++e) {
      const double heat = living.heat[d][e] + directed_at(d, e);
      sum += heat;
      most = std::max(most, heat);
    }
    REQUIRE(flow.drive_heat_sum[d] == Approx(sum).epsilon(1e-5).margin(1e-5));
    REQUIRE(flow.drive_heat_max[d] == Approx(most).epsilon(1e-5).margin(2e-6));
    const std::size_t peak = flow.peak_epoch;
    REQUIRE(
        flow.peak_heat[d] ==
        Approx(living.heat[d][peak] + living.directed_heat[d][peak]).epsilon(1e-5).margin(2e-6));
  }
}

}  // namespace

TEST_CASE("living flow: moves, births and cooling, against direct summation") {
  LivingOptions options;
  options.has_outages = false;
  LivingWorld living(test::living_scenario(), options);
  const auto flow = living.run();
  compare(living, flow);
  CHECK(living.ledger_violations == 0);
  CHECK(living.demand_violations == 0);
  CHECK(living.checked_epochs == 37);
}

TEST_CASE("living flow: failures, racks and zones down, against direct summation") {
  for (const std::uint64_t seed : {5U, 6U, 7U, 8U}) {
    LivingOptions options;
    options.seed = seed;
    LivingWorld living(test::living_scenario(), options);
    const auto flow = living.run();
    compare(living, flow);
    CHECK(living.ledger_violations == 0);
    CHECK(living.demand_violations == 0);
  }
}

TEST_CASE("living flow: a zone lost for good, against direct summation") {
  LivingOptions options;
  options.loses_zone = true;
  LivingWorld living(test::living_scenario(), options);
  const auto flow = living.run();
  compare(living, flow);
  CHECK(living.ledger_violations == 0);
  CHECK(living.demand_violations == 0);
  CHECK(flow.series.drives.front() == 60);
  CHECK(flow.series.drives.back() <= 40);
}

TEST_CASE(
    "living flow: slow drives, in racks and zones that come and go, against direct summation") {
  for (const bool loses_zone : {false, true}) {
    LivingOptions options;
    options.has_slow_drives = true;
    options.loses_zone = loses_zone;
    options.seed = loses_zone ? 9 : 5;
    LivingWorld living(test::living_scenario(), options);
    const auto flow = living.run();
    compare(living, flow);
    CHECK(living.ledger_violations == 0);
    CHECK(living.demand_violations == 0);
    double slow = 0;
    for (const double heat : flow.series.slow_heat) slow += heat;
    CHECK(slow > 0.1);
  }
}

TEST_CASE("living flow: the same bits for any number of threads") {
  LivingOptions options;
  LivingWorld one(test::living_scenario(), options);
  const auto reference = one.run();
  for (const unsigned threads : {2U, 5U}) {
    options.threads = threads;
    LivingWorld several(test::living_scenario(), options);
    const auto flow = several.run();
    CHECK(flow.series.heat_sum == reference.series.heat_sum);
    // Bit by bit: racks that are not up are no number, which equals nothing.
    REQUIRE(flow.series.rack_heat.size() == reference.series.rack_heat.size());
    CHECK(std::memcmp(flow.series.rack_heat.data(), reference.series.rack_heat.data(),
                      flow.series.rack_heat.size() * sizeof(float)) == 0);
    CHECK(flow.series.disk_time == reference.series.disk_time);
    CHECK(flow.drive_heat_sum == reference.drive_heat_sum);
    CHECK(flow.peak_heat == reference.peak_heat);
    CHECK(flow.histogram == reference.histogram);
  }
}

TEST_CASE("living flow: a shift that nothing caused is found by both checkers") {
  LivingOptions options;
  options.has_outages = false;
  options.has_fault = true;
  LivingWorld living(test::living_scenario(), options);
  living.run();
  // From the third window on: every epoch, since tenant 1 is silent in few; two lines a window of
  // the ledger, a column and a rack.
  CHECK(living.demand_violations > 10);
  CHECK(living.ledger_violations == 2 * 3);
}

TEST_CASE("living flow: what the tenants ask follows births and cooling, wherever shards are") {
  // One drive model, everything readable, no directed heat in the demand: disk time of the series
  // less the writing of new data, which falls on named drives, is the drives' heat.
  app::Scenario scenario = test::living_scenario();
  scenario.tenants[0].options.write_bytes_per_s = 0;
  LivingOptions options;
  options.has_outages = false;
  LivingWorld living(scenario, options);
  const auto flow = living.run();
  for (std::size_t e = 0; e < 37; ++e) {
    CHECK(flow.series.disk_time[e] ==
          Approx(flow.series.heat_sum[e] - flow.series.directed_heat[e]).epsilon(1e-5));
  }
}
