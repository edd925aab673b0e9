// Racks of a fleet of ledgers that are emptied and taken away (docs/theory/ledger.md).

#include <catch2/catch.hpp>
#include <cmath>
#include <string>
#include <vector>

#include "app/experiment/experiment.hpp"
#include "tests/support/read_scenario.hpp"

using namespace spindle;

namespace {

// 3,000 drives of 20 TB, half full, in 20 racks a zone.
const std::string kDrainedFleet = R"({
  "schema_version": 1, "name": "drain", "question": "Are racks emptied in time?",
  "run": { "duration": "10 d", "epoch": "1 h", "form": "ledger" },
  "fleet": { "zones": 3, "racks_per_zone": 20, "drives": 3000,
             "models": [{ "model": "nearline-20tb", "afr": "0 %/yr" }] },
  "data": { "logical": "10 PB", "extent": "33 GB" },
  "redundancy": { "scheme": "replication", "copies": 3 },
  "spread": { "max_per_zone": 1, "max_per_rack": 1 },
  "placement": { "policy": "random" },
  "tenants": [{ "name": "web", "count": 50, "reads": "5 PB/d", "object": "4 MB" }],
  "repair": { "mttr": "24 h", "bandwidth": "20 MB/s" }
})";

constexpr double kHeld = 10e12;  // bytes on a drive
constexpr double kDayS = 86400;

app::RunResult run_drain(std::vector<std::string> sets, unsigned threads = 2) {
  app::RunResult result = app::run_experiment(test::valid_scenario(kDrainedFleet, sets), threads);
  CHECK(result.violations == std::vector<std::string>{});
  return result;
}

std::string drain(const std::string& keys) {
  return R"({"at":"1 d","event":"rack_drain",)" + keys + "}";
}

}  // namespace

TEST_CASE("a drain takes what its drives hold by its rate, and leaves the rest as full") {
  const app::RunResult result =
      run_drain({"events=[" + drain(R"("racks_per_zone":4,"rate":"50 MB/s")") + "]"});
  // 4 of 20 racks a zone: 600 drives give 10 TB each at 50 MB/s, 2.3 days. Rates are of a window:
  // drives that hold more are not emptied later.
  CHECK(result.metrics.get("migration.bytes") == Approx(600 * kHeld).epsilon(0.01));
  CHECK(result.metrics.get("migration.seconds") == Approx(kHeld / 50e6).epsilon(0.01));
  CHECK(result.metrics.get("migration.unmet_bytes") == 0);
  CHECK(result.metrics.get("capacity.fill.mean") == Approx(0.5 * 3000 / 2400).epsilon(1e-3));
  CHECK(result.drives_in(23) == 3000);
  CHECK(result.drives_in(9 * 24) == 2400);
  // All that clients ask for goes on being served: 3,000 drives' heat on 2,400.
  const double before = result.series.heat_sum[20];
  const double after = result.series.heat_sum[9 * 24 + 20];
  CHECK(after == Approx(before).epsilon(1e-4));
}

TEST_CASE("a drain into racks that landed fills these, and no others") {
  const std::string landing =
      R"({"at":"1 d","event":"rack_landing","racks_per_zone":5,"policy":"none"},)";
  const app::RunResult result = run_drain(
      {"events=[" + landing + drain(R"("racks_per_zone":4,"rate":"50 MB/s","to":"landed")") + "]"});
  CHECK(result.metrics.get("migration.unmet_bytes") == 0);
  CHECK(result.metrics.get("migration.bytes") == Approx(600 * kHeld).epsilon(0.01));
  // 6,000 TB on 750 drives; 2,400 keep 10 TB each.
  CHECK(result.metrics.get("capacity.fill.mean") == Approx(0.5 * 3000 / 3150).epsilon(1e-3));
  CHECK(result.metrics.get("capacity.fill.min") > 0.35);
  CHECK(result.metrics.get("capacity.fill.max") ==
        Approx(run_drain({}).metrics.get("capacity.fill.max")).epsilon(1e-6));
  CHECK(result.drives_in(9 * 24) == 3150);
  // A landed drive holds .8 as much, and is as hot for it.
  const double others = result.series.heat_sum.back() / (2400 + 0.8 * 750);
  REQUIRE(result.timeline);
  CHECK(result.timeline->series.landed_heat.back() == Approx(0.8 * others).epsilon(0.02));
}

TEST_CASE("a drain that finds no room, no rate or no zone says what stays") {
  // 2 of 5 parts of the drives cannot hold what all do at 70 %: those left are 95 % full on
  // average.
  const app::RunResult full =
      run_drain({"data.logical=14 PB", "events=[" + drain(R"("racks_per_zone":8)") + "]"});
  const double room = 1800 * 20e12 * (0.95 - 0.7);
  CHECK(std::isnan(full.metrics.get("migration.seconds")));
  // Or less, where some of them are full before.
  CHECK(full.metrics.get("migration.bytes") == Approx(room).epsilon(0.05));
  CHECK(full.metrics.get("migration.unmet_bytes") + full.metrics.get("migration.bytes") ==
        Approx(1200 * 14e12).epsilon(0.002));
  CHECK(full.metrics.get("capacity.fill.max") <= 1 + 1e-6);
  // Some drives of a random placement are full before: next to nothing overflows.
  CHECK(full.metrics.get("repair.shortfall_bytes") < 1e-6 * room);

  const app::RunResult still =
      run_drain({"events=[" + drain(R"("racks_per_zone":2,"rate":"0 MB/s")") + "]"});
  CHECK(still.metrics.get("migration.unmet_bytes") == Approx(300 * kHeld).epsilon(0.01));

  // Subsets of drives that are planned differ in fill: what finds no room stays where it is.
  const std::string sizes = R"(tenants.0.size={"distribution":"lognormal","sigma":1.5})";
  const std::string drained = "events=[" + drain(R"("racks_per_zone":8,"rate":"20 MB/s")") + "]";
  const app::RunResult uneven =
      run_drain({R"(placement={"policy":"shuffle_shard","width":300})", sizes, drained});
  CHECK(uneven.metrics.get("migration.unmet_bytes") > 0);
  CHECK(uneven.metrics.get("repair.shortfall_bytes") <
        1e-3 * uneven.metrics.get("migration.bytes"));
  // Of sets some are full and others empty: what is moved goes to drives that have room.
  const app::RunResult in_sets = run_drain({"placement.policy=static", sizes, drained});
  CHECK(in_sets.metrics.get("migration.unmet_bytes") == 0);
  CHECK(in_sets.metrics.get("repair.shortfall_bytes") < 33e9);  // not one shard

  const app::RunResult down =
      run_drain({"events=[" + drain(R"("racks_per_zone":2)") +
                 R"(,{"at":"36 h","event":"zone_down","zone":1,"lasts":"3 d"}])"});
  CHECK(down.metrics.get("migration.unmet_bytes") == 0);
  CHECK(down.metrics.get("migration.seconds") == Approx(kHeld / 50e6 + 3 * kDayS).epsilon(0.01));
}

TEST_CASE("what lands empty takes no more than is moved, by choices too") {
  // In eight hours as much moves as landed drives hold: preferences are those before.
  for (const char* policy : {"none", "as_placed"}) {
    INFO(policy);
    const app::RunResult result = run_drain(
        {R"(placement={"policy":"d_choices","d":3,"metric":"fill"})", "run.duration=3 d",
         std::string(
             R"(events=[{"at":"1 d","event":"rack_landing","racks_per_zone":5,"policy":")") +
             policy + "\"}," + drain(R"("racks_per_zone":8,"rate":"400 MB/s")") + "]"});
    CHECK(result.metrics.get("capacity.fill.mean") == Approx(0.5 * 3000 / 2550).epsilon(1e-3));
    CHECK(result.metrics.get("migration.unmet_bytes") == 0);
  }
}

TEST_CASE("drains go on while drives fail, data is renewed and drives are evened out") {
  const std::vector<std::string> sets = {
      "fleet.models.0.afr=60 %/yr",
      R"(tenants=[{"name":"logs","count":50,"reads":"5 PB/d","writes":"200 TB/d",)"
      R"("writes_are":"new_data","object":"4 MB",)"
      R"("cooling":{"model":"exponential","tau":"5 d","ages":"steady"}}])",
      R"(placement={"policy":"d_choices","d":2,"metric":"fill"})",
      R"(rebalance={"by":"heat","rate":"5 MB/s"})",
      "events=[" + drain(R"("racks_per_zone":2)") + "," +
          drain(R"("racks_per_zone":3,"rate":"20 MB/s")") + "]"};
  const app::RunResult result = run_drain(sets, 1);
  // What is deleted need not be moved: 2 % a day of all data is renewed.
  CHECK(result.metrics.get("migration.unmet_bytes") == 0);
  CHECK(result.metrics.get("migration.bytes") < 750 * kHeld);
  CHECK(result.metrics.get("migration.bytes") > 750 * kHeld * 0.85);
  CHECK(result.metrics.get("capacity.fill.mean") == Approx(0.5 * 3000 / 2250).epsilon(0.01));
  for (const unsigned threads : {2U, 3U}) CHECK(run_drain(sets, threads).digest == result.digest);
}
