// Heat of racks that land in a running fleet against closed forms (docs/theory/landing.md).
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>

#include "app/experiment/experiment.hpp"
#include "models/drive/drive_model.hpp"
#include "models/migration/landing_network.hpp"
#include "tests/support/read_scenario.hpp"

using namespace spindle;
using namespace spindle::app;

namespace {

// A small copy of scenarios/rack-landing.json: 12 racks a zone with the one that lands at 2 d, and
// nothing fails. Nine tenths of the reads are of logs that cool, a fifth of the data, 5 % of it new
// a day.
constexpr double kZones = 3;
constexpr double kDrivesARack = 6;  // in a rack
constexpr double kLogReads = 0.9;
constexpr double kLogTenants = 5;
constexpr double kBirths = 7.26e12 / 30e9;  // of extents a day
constexpr double kDelta = 0.05;             // per day
constexpr double kGamma = 1. / 5;           // per day
constexpr double kLandingDay = 2;
constexpr double kEpochDays = 1. / 12;

Scenario landing_fleet(const std::vector<std::string>& sets) {
  const char* text = R"({
    "schema_version": 1, "name": "landing", "question": "How hot is a landed rack?",
    "run": { "duration": "8 d", "epoch": "2 h" },
    "fleet": { "zones": 3, "racks_per_zone": 11, "drives": 198,
               "models": [{ "model": "nearline-20tb", "afr": "0 %/yr" }] },
    "data": { "logical": "726 TB", "extent": "30 GB" },
    "redundancy": { "scheme": "replication", "copies": 3 },
    "spread": { "max_per_zone": 1, "max_per_rack": 1 },
    "placement": { "policy": "random" },
    "tenants": [
      { "name": "archive", "count": 5, "share": 4, "reads": "68 TB/d", "object": "4 MB" },
      { "name": "logs", "count": 5, "share": 1, "reads": "612 TB/d", "writes": "7.26 TB/d",
        "writes_are": "new_data", "object": "4 MB",
        "cooling": { "model": "exponential", "tau": "5 d", "ages": "steady" } } ],
    "events": [{ "at": "2 d", "event": "rack_landing", "racks_per_zone": 1,
                 "policy": "new_data_first", "target_fill": 0.25 }]
  })";
  return test::valid_scenario(text, sets);
}

RunResult played(const std::vector<std::string>& sets) {
  RunResult result = run_experiment(landing_fleet(sets), 2);
  for (const std::string& line : result.violations) UNSCOPED_INFO(line);
  REQUIRE(result.violations.empty());
  REQUIRE(result.timeline);
  return result;
}

// Mean of e^{-rate age} over ages within [from, from + length], days.
double mean_decay(double rate, double from, double length) {
  return std::exp(-rate * from) * -std::expm1(-rate * length) / (rate * length);
}

}  // namespace

TEST_CASE("landing: new data first drives landed racks to phi rho R until they are full") {
  const RunResult result = played({});
  const TimelineSeries& series = result.timeline->series;
  const double filled = result.timeline->summary.landings[0].seconds / 86400;
  // A zone's logs fill 1.21 racks and a landed one holds 1 - e^{-delta t} of them. Its last drive
  // is full after its mean drive: with about 170 shards each, some 1.3 / sqrt(170) later.
  const double logs_in_racks = 726 / (kDrivesARack * 20) / 5;
  const double mean_fill = -std::log(1 - 0.25 / logs_in_racks) / kDelta;
  CHECK(filled > mean_fill);
  CHECK(filled < 1.25 * mean_fill);
  // rho R of the closed form: what the tenants ask of a zone, in racks, before the landing.
  const auto landing = static_cast<std::size_t>(kLandingDay / kEpochDays + 0.5);
  const auto full = static_cast<std::size_t>((kLandingDay + mean_fill) / kEpochDays);
  double load = 0;
  for (std::size_t e = 0; e < landing; ++e) {
    load += result.series.heat_sum[e] - series.directed_heat[e];
  }
  load /= static_cast<double>(landing) * kZones * kDrivesARack;
  // As stated, but for the ages that 4,840 extents happen to have: 1.33 / sqrt(4840), three of it.
  const models::DriveModel& drive = *models::find_drive_preset("nearline-20tb");
  const double asked = 680e12 / 86400 / 4e6 * models::read_service(drive, 4e6).mean_s;
  CHECK(load == Approx(asked / (kZones * kDrivesARack)).epsilon(0.058));
  for (std::size_t e = landing; e < full; ++e) {
    // New data goes to landed racks with all its copies: directed heat is theirs, first writes.
    const double landed = series.landed_heat[e] - series.directed_heat[e] / (kZones * kDrivesARack);
    const double age = static_cast<double>(e - landing) * kEpochDays;
    const double phi = kLogReads * (1 - mean_decay(kDelta + kGamma, age, kEpochDays));
    // At first there are few: each tenant is late or early by an extent at most.
    const double births = kBirths * (age + kEpochDays);
    INFO("day " << age);
    CHECK(landed == Approx(phi * load).epsilon(std::max(0.1, kLogTenants / births)));
  }
  CHECK(result.metrics.get("heat.meltdown_racks") == kZones);
  CHECK(result.metrics.get("heat.end_to_start") == Approx(1).epsilon(0.058));  // steady ages
  REQUIRE(result.timeline->meltdowns.size() == 3);
  for (const MeltedRack& meltdown : result.timeline->meltdowns) CHECK(meltdown.rack % 12 == 11);
}

TEST_CASE("landing: filled with the coolest data, racks are as warm as the others") {
  const RunResult result =
      played({"events.0.policy=coolest_first", "events.0.target_fill=0.8", "run.duration=25 d"});
  CHECK(std::abs(result.metrics.get("landing.rack_heat_to_fleet") - 1) < 0.2);
  CHECK(result.metrics.get("heat.meltdown_racks") == 0);
  CHECK(result.metrics.get("migration.unmet_bytes") == 0);
}

TEST_CASE("landing: fill times of 20 TB drives come out of the running fleet") {
  // 16 TB a drive: 17.8 h at 250 MB/s, 3.7 d at 50, 37 d at 5. Nothing new is written, so that all
  // of it is moved in.
  struct Row {
    const char* rate;
    double hours;
    double tolerance;
  };
  for (const Row& row :
       {Row{"250 MB/s", 17.8, 0.05}, Row{"50 MB/s", 3.7 * 24, 1.2}, Row{"5 MB/s", 37 * 24, 12}}) {
    const RunResult result =
        played({"events.0.policy=coolest_first", "events.0.target_fill=0.8", "run.duration=40 d",
                "data.extent=20 GB", "tenants.1.writes=0 B/d", "tenants.1.writes_are=updates",
                "tenants.1.cooling.ages=uniform", std::string("events.0.rate=") + row.rate});
    CHECK(std::abs(result.metrics.get("migration.seconds") / 3600 - row.hours) < row.tolerance);
    CHECK(result.metrics.get("migration.bytes") == kZones * kDrivesARack * 16e12);
  }
}

TEST_CASE("landing: racks' uplinks bound what is moved in") {
  // 6 drives a rack: 300 MB/s are 50 MB/s a drive, and 16 TB take as long as at that rate.
  const auto seconds = [](const std::vector<std::string>& sets) {
    std::vector<std::string> all = {"events.0.policy=coolest_first",
                                    "events.0.target_fill=0.8",
                                    "run.duration=10 d",
                                    "data.extent=20 GB",
                                    "tenants.1.writes=0 B/d",
                                    "tenants.1.writes_are=updates",
                                    "tenants.1.cooling.ages=uniform"};
    all.insert(all.end(), sets.begin(), sets.end());
    return played(all).metrics.get("migration.seconds");
  };
  const double at_50 = seconds({"events.0.rate=50 MB/s"});
  CHECK(seconds({"events.0.rate=250 MB/s", "fleet.network.rack_uplink=300 MB/s"}) == at_50);
  CHECK(seconds({"events.0.rate=50 MB/s", "fleet.network.rack_uplink=5 GB/s",
                 "fleet.network.zone_link=1 MB/s"}) == at_50);
}

TEST_CASE("landing: more racks than there are to give share the givers' uplinks") {
  // Least cut of two racks that give and five that take, 4 drives each, on one switch.
  const models::Topology topology(
      {2, 2, 16, {{*models::find_drive_preset("nearline-20tb"), 1}}, 5});
  const models::Landing landing{.at = {}, .racks_per_zone = 5, .bytes_per_s = 50};
  CHECK(models::landing_rate(topology, landing, {}) == 50);
  CHECK(models::landing_rate(topology, landing, {1'000, 0}) == 50);  // 100 would pass
  CHECK(models::landing_rate(topology, landing, {400, 0}) == 2 * 400 / (5 * 4.0));
  const models::Landing alone{.at = {}, .racks_per_zone = 1, .bytes_per_s = 50};
  CHECK(models::landing_rate(topology, alone, {120, 0}) == 30);
}
