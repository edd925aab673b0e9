// Repair plays histories of failures that hang together, line by line.
#include <catch2/catch.hpp>

#include "tests/support/failing_fleet.hpp"

using namespace spindle;
using namespace spindle::models;
using test::FailingFleet;
using test::PlacedFleet;

namespace {

constexpr ClusterLaw kClusters{5, {{{0.2, 0.1, 600}, {0.1, 0.1, 2 * sim::kSecondsPerDay}}}};

RepairInputs with(const PlacedFleet& placed, const ClusterLaw& clusters,
                  std::vector<PowerEvents> power = {}) {
  RepairInputs inputs = placed.inputs();
  inputs.failure.clusters = clusters;
  inputs.failure.power = std::move(power);
  return inputs;
}

bool plays(const RepairRun& run, const RepairInputs& inputs) {
  const auto history = draw_failures(inputs.topology, inputs.failure, inputs.seed, 0);
  if (run.failures().size() != history.size()) return false;
  for (std::size_t i = 0; i < history.size(); ++i) {
    const auto& [slot, at] = run.failures()[i];
    // Seconds in doubles have nanoseconds up to 104 days.
    if (slot != history[i].slot || std::abs(at.to_seconds() - history[i].at_s) > 1e-6) return false;
  }
  return !history.empty();
}

}  // namespace

TEST_CASE("repair history: every failure of the history, under either law of repair") {
  for (const RepairLaw law : {RepairLaw::kExponential, RepairLaw::kBandwidth}) {
    FailingFleet fleet{.lambda = 0.05, .run = 30};
    fleet.options.law = law;
    fleet.options.bytes_per_s = 1;
    const PlacedFleet placed(fleet, sim::Seed{3});
    const RepairInputs inputs =
        with(placed, kClusters, {{DomainKind::kRack, 3, sim::Duration::hours(6), 0.3}});
    RepairRun run(inputs, 0);
    run.run_until(placed.end());
    CHECK(plays(run, inputs));
    CHECK(run.counts().restored_shards > 0);
    const CheckReport report = check_repair(inputs, placed.counts(), run);
    for (const std::string& line : report.first) UNSCOPED_INFO(line);
    CHECK(report.ok());
  }
}

TEST_CASE("repair history: neither placement nor speed of repair changes a failure") {
  FailingFleet fleet{.lambda = 0.05, .run = 30};
  const PlacedFleet one(fleet, sim::Seed{3});
  fleet.spread = {0, 0};
  fleet.shards = 2;
  fleet.detect = sim::Duration::hours(20);
  const PlacedFleet other(fleet, sim::Seed{3});
  const RepairInputs first = with(one, kClusters);
  const RepairInputs second = with(other, kClusters);
  RepairRun a(first, 0);
  RepairRun b(second, 0);
  a.run_until(one.end());
  b.run_until(other.end());
  CHECK(plays(a, first));
  CHECK(plays(b, second));
  CHECK(a.failures().size() == b.failures().size());
}

TEST_CASE("repair history: power takes extents off line, and with all drives of racks, data") {
  // Two copies in one rack each, and nothing else fails.
  const PlacedFleet placed({.zones = 2,
                            .racks_per_zone = 1,
                            .drives = 20,
                            .lambda = 0,
                            .shards = 2,
                            .extents = 50,
                            .spread = {1, 1},
                            .run = 100},
                           sim::Seed{1});
  const PowerEvents zone{DomainKind::kZone, 30, sim::Duration::hours(100), 0};
  const RepairInputs harmless = with(placed, {}, {zone});
  RepairRun dark(harmless, 0);
  dark.run_until(placed.end());
  CHECK(dark.failures().empty());
  CHECK(dark.counts().losses == 0);
  CHECK(dark.repair().health().most_unreadable() == 50);  // two zones dark at once
  CHECK(dark.repair().fleet_events().size() > 4);

  const RepairInputs deadly = with(placed, {}, {{zone.kind, 40, sim::Duration::hours(1), 1.0}});
  RepairRun dead(deadly, 0);
  dead.run_until(placed.end());
  CHECK(plays(dead, deadly));
  // A second zone within the time to repair loses extents.
  CHECK(dead.counts().losses > 0);
}
