#pragma once
// A placed fleet whose failures, outages and repairs a test steps through.

#include <catch2/catch.hpp>

#include "tests/support/failing_fleet.hpp"

namespace spindle::test {

inline sim::Instant hour(double h) {
  return sim::Instant() + sim::Duration::hours(h);
}

// Every state a test looks at must pass the checker.
class LivingFleet {
 public:
  explicit LivingFleet(const FailingFleet& fleet, sim::Seed seed = sim::Seed{1},
                       std::uint32_t replication = 0)
      : placed_(fleet, seed), inputs_(placed_.inputs()), run_(inputs_, replication) {}

  const models::RepairRun& at(double h) {
    run_.run_until(hour(h));
    const models::CheckReport report = placed_.check(run_);
    for (const std::string& line : report.first) UNSCOPED_INFO(line);
    CHECK(report.ok());
    return run_;
  }
  [[nodiscard]] const PlacedFleet& placed() const { return placed_; }
  [[nodiscard]] const models::RepairRun& run() const { return run_; }

 private:
  PlacedFleet placed_;
  models::RepairInputs inputs_;
  models::RepairRun run_;
};

// That fleet, in which drives do not fail: only what is scripted happens. 24 h are a unit of `run`.
inline FailingFleet quiet_fleet(double bytes_per_s, FailingFleet fleet = {}) {
  fleet.lambda = 0;
  fleet.options.law = models::RepairLaw::kBandwidth;
  fleet.options.bytes_per_s = bytes_per_s;
  fleet.run = 30;
  return fleet;
}

inline models::Outage rack_lost(std::uint32_t rack, double h) {
  return {models::DomainKind::kRack, rack, hour(h), true, {}};
}
inline models::Outage rack_down(std::uint32_t rack, double h, double hours) {
  return {models::DomainKind::kRack, rack, hour(h), false, sim::Duration::hours(hours)};
}
inline models::Outage zone_lost(std::uint32_t zone, double h) {
  return {models::DomainKind::kZone, zone, hour(h), true, {}};
}
inline models::Outage zone_down(std::uint32_t zone, double h, double hours) {
  return {models::DomainKind::kZone, zone, hour(h), false, sim::Duration::hours(hours)};
}

}  // namespace spindle::test
