#include "app/world/ledger_memory.hpp"

#include <algorithm>

#include "models/ledger/refilled_drives.hpp"
#include "models/redundancy/scheme.hpp"

namespace spindle::app {
namespace {

// Of fleets of ledgers under static placement, on every rank: which drives are of which set, their
// rows when sets are counted, and per set what it holds and takes, and whose it is.
double ledger_sets_bytes(const Scenario& scenario, double drives) {
  if (scenario.placement.policy != "static") return 0;
  const auto classes = static_cast<double>(scenario.tenants.size());
  const double sets = drives / models::Scheme(scenario.redundancy).shards();
  constexpr double kPerDrive = 16;
  constexpr double kPerSet = 100;
  return drives * (kPerDrive + 8 * classes) + sets * (kPerSet + 56 * classes);
}

// Under `least_loaded`: rows of drives that are refilled, and whose data each of them took.
double refilled_bytes(const Scenario& scenario, double failures) {
  if (scenario.placement.policy != "least_loaded") return 0;
  constexpr double kRows = models::RefilledDrives::kMostRows;
  constexpr double kPerRow = 48;  // and class
  constexpr double kPerFailure = 2'500;
  return kRows * kPerRow * static_cast<double>(scenario.tenants.size()) +
         std::min(kRows, failures) * kPerFailure;
}

}  // namespace

double ledger_bytes(const Scenario& scenario, unsigned ranks) {
  const double drives = scenario.fleet.drives + static_cast<double>(scenario.landing_drives());
  const auto classes = static_cast<double>(scenario.tenants.size());
  // Its mix, three results; at the end fill or heat as doubles to sort.
  constexpr double kPerDrive = 4 + 12 + 24;
  constexpr double kPerDriveOfAll = 4;  // its rack
  const double arrays = scenario.run.wants_drive_arrays ? 12 : 0;
  constexpr double kPerFailure = 32;
  constexpr double kPerRack = 2000;
  // Of the sample: shards, who holds them, heat in a window.
  constexpr double kSampleDrives = 16'384;
  constexpr double kPerSampleShard = 40;
  double tenants = 0;
  for (const TenantSpec& spec : scenario.tenants) tenants += spec.options.count;
  double failures = 0;
  for (const models::DriveShare& of : scenario.fleet.models) {
    failures = std::max(failures, of.model.annual_failure_rate);
  }
  failures *= drives * scenario.run.duration.to_seconds() / sim::kSecondsPerYear;
  const double shards = scenario.data.all() / scenario.data.extent.to_double() *
                        models::Scheme(scenario.redundancy).shards() / scenario.fleet.drives;
  return drives * ((kPerDrive + 8 * classes) / ranks + kPerDriveOfAll + arrays) +
         failures * 2 * kPerFailure + scenario.racks_in_all() * kPerRack +
         std::min(drives, kSampleDrives) * (1.5 * shards * kPerSampleShard + classes * 40) +
         ledger_sets_bytes(scenario, drives) + refilled_bytes(scenario, failures) + tenants * 800 +
         static_cast<double>(scenario.run.epochs()) * 200 + 32e6;
}

}  // namespace spindle::app
