// A zoom gives the same bits for any number of threads, and a drive the same whoever else is in it.
#include <algorithm>
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "app/experiment/experiment.hpp"
#include "tests/support/living_world.hpp"
#include "tests/support/zoomed_fleet.hpp"

using namespace spindle;

TEST_CASE("zoom: one digest for any number of threads, a drive's own whoever else is looked at") {
  app::Scenario scenario = test::plain_world(200, 10, 4'000);
  scenario.run = {sim::Duration::seconds(40), sim::Duration::seconds(10)};
  scenario.tenants[0].options.write_bytes_per_s = 2e8;
  for (const auto scheduler : {models::Scheduler::kFcfs, models::Scheduler::kSptf}) {
    const test::ZoomedFleet fleet(scenario, "nearline-20tb", scheduler);
    const auto drives = fleet.random(100, 1);
    const auto loads = fleet.loads(fleet.all, drives);
    for (const auto clusters : {models::ZoomClusters::kDrives, models::ZoomClusters::kTimes}) {
      const std::string reference = fleet.zoom(fleet.all, loads, 1, clusters).digest();
      for (const unsigned threads : {2U, 3U, 8U}) {
        CHECK(fleet.zoom(fleet.all, loads, 1, clusters, threads).digest() == reference);
      }
      CHECK(fleet.zoom(fleet.all, loads, 2, clusters).digest() != reference);
    }
    const models::ZoomResult all = fleet.zoom(fleet.all, loads, 1);
    const auto few = fleet.random(7, 1);
    const models::ZoomResult some = fleet.zoom(fleet.all, fleet.loads(fleet.all, few), 1);
    for (std::size_t i = 0; i < few.size(); ++i) {
      const auto at = static_cast<std::size_t>(
          std::lower_bound(drives.begin(), drives.end(), few[i]) - drives.begin());
      CHECK(some.busy[i] == all.busy[at]);
      CHECK(some.parts[i].reads.count() > 100);
      CHECK(some.parts[i].reads.mean_s() == all.parts[at].reads.mean_s());
    }
  }
}

TEST_CASE("zoom: a living fleet is found again as it was, for any number of threads") {
  app::Scenario scenario = test::living_scenario();
  scenario.run = {sim::Duration::seconds(37), sim::Duration::seconds(1)};
  scenario.mechanics = {{.preset = "talk", .file = {}}};
  scenario.outages.scripted = {{.kind = models::DomainKind::kRack,
                                .domain = 4,
                                .at = sim::Instant() + sim::Duration::seconds(7.3),
                                .is_permanent = false,
                                .lasts = sim::Duration::seconds(9)}};
  for (const auto drives : {models::ZoomDrives::kHottest, models::ZoomDrives::kRandom}) {
    scenario.zoom = app::ZoomOptions{.drives = drives,
                                     .count = 20,
                                     .from = sim::Duration::seconds(6.5),
                                     .duration = sim::Duration::seconds(12)};
    const app::RunResult reference = app::run_experiment(scenario, 1);
    CHECK(reference.violations.empty());
    CHECK(reference.metrics.get("zoom.parts") > 500);
    for (const unsigned threads : {2U, 4U}) {
      CHECK(app::run_experiment(scenario, threads).digest == reference.digest);
    }
  }
}
