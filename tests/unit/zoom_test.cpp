// A zoom's window, its drives, and their load: what the flow run gave them, to the last digits.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <set>
#include <vector>

#include "app/experiment/experiment.hpp"
#include "models/zoom/zoom_window.hpp"
#include "tests/support/zoomed_fleet.hpp"

using namespace spindle;

namespace {

sim::Instant at_seconds(double seconds) {
  return sim::Instant() + sim::Duration::seconds(seconds);
}

// Two classes on 2+1 shards, one of which comes and goes, over 20 epochs of 10 s.
app::Scenario two_classes() {
  app::Scenario scenario = test::plain_world(60, 12, 1'200);
  scenario.run = {sim::Duration::seconds(200), sim::Duration::seconds(10)};
  scenario.redundancy = {.kind = models::SchemeKind::kErasure, .data = 2, .parity = 1};
  models::TenantClass& first = scenario.tenants[0].options;
  first.load.kind = models::LoadKind::kOnOff;
  first.load.mean_on = sim::Duration::seconds(20);
  first.load.mean_off = sim::Duration::seconds(20);
  first.write_bytes_per_s = first.read_bytes_per_s / 10;
  app::TenantSpec second = scenario.tenants[0];
  second.options.name = "second";
  second.options.load = {};
  second.options.object_size = models::Bytes{100'000};
  second.options.data = models::Bytes{scenario.data.logical.value / 3};
  scenario.tenants.push_back(second);
  return scenario;
}

}  // namespace

TEST_CASE("zoom: a window is cut at the ends of epochs") {
  const models::EpochGrid grid{sim::Duration::seconds(10), 4};
  const auto pieces = models::pieces_of({at_seconds(5), at_seconds(30)}, grid);
  REQUIRE(pieces.size() == 3);
  CHECK(pieces[0].epoch == 0);
  CHECK(pieces[0].start == at_seconds(5));
  CHECK(pieces[0].length == sim::Duration::seconds(5));
  CHECK(pieces[0].share == Approx(0.2));
  CHECK(pieces[2].epoch == 2);
  CHECK(pieces[2].start + pieces[2].length == at_seconds(30));
  CHECK(pieces[1].share + pieces[2].share == Approx(0.8));
  CHECK(models::pieces_of({at_seconds(39), at_seconds(40)}, grid).size() == 1);
  CHECK_THROWS_AS(models::pieces_of({at_seconds(39), at_seconds(41)}, grid), std::invalid_argument);
  CHECK_THROWS_AS(models::pieces_of({at_seconds(3), at_seconds(3)}, grid), std::invalid_argument);
}

TEST_CASE("zoom: the hottest drives, and of equals the first") {
  const models::Topology topology({1, 2, 6, {{*models::find_drive_preset("talk"), 1}}});
  const std::vector<double> heat = {0.5, 0.9, 0.5, 2, 0.5, 0.1};
  using Drives = std::vector<std::uint32_t>;
  const std::vector<std::uint8_t> both = {1, 1};
  CHECK(models::hottest_drives(topology, both, heat, 3) == Drives{0, 1, 3});
  CHECK(models::hottest_drives(topology, both, heat, 4) == Drives{0, 1, 2, 3});
  CHECK(models::hottest_drives(topology, both, heat, 9) == Drives{0, 1, 2, 3, 4, 5});
  // A rack that is not there has none, whatever is said of its drives.
  CHECK(models::hottest_drives(topology, std::vector<std::uint8_t>{1, 0}, heat, 1) == Drives{1});
  CHECK(models::random_drives(topology, std::vector<std::uint8_t>{0, 1}, sim::Seed{1}, 5) ==
        Drives{3, 4, 5});
}

// 2,000 choices of 3 of 6: each drive is in 1,000 +- 22.4 of them; 5 standard deviations are a
// false alarm in 3e-6 of seeds.
TEST_CASE("zoom: random drives are each as likely, none twice, and more keep the fewer") {
  const models::Topology topology({1, 2, 6, {{*models::find_drive_preset("talk"), 1}}});
  const std::vector<std::uint8_t> both = {1, 1};
  std::vector<int> times(6);
  for (std::uint64_t seed = 1; seed <= 2000; ++seed) {
    const auto three = models::random_drives(topology, both, sim::Seed{seed}, 3);
    const auto two = models::random_drives(topology, both, sim::Seed{seed}, 2);
    REQUIRE(std::set<std::uint32_t>(three.begin(), three.end()).size() == 3);
    REQUIRE(std::includes(three.begin(), three.end(), two.begin(), two.end()));
    for (const std::uint32_t drive : three) ++times[drive];
  }
  for (const int count : times) CHECK(std::abs(count - 1000) < 112);
}

TEST_CASE("zoom: rate times service over classes and sides is the heat of the drive") {
  const test::ZoomedFleet fleet(two_classes());
  const app::World& world = *fleet.fleet.world;
  const models::ZoomWindow window{at_seconds(35), at_seconds(120)};
  const auto drives = test::all_drives(60);
  const std::vector<double> heat = models::replay_heat(fleet.inputs, window);
  const auto loads = fleet.loads(window, drives);
  const auto pieces = models::pieces_of(window, world.grid);
  const models::DriveModel talk = *models::find_drive_preset("talk");
  REQUIRE(loads.size() == 60);
  double reads = 0;
  for (const models::DriveLoad& load : loads) {
    double sum = 0;
    for (const models::ClassLoad& row : load.classes) {
      const double part = world.scheme.shard_bytes(
          world.population.classes()[row.tenant_class].object_size.to_double());
      for (std::size_t i = 0; i < pieces.size(); ++i) {
        sum += pieces[i].share * (row.read_parts[i] * models::read_service(talk, part).mean_s +
                                  row.write_parts[i] * models::write_service(talk, part).mean_s);
        reads += pieces[i].share * row.read_parts[i];
      }
    }
    CHECK(load.heat == heat[load.drive]);
    CHECK(load.directed == 0);
    CHECK(sum == Approx(load.heat).epsilon(1e-12));
    CHECK(load.classes.size() == 2);
  }
  CHECK(reads > 1000);
  // From outside: the mean over the window of what the run says of each epoch.
  const models::FlowResult flow = models::run_flow(fleet.inputs);
  double expected = 0;
  for (const auto& piece : pieces) expected += piece.share * flow.series.heat_sum[piece.epoch];
  double sum = 0;
  for (const double value : heat) sum += value;
  CHECK(sum == Approx(expected).epsilon(1e-12));
}

TEST_CASE("zoom: an end that is asked for while it is prepared or served comes") {
  const test::ZoomedFleet fleet(two_classes());
  int calls = 0;
  const auto once = [&](double) { return ++calls < 2; };
  const auto loads = fleet.loads(fleet.all, test::all_drives(60));
  models::replay_heat(fleet.inputs, fleet.all, [&](double) {
    ++calls;
    return false;
  });
  CHECK(calls == 1);
  calls = 0;
  const auto result = models::run_zoom({.topology = fleet.fleet.world->topology,
                                        .classes = fleet.fleet.world->population.classes(),
                                        .scheme = fleet.fleet.world->scheme,
                                        .models = fleet.fleet.inputs.models,
                                        .loads = loads,
                                        .window = fleet.all,
                                        .grid = fleet.fleet.world->grid,
                                        .seed = sim::Seed{1}},
                                       once);
  CHECK(calls == 2);
  CHECK(result.served == sim::Duration::seconds(20));
  CHECK(!result.ended_by_waiting);
  CHECK(result.count() > 0);
}

// Drives at twice what they serve: half of what arrives waits, until more does than is allowed.
TEST_CASE("zoom: where too much waits it ends, and says so") {
  app::Scenario scenario = test::talk_reads(4, 2.0, 40);
  const test::ZoomedFleet fleet(scenario);
  const auto loads = fleet.loads(fleet.all, test::all_drives(4));
  models::ZoomInputs inputs{.topology = fleet.fleet.world->topology,
                            .classes = fleet.fleet.world->population.classes(),
                            .scheme = fleet.fleet.world->scheme,
                            .models = fleet.fleet.inputs.models,
                            .loads = loads,
                            .window = fleet.all,
                            .grid = fleet.fleet.world->grid,
                            .seed = sim::Seed{1}};
  const auto whole = models::run_zoom(inputs);
  CHECK(whole.served == sim::Duration::seconds(40));
  // 200 parts a second at each of 4 drives, all of them answered in the end.
  CHECK(static_cast<double>(whole.count()) ==
        Approx(models::expected_parts(loads, fleet.all, inputs.grid)).epsilon(0.03));
  for (const double busy : whole.busy) CHECK(busy == Approx(1).margin(0.01));
  inputs.most_waiting = 2'500;
  const auto cut = models::run_zoom(inputs);
  CHECK(cut.ended_by_waiting);
  CHECK(cut.served == sim::Duration::seconds(10));  // an epoch of which about 4,000 wait
}

TEST_CASE("zoom: drives that live are looked at as they are in its time") {
  app::Scenario scenario = test::plain_world(60, 6, 600);
  scenario.run = {sim::Duration::seconds(400), sim::Duration::seconds(10)};
  scenario.fleet.racks_per_zone = 6;
  scenario.redundancy.copies = 2;
  scenario.spread = {0, 1};
  scenario.mechanics = {{.preset = "talk", .file = {}}};
  scenario.outages.scripted = {{.kind = models::DomainKind::kRack,
                                .domain = 2,
                                .at = at_seconds(100),
                                .is_permanent = false,
                                .lasts = sim::Duration::seconds(100)}};
  scenario.zoom = app::ZoomOptions{.drives = models::ZoomDrives::kRandom,
                                   .count = 60,
                                   .from = sim::Duration::seconds(110),
                                   .duration = sim::Duration::seconds(40)};
  const auto down = app::run_experiment(scenario, 1);
  CHECK(down.violations.empty());
  CHECK(down.metrics.get("zoom.drives") == 50);
  REQUIRE(down.zoom);
  REQUIRE(!down.zoom->notes.empty());
  CHECK(down.zoom->notes.front().find("50 drives") != std::string::npos);
  // Half of it down: the rack is there, and bears half of what the others bear.
  scenario.zoom->from = sim::Duration::seconds(180);
  const auto half = app::run_experiment(scenario, 2);
  CHECK(half.violations.empty());
  CHECK(half.metrics.get("zoom.drives") == 60);
  CHECK(half.metrics.get("zoom.heat.mean") == Approx(0.2).epsilon(1e-6));
  CHECK(half.metrics.get("zoom.busy") == Approx(0.2).epsilon(0.05));
  scenario.zoom->drives = models::ZoomDrives::kHottest;
  scenario.zoom->count = 10;
  const auto hottest = app::run_experiment(scenario, 2);
  CHECK(hottest.violations.empty());
  CHECK(hottest.metrics.get("zoom.heat.mean") > half.metrics.get("zoom.heat.mean"));
}

TEST_CASE("zoom: a run that is interrupted in it keeps what was served, and before it nothing") {
  app::Scenario scenario = test::plain_world(20, 4, 200);
  scenario.run = {sim::Duration::seconds(100), sim::Duration::seconds(10)};
  scenario.mechanics = {{.preset = "talk", .file = {}}};
  scenario.zoom = app::ZoomOptions{.drives = models::ZoomDrives::kRandom,
                                   .count = 20,
                                   .from = {},
                                   .duration = sim::Duration::seconds(40)};
  const auto whole = app::run_experiment(scenario, 1);
  CHECK(!whole.partial);
  CHECK(whole.metrics.get("zoom.duration_s") == 40);
  const auto cut = app::run_experiment(scenario, 1, [](double share) { return share < 0.95; });
  CHECK(cut.partial);
  CHECK(cut.metrics.get("zoom.duration_s") > 0);
  CHECK(cut.metrics.get("zoom.duration_s") < 40);
  CHECK(cut.metrics.get("zoom.parts") < whole.metrics.get("zoom.parts"));
  const auto before = app::run_experiment(scenario, 1, [](double share) { return share < 0.8; });
  CHECK(before.partial);
  CHECK(!before.zoom);
  CHECK(!before.metrics.has("zoom.parts"));
  CHECK(before.metrics.get("heat.util.max") == whole.metrics.get("heat.util.max"));
}
