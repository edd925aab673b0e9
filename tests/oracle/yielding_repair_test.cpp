// Repair that yields to clients: as many times as long as its share says, by arithmetic.
#include <catch2/catch.hpp>
#include <cmath>

#include "app/experiment/experiment.hpp"
#include "tests/support/living_fleet.hpp"
#include "tests/support/read_scenario.hpp"

using namespace spindle;
using namespace spindle::models;
using test::FailingFleet;
using test::PlacedFleet;

namespace {

constexpr double kEnd = 100'000. / 3600;  // h
constexpr double kWindow = 800. / 3600;   // h

// One zone of 51 drives, each a rack, of which one is lost at once; 100 s a transfer.
FailingFleet declustered() {
  FailingFleet fleet = test::quiet_fleet(1);
  fleet.zones = 1;
  fleet.racks_per_zone = 51;
  fleet.drives = 51;
  fleet.capacity_shards = 20'000;
  fleet.spread = {0, 1};
  fleet.shards = 5;
  fleet.needed = 3;
  fleet.extents = 2'000;
  fleet.replace = sim::Duration::days(300);
  fleet.run = 300;
  fleet.outages.scripted = {test::rack_lost(7, 0)};
  return fleet;
}

// Its drives have seeks, and so many seconds of disk time for a byte.
Topology with_seeks() {
  DriveModel model = *find_drive_preset("talk");
  model.capacity = {2'000'000};
  model.annual_failure_rate = 0;
  return Topology({1, 51, 51, {{model, 1}}});
}

// That fleet with so much heat of clients on every drive, and the disk time that it tells.
class Yielding {
 public:
  Yielding(double heat, double least_share, bool yields = true)
      : placed_(declustered(), sim::Seed{1}),
        topology_(with_seeks()),
        placement_(placed_.placement()),
        inputs_(with(heat, least_share, yields)),
        state_(topology_, 100, 3, placement_, placed_.index()),
        load_(51, sim::Duration::seconds(100)),
        repair_(inputs_, 0, engine_, state_, declustered().outages.scripted, &load_) {}

  const Repair& play() {
    for (double h = 0; h < kEnd; h += kWindow) {
      load_.begin(test::hour(h));
      engine_.run_until(test::hour(h + kWindow));
      for (std::uint32_t drive = 0; drive < 51; ++drive) {
        for (const float heat : load_.of(drive)) {
          busy_s += 100 * static_cast<double>(heat);
          most = std::max(most, heat);
        }
      }
    }
    CHECK(repair_.missing_shards() == 0);
    return repair_;
  }
  Repair& repair() { return repair_; }

  double busy_s = 0;
  float most = 0;  // heat that repair puts on a drive in 100 s

 private:
  RepairInputs with(double heat, double least_share, bool yields) {
    placement_.expected_heat.assign(51, heat);
    RepairInputs inputs{
        topology_,        declustered().spread, 3,           100, placement_, placed_.index(),
        placed_.repair(), placed_.failure(),    sim::Seed{1}};
    inputs.repair.io = Bytes{2};
    inputs.repair.yields_to_clients = yields;
    inputs.repair.least_share = least_share;
    return inputs;
  }

  PlacedFleet placed_;
  Topology topology_;
  PlacementResult placement_;
  RepairInputs inputs_;
  sim::Engine engine_;
  FleetState state_;
  DirectedLoad load_;
  Repair repair_;
};

}  // namespace

TEST_CASE("yielding repair: under a heat h of clients all takes 1 / (1 - h) times as long") {
  Yielding idle(0, 0.1);
  const Repair& reference = idle.play();
  const sim::Duration whole = *reference.time_to_full_protection();
  REQUIRE(reference.counts().restored_shards > 150);
  // 1 - h is a power of two: times are multiples of each other to the nanosecond.
  for (const auto& [heat, times] : {std::pair{0.5, 2}, {0.75, 4}, {0.875, 8}}) {
    const double at_idle = static_cast<double>(idle.most) / times;
    CAPTURE(heat);
    Yielding busy(heat, 0.1);
    const Repair& repair = busy.play();
    CHECK(repair.time_to_full_protection()->ns() == times * whole.ns());
    CHECK(repair.counts().repair_s.max() == times * reference.counts().repair_s.max());
    CHECK(repair.bytes().read == reference.bytes().read);
    CHECK(repair.bytes().written == reference.bytes().written);
    // Longer and thinner: the same disk time, never more of a drive than its share.
    CHECK(busy.busy_s == Approx(idle.busy_s).epsilon(1e-4));
    CHECK(busy.most <= Approx(at_idle).epsilon(1e-5));
    CHECK(static_cast<double>(busy.most) > 0.9 * at_idle);
  }
}

TEST_CASE("yielding repair: a drive that has no time left gives the least share") {
  Yielding idle(0, 0.125);
  const sim::Duration whole = *idle.play().time_to_full_protection();
  for (const double heat : {0.875, 1.0, 3.0}) {
    Yielding busy(heat, 0.125);
    CHECK(busy.play().time_to_full_protection()->ns() == 8 * whole.ns());
  }
}

TEST_CASE("yielding repair: where it does not yield, nobody's heat matters") {
  Yielding idle(0, 0.1);
  Yielding busy(0.9, 0.1, false);
  CHECK(busy.play().time_to_full_protection() == idle.play().time_to_full_protection());
  CHECK(busy.busy_s == idle.busy_s);
}

TEST_CASE("yielding repair: a least share that stops repair, or is more than all, is refused") {
  CHECK_THROWS_AS(Yielding(0, 0), std::invalid_argument);
  CHECK_THROWS_AS(Yielding(0, 1.1), std::invalid_argument);
}

TEST_CASE("yielding repair: what is queued goes by the heat that was told last") {
  Yielding busy(0.5, 0.1);
  const std::vector<double> none(51, 0.0);
  busy.repair().set_client_heat(none);
  Yielding idle(0, 0.1);
  CHECK(busy.play().time_to_full_protection() == idle.play().time_to_full_protection());
}

namespace {

// Clients ask 1 +- .9 of the mean in the course of a day, most at 14 h; a rack is lost.
app::Scenario day_course(const std::string& at, const std::string& yields) {
  const char* text = R"({
    "schema_version": 1, "name": "day", "question": "When is repair fast?",
    "run": { "duration": "4 d", "epoch": "15 min" },
    "fleet": { "zones": 3, "racks_per_zone": 11, "drives": 198,
               "models": [{ "model": "nearline-20tb", "afr": "0 %/yr" }] },
    "data": { "logical": "40 TB", "extent": "2 GB" },
    "redundancy": { "scheme": "replication", "copies": 3 },
    "spread": { "max_per_zone": 1, "max_per_rack": 1 },
    "placement": { "policy": "round_robin" },
    "tenants": [{ "name": "web", "count": 20, "reads": "400 TB/d", "object": "1 MB",
                  "load": { "model": "diurnal", "amplitude": 0.9, "peak": "14 h" } }],
    "repair": { "bandwidth": "50 MB/s" },
    "events": [{ "at": "50 h", "event": "rack_lost", "rack": 3 }]
  })";
  return test::valid_scenario(text, {"events.0.at=" + at, "repair.yields=" + yields});
}

struct Day {
  double protected_after_s = 0;
  double mean_heat = 0;
};

Day played(const std::string& at, const std::string& yields) {
  const app::RunResult result = app::run_experiment(day_course(at, yields), 2);
  for (const std::string& line : result.violations) UNSCOPED_INFO(line);
  CHECK(result.violations.empty());
  return {result.metrics.get("repair.full_protection_s"),
          result.metrics.get("heat.util.mean") / result.metrics.get("heat.peak_to_mean")};
}

}  // namespace

TEST_CASE("yielding repair: fast at night, slow by day") {
  // Windows are two hours. What is lost at 2 h and at 15 h goes by the mean of the two hours from
  // midnight, 13 h from the peak in their middle, and from noon, 1 h from it.
  const double turn = 2 * 3.14159265358979 / 24;
  const double of_window = std::sin(turn) / turn;  // mean of cos(turn t) for |t| < 1, at t = 0
  const Day never = played("63 h", "never");
  const double night_heat = never.mean_heat * (1 + 0.9 * of_window * std::cos(13 * turn));
  const double day_heat = never.mean_heat * (1 + 0.9 * of_window * std::cos(1 * turn));
  REQUIRE(day_heat > 0.6);
  REQUIRE(night_heat < 0.1);
  CHECK(played("50 h", "never").protected_after_s == never.protected_after_s);
  // The hottest drives of an even placement give a little less than the mean.
  const double night = played("50 h", "to_clients").protected_after_s;
  const double day = played("63 h", "to_clients").protected_after_s;
  CHECK(night / never.protected_after_s == Approx(1 / (1 - night_heat)).epsilon(0.03));
  CHECK(day / never.protected_after_s == Approx(1 / (1 - day_heat)).epsilon(0.03));
}

TEST_CASE("yielding repair: the same bits for any number of threads") {
  const app::Scenario scenario = day_course("63 h", "to_clients");
  const std::string one = app::run_experiment(scenario, 1).digest;
  for (const unsigned threads : {2U, 5U}) {
    CHECK(app::run_experiment(scenario, threads).digest == one);
  }
}
