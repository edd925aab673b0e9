#pragma once
// Small fleets whose drives fail often, for the tests of failures and repair.

#include <rapidcheck.h>

#include <cstdint>
#include <optional>
#include <utility>

#include "models/checkers/repair_checker.hpp"
#include "models/repair/direct_durability.hpp"
#include "tests/support/placement_world.hpp"

namespace spindle::test {

inline constexpr double kRepairHours = 24;  // mttr: the unit of time, 1/mu, of what follows

struct FailingFleet {
  std::uint32_t zones = 3;
  std::uint32_t racks_per_zone = 10;
  std::uint32_t drives = 300;
  std::uint64_t capacity_shards = 1000;  // a drive holds so many
  double lambda = 0.1;                   // failures per drive and 1/mu
  std::uint32_t shards = 3;
  std::uint32_t needed = 1;
  std::uint32_t extents = 1000;
  models::SpreadRule spread{3, 1};
  double run = 100;  // in 1/mu
  sim::Duration detect = {};
  sim::Duration replace = sim::Duration::hours(1);
  models::PlacementOptions policy = test::policy("random");
  models::RepairOptions options = {};  // beside detect and mttr
  models::OutageOptions outages = {};
};

// A placed fleet and what the repair models want to know of it.
class PlacedFleet {
 public:
  static constexpr std::uint64_t kShardBytes = 100;

  PlacedFleet(const FailingFleet& fleet, sim::Seed seed)
      : fleet_(fleet),
        topology_({fleet.zones, fleet.racks_per_zone, fleet.drives, {{model(fleet), 1}}}),
        extents_(equal_tenants(1, fleet.extents, kShardBytes)),
        placement_(models::place_all({topology_, fleet.spread, fleet.shards, 1, seed}, fleet.policy,
                                     extents_)),
        index_(placement_, topology_.drives()),
        counts_(models::count_shards(topology_, placement_)),
        seed_(seed) {}
  PlacedFleet(const PlacedFleet&) = delete;
  PlacedFleet& operator=(const PlacedFleet&) = delete;

  [[nodiscard]] models::RepairInputs inputs() const {
    return {topology_, fleet_.spread, fleet_.needed, kShardBytes, placement_,
            index_,    repair(),      failure(),     seed_,       fleet_.outages};
  }
  [[nodiscard]] models::DirectEstimate estimate(std::uint32_t replications,
                                                unsigned threads = 1) const {
    return models::estimate_directly(
        topology_, fleet_.spread, fleet_.needed, extents_, placement_, repair(), failure(), seed_,
        {.replications = replications, .threads = threads, .outages = fleet_.outages});
  }
  [[nodiscard]] models::CheckReport check(const models::RepairRun& run) const {
    return models::check_repair(inputs(), counts_, run);
  }
  [[nodiscard]] const models::Topology& topology() const { return topology_; }
  [[nodiscard]] const models::PlacementResult& placement() const { return placement_; }
  [[nodiscard]] const models::ShardIndex& index() const { return index_; }
  [[nodiscard]] const std::vector<std::uint32_t>& counts() const { return counts_; }
  [[nodiscard]] sim::Instant end() const { return sim::Instant() + failure().horizon; }
  [[nodiscard]] models::RepairOptions repair() const {
    models::RepairOptions options = fleet_.options;
    options.detect = fleet_.detect;
    options.mttr = sim::Duration::hours(kRepairHours);
    return options;
  }
  [[nodiscard]] models::FailureOptions failure() const {
    return {fleet_.replace, sim::Duration::hours(fleet_.run * kRepairHours)};
  }

 private:
  static models::DriveModel model(const FailingFleet& fleet) {
    models::DriveModel drive = drive_of_capacity(fleet.capacity_shards * kShardBytes);
    drive.annual_failure_rate = fleet.lambda / kRepairHours * sim::kHoursPerYear;
    return drive;
  }

  FailingFleet fleet_;
  models::Topology topology_;
  models::ExtentTable extents_;
  models::PlacementResult placement_;
  models::ShardIndex index_;
  std::vector<std::uint32_t> counts_;
  sim::Seed seed_;
};

// A fleet of any small shape, for RapidCheck, that runs for 30 days; none where its rule has no
// room for an extent.
inline std::optional<FailingFleet> any_fleet(std::uint32_t least_racks_per_zone) {
  FailingFleet fleet;
  fleet.zones = *rc::gen::inRange(1U, 4U);
  fleet.racks_per_zone = *rc::gen::inRange(least_racks_per_zone, least_racks_per_zone + 4);
  const std::uint32_t racks = fleet.zones * fleet.racks_per_zone;
  fleet.drives = racks * *rc::gen::inRange(1U, 5U);
  fleet.spread = {*rc::gen::inRange(0U, 4U), *rc::gen::inRange(0U, 3U)};
  fleet.shards = *rc::gen::inRange(1U, 7U);
  fleet.needed = *rc::gen::inRange(1U, fleet.shards + 1);
  if (models::why_infeasible(fleet.spread, fleet.shards, fleet.zones, fleet.racks_per_zone,
                             fleet.drives / racks)) {
    return std::nullopt;
  }
  fleet.capacity_shards = *rc::gen::inRange<std::uint64_t>(1, 20);
  fleet.extents = *rc::gen::inRange(1U, 60U);
  fleet.lambda = 0.5;
  fleet.run = 30;
  fleet.replace = sim::Duration::hours(*rc::gen::inRange(0, 100));
  return fleet;
}

// Plays 30 days; false where a state does not pass the checker, or `holds` of the end is false.
template <class Holds>
bool passes_the_checker(const FailingFleet& fleet, Holds holds) {
  const PlacedFleet placed(fleet, sim::Seed{*rc::gen::inRange<std::uint64_t>(1, 1000)});
  const models::RepairInputs inputs = placed.inputs();
  models::RepairRun run(inputs, 0);
  for (int day = 1; day <= 30; day += 3) {
    run.run_until(sim::Instant() + sim::Duration::days(day));
    const models::CheckReport report = placed.check(run);
    for (const std::string& line : report.first) RC_LOG() << line << "\n";
    if (!report.ok()) return false;
  }
  return run.waiting_shards() <= run.missing_shards() && holds(run);
}

}  // namespace spindle::test
