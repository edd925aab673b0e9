// Landings against the figures of docs/theory/landing.md and against brute force.

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

#include "tests/support/landing_fleet.hpp"

using namespace spindle;
using namespace spindle::models;
using test::LandingFleet;

namespace {

Landing landing(double at_h, double bytes_per_s, double target = 0.8) {
  return {LandingFleet::hours(at_h), 1, LandingPolicy::kCoolestFirst, target, bytes_per_s};
}

}  // namespace

TEST_CASE("a rack of 20 TB drives fills to 80 % in the times that its rate gives") {
  // 16 TB a drive: 17.8 h at 250 MB/s, 3.7 d at 50, 37 d at 5 (P13). A rack of 1,000 such drives
  // takes in 16 PB; here it has 4, which changes neither rate nor time.
  struct Row {
    double rate;
    double hours;
    double tolerance;
  };
  for (const Row row : {Row{250e6, 17.8, 0.05}, Row{50e6, 3.7 * 24, 1.2}, Row{5e6, 37 * 24, 12}}) {
    test::LandingFleetOptions options;
    options.racks_per_zone = 10;
    options.drives = 120;
    options.shard_bytes = 20'000'000'000;
    options.capacity_shards = 1000;  // 20 TB
    options.tenants = 2;
    options.extents_each = 3500;
    options.landings = {landing(2.5, row.rate)};
    options.horizon_h = 1000;
    LandingFleet fleet(options);
    const LandingRun& run = fleet.land();
    fleet.run_to(2.5 + row.hours + 24);
    const LandingReport report = run.report(0);
    CHECK(report.outcome == models::LandingOutcome::kReached);
    CHECK(report.moves == 3 * 4 * 800);
    CHECK(report.bytes == 3 * 4 * 16e12);
    CHECK(report.transfers_in_vain == 0);
    CHECK(report.bytes_short == 0);
    CHECK(std::abs(report.seconds / 3600 - row.hours) < row.tolerance);
    CHECK(report.seconds == Approx(16e12 / row.rate).epsilon(1e-9));
    CHECK(fleet.violations() == std::vector<std::string>{});
    // 16 TB read in one zone's rack and written in another's, 4 MB at a time.
    double told = 0;
    for (std::uint32_t drive = 0; drive < fleet.topology().drives(); ++drive) {
      told += fleet.directed_s(drive);
    }
    const DriveModel& model = fleet.topology().models().front();
    const double each = read_service(model, 4e6).mean_s + write_service(model, 4e6).mean_s;
    CHECK(told == Approx(3 * 4 * 16e12 / 4e6 * each).epsilon(1e-4));  // heat is kept as floats
  }
}

TEST_CASE("a landed rack takes the coolest extents of all, one shard of each") {
  test::LandingFleetOptions options;
  options.landings = {landing(1, 100e6, 0.25)};
  LandingFleet fleet(options);
  const LandingRun& run = fleet.land();
  fleet.run_to(16);
  REQUIRE(run.report(0).outcome == models::LandingOutcome::kReached);
  // 3 drives of 50 shards a rack: the 150 coolest of 300.
  const ExtentDemand demand = LandingFleet::demand(options);
  std::vector<std::pair<float, std::uint32_t>> by_heat;
  for (std::uint32_t e = 0; e < 300; ++e) {
    by_heat.emplace_back(demand.weight[e] * static_cast<float>(1 + demand.column[e]), e);
  }
  std::sort(by_heat.begin(), by_heat.end());
  std::set<std::uint32_t> coolest;
  for (std::uint32_t i = 0; i < 150; ++i) coolest.insert(by_heat[i].second);
  for (std::uint32_t zone = 0; zone < 3; ++zone) {
    const std::uint32_t rack = fleet.topology().landing_rack(zone, 0);
    std::multiset<std::uint32_t> moved;
    for (std::uint32_t e = 0; e < 300; ++e) {
      for (const std::uint32_t drive : fleet.state().map().of(e)) {
        if (fleet.topology().rack_of(drive) == rack) moved.insert(e);
      }
    }
    CHECK(std::vector(moved.begin(), moved.end()) == std::vector(coolest.begin(), coolest.end()));
  }
  CHECK(fleet.violations() == std::vector<std::string>{});
}
