// Data that is re-encoded as it ages, and comes back: closed forms of its shares, hand-computed
// times, disk time and bytes (docs/theory/ledger.md).

#include "models/ledger/ledger_lifecycle.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <string>
#include <vector>

#include "app/experiment/experiment.hpp"
#include "models/drive/drive_model.hpp"
#include "tests/support/read_scenario.hpp"

using namespace spindle;

namespace {

constexpr double kLifecycleDayS = 86400;

// A class in its steady state: a share 1 / mean_age of its data is replaced in a unit of time.
struct Steady {
  double mean_age_s = 50 * kLifecycleDayS;
  double tau_s = 20 * kLifecycleDayS;
  models::LedgerLifecycle of;

  Steady() {
    of.options.after = sim::Duration::days(30);
    of.cooling.kind = models::CoolingKind::kExponential;
    of.cooling.tau = sim::Duration::seconds(tau_s);
    of.cooling.ages = models::AgeLaw::kSteady;
    of.cooling.mean_age_s = mean_age_s;
    of.units = 0.6;
    of.read_units = 1.0 / 3;
    of.demand = 1.5;
    of.needed = 5;
    of.needed_at_first = 1;
  }

  // After so many days, in windows of three hours.
  [[nodiscard]] models::LifecycleState state_after(double days) const {
    constexpr models::LedgerClass kAll{1000, 10};
    models::LifecycleState state(of, kAll);
    const double window_s = kLifecycleDayS / 8;
    const double born = kAll.shards * window_s / mean_age_s;
    const double cooled = window_s / tau_s;
    const double newborn =
        kAll.demand / kAll.shards * (1 + mean_age_s / tau_s) * -std::expm1(-cooled) / cooled;
    for (int i = 0; i < 8 * days; ++i) {
      const sim::Instant start = sim::Instant() + sim::Duration::seconds(i * window_s);
      state.advance({.start = start,
                     .end = start + sim::Duration::seconds(window_s),
                     .is_on = true,
                     .kept = 1 - window_s / mean_age_s,
                     .cool = std::exp(-cooled),
                     .units = 1e9,
                     .born = {born, born * newborn},
                     .newborn = newborn});
      CHECK(state.logical() == Approx(kAll.shards));
    }
    return state;
  }
};

}  // namespace

TEST_CASE("of data in its steady state a share e^-(age / mean age) is re-encoded") {
  const Steady steady;
  for (const double days : {1.0, 20.0, 200.0}) {
    INFO(days);
    const models::LifecycleState state = steady.state_after(days);
    // Windows are three hours long: an error of 1 / 400 of the mean age.
    CHECK(state.other_share() == Approx(std::exp(-30.0 / 50)).epsilon(0.003));
    CHECK(state.waiting() == Approx(0).margin(1e-9));
    // Its demand, as of all in the first scheme, is a share e^-(age (1/mean age + 1/tau)); in the
    // other it takes 1.5 times the disk time.
    const double old = std::exp(-30.0 * (1.0 / 50 + 1.0 / 20));
    const double disk_time = 10 * (1 + 0.5 * old);
    CHECK(state.demand_in_first(disk_time) == Approx(10).epsilon(0.002));
    const double first = 1 - std::exp(-0.6);
    const double other = 0.6 * std::exp(-0.6);
    CHECK(state.needed() == Approx((first * 1 + other * 5) / (first + other)).epsilon(0.003));
  }
}

TEST_CASE("data that comes back leaves a share d e^-dA / (d + b (1 - e^-dA)) re-encoded") {
  Steady steady;
  const double back = 1 / (40 * kLifecycleDayS);
  steady.of.options.back_per_s = back;
  const models::LifecycleState state = steady.state_after(800);
  const double renewal = 1 / steady.mean_age_s;
  const double old = std::exp(-30.0 / 50);
  const double share = renewal * old / (renewal + back * (1 - old));
  CHECK(state.other_share() == Approx(share).epsilon(0.004));
  // What comes back in 800 days, nearly all of them in that state.
  CHECK(state.came_back() == Approx(1000 * share * back * 800 * kLifecycleDayS).epsilon(0.02));
}

TEST_CASE("data re-encoded by a bandwidth of nothing waits, and none is lost") {
  Steady steady;
  models::LifecycleState state(steady.of, {1000, 10});
  const sim::Instant end = sim::Instant() + sim::Duration::days(1);
  state.advance({.end = end, .is_on = false, .units = 1e9});
  CHECK(state.waiting() == 0);
  const models::Recoding none = state.advance({.start = end, .end = end, .is_on = true});
  CHECK(none.out == 0);
  CHECK(state.waiting() == Approx(1000 * std::exp(-29.0 / 50)));
  CHECK(state.other_share() == 0);
}

namespace {

// 3,000 drives of 20 TB, half full of data whose ages are even from 0 to 100 days.
const std::string kAgeingFleet = R"({
  "schema_version": 1, "name": "ageing", "question": "Is old data re-encoded in time?",
  "run": { "duration": "10 d", "epoch": "1 h", "form": "ledger" },
  "fleet": { "zones": 3, "racks_per_zone": 20, "drives": 3000,
             "models": [{ "model": "nearline-20tb", "afr": "0 %/yr" }] },
  "data": { "logical": "10 PB", "extent": "33 GB" },
  "redundancy": { "scheme": "replication", "copies": 3 },
  "spread": { "max_per_zone": 3, "max_per_rack": 1 },
  "placement": { "policy": "random" },
  "tenants": [{ "name": "web", "count": 50, "reads": "5 PB/d", "object": "4 MB",
                "cooling": { "model": "exponential", "tau": "70000 d", "oldest": "100 d" },
                "lifecycle": { "after": "50 d", "rate": "10 MB/s",
                               "redundancy": { "scheme": "erasure", "data": 5, "parity": 4 } } }],
  "repair": { "mttr": "24 h", "bandwidth": "20 MB/s" }
})";

app::RunResult run_ageing(std::vector<std::string> sets = {}, unsigned threads = 2) {
  app::RunResult result = app::run_experiment(test::valid_scenario(kAgeingFleet, sets), threads);
  CHECK(result.violations == std::vector<std::string>{});
  return result;
}

}  // namespace

TEST_CASE("old data is re-encoded as fast as its bandwidth allows, and frees what codes save") {
  const app::RunResult result = run_ageing();
  // Half of 10 PB at once and 0.1 PB a day; 30 GB/s read one byte and write 1.8 for each.
  const double rate = 3000 * 10e6 / 2.8;
  const double inflow = 0.1e15 / kLifecycleDayS;
  CHECK(result.metrics.get("lifecycle.seconds") == Approx(5e15 / (rate - inflow)).epsilon(0.06));
  CHECK(result.metrics.get("lifecycle.waiting_bytes") == Approx(0).margin(1e9));
  CHECK(result.metrics.get("lifecycle.recoded_share") == Approx(0.6).epsilon(2e-3));
  CHECK(result.metrics.get("lifecycle.recoded_bytes") == Approx(6e15).epsilon(2e-3));
  CHECK(result.metrics.get("lifecycle.freed_bytes") == Approx(6e15 * 1.2).epsilon(2e-3));
  CHECK(result.metrics.get("capacity.fill.mean") == Approx((30 - 7.2) / 60).epsilon(1e-3));

  // While it lasts: whole shards, in steps of 4 MB.
  REQUIRE(result.timeline);
  const models::DriveModel model = test::valid_scenario(kAgeingFleet).fleet.models.front().model;
  const double seconds =
      models::read_service(model, 4e6).mean_s + 1.8 * models::write_service(model, 4e6).mean_s;
  // 12,000 shards an hour: 4 days are known to 0.2 %.
  double directed = 0;
  for (std::size_t e = 24; e < 120; ++e) directed += result.timeline->series.directed_heat[e] / 96;
  CHECK(directed == Approx(rate * seconds / 4e6).epsilon(0.01));
  // A read of 4 MB becomes five of 0.8 MB.
  const double ratio =
      5 * models::read_service(model, 0.8e6).mean_s / models::read_service(model, 4e6).mean_s;
  const auto asked = [&](std::size_t e) {
    return result.series.heat_sum[e] - result.timeline->series.directed_heat[e];
  };
  const double before = run_ageing({"tenants.0.lifecycle.rate=0 B/s"}).series.heat_sum[239];
  CHECK(asked(239) == Approx(before * (0.4 + 0.6 * ratio)).epsilon(3e-3));
  // And what clients ask for stays as it is.
  CHECK(result.series.requests_per_s[239] == Approx(result.series.requests_per_s[0]).epsilon(1e-3));
}

TEST_CASE("re-encoding that cannot keep up says so") {
  const app::RunResult slow = run_ageing({"tenants.0.lifecycle.rate=100 kB/s"});
  CHECK(std::isnan(slow.metrics.get("lifecycle.seconds")));
  CHECK(slow.metrics.get("lifecycle.waiting_bytes") ==
        Approx(6e15 - 3000 * 0.1e6 * 10 * kLifecycleDayS / 2.8).epsilon(2e-3));
  CHECK(run_ageing({"tenants.0.lifecycle.rate=0 B/s"}).metrics.get("lifecycle.recoded_bytes") == 0);
}

TEST_CASE("re-encoding that keeps up at first and falls behind later says so") {
  // Nothing is old enough for a day; then 5 PB a day grow old, for two days.
  const app::RunResult late = run_ageing(
      {"tenants.0.cooling.oldest=2 d", "run.duration=4 d", "tenants.0.lifecycle.after=3 d"});
  CHECK(std::isnan(late.metrics.get("lifecycle.seconds")));
  CHECK(late.metrics.get("lifecycle.recoded_bytes") + late.metrics.get("lifecycle.waiting_bytes") ==
        Approx(10e15));
  CHECK(late.metrics.get("lifecycle.waiting_bytes") ==
        Approx(10e15 - 3 * kLifecycleDayS * 3000 * 10e6 / 2.8).epsilon(0.02));
  REQUIRE(late.timeline);
  CHECK(late.timeline->events.size() == 1);
  // Nothing ever is: no time, and no backlog.
  const app::RunResult never = run_ageing({"tenants.0.lifecycle.after=100 yr"});
  CHECK(std::isnan(never.metrics.get("lifecycle.seconds")));
  CHECK(never.metrics.get("lifecycle.recoded_bytes") == 0);
  CHECK(never.metrics.get("lifecycle.waiting_bytes") == 0);
}

TEST_CASE("a dearer scheme stops where drives are full, and says what waits") {
  // 20 PB of 5+4 are 36 of 60 PB; in three copies 60: at 95 % 21 PB more, 1.2 bytes for each.
  const app::RunResult result =
      run_ageing({"data.logical=20 PB", R"(redundancy={"scheme":"erasure","data":5,"parity":4})",
                  R"(tenants.0.lifecycle.redundancy={"scheme":"replication","copies":3})",
                  "tenants.0.lifecycle.after=1 s", "tenants.0.lifecycle.rate=100 MB/s",
                  "fleet.models.0.afr=20 %/yr"});
  CHECK(result.metrics.get("lifecycle.recoded_bytes") == Approx(21e15 / 1.2).epsilon(0.01));
  CHECK(result.metrics.get("lifecycle.waiting_bytes") == Approx(20e15 - 21e15 / 1.2).epsilon(0.05));
  CHECK(result.metrics.get("capacity.fill.mean") < 0.96);
  CHECK(result.metrics.get("lifecycle.freed_bytes") ==
        Approx(-1.2 * result.metrics.get("lifecycle.recoded_bytes")));
  CHECK(result.metrics.get("repair.bytes") > 0);
}

TEST_CASE("what is re-encoded while a zone is down lacks that zone's shards until it is back") {
  const auto lacking = [](const std::string& lasts) {
    return run_ageing(
               {"spread.max_per_zone=3",
                "redundancy={\"scheme\":\"erasure\",\"data\":6,\"parity\":3}",
                "tenants.0.lifecycle.at=1 d", "tenants.0.lifecycle.rate=100 MB/s",
                R"(events=[{"at":"12 h","event":"zone_down","zone":1,"lasts":")" + lasts + "\"}]"})
        .metrics;
  };
  // 9 shards in three zones: 6 PB of data, 33 GB an extent, lack three each.
  const app::Metrics away = lacking("9 d");
  CHECK(away.get("durability.under_protected_peak_extents") == Approx(6e15 / 33e9).epsilon(0.1));
  CHECK(lacking("12 h").get("durability.under_protected_peak_extents") == 0);
}

TEST_CASE("drives and zones fail while data is re-encoded, and nothing is lost or made twice") {
  const std::vector<std::string> sets = {
      "fleet.models.0.afr=40 %/yr",
      "tenants.0.writes=100 TB/d",
      "tenants.0.writes_are=new_data",
      "tenants.0.lifecycle.back=3 /yr",
      "repair.after_zone_loss=relax",
      "placement={\"policy\":\"d_choices\",\"d\":2}",
      R"(events=[{"at":"1 d","event":"zone_down","zone":1,"lasts":"6 h"},)"
      R"({"at":"2 d","event":"rack_landing","racks_per_zone":1,"policy":"coolest_first",)"
      R"("target_fill":0.4,"rate":"50 MB/s"},{"at":"5 d","event":"zone_lost","zone":2}])"};
  const app::RunResult result = run_ageing(sets);
  CHECK(result.metrics.get("lifecycle.returned_bytes") > 0);
  CHECK(result.metrics.get("lifecycle.freed_bytes") ==
        Approx(1.2 * 10e15 * result.metrics.get("lifecycle.recoded_share")).epsilon(1e-3));
  // The same bits for any number of threads.
  CHECK(run_ageing(sets, 1).digest == result.digest);
}

// What lacks a copy is rebuilt by reading one shard; of 5+4, by reading five as small together as
// a copy's bytes of five shards: repair reads more bytes for as many lost.
TEST_CASE("rebuilding re-encoded data reads as its scheme does") {
  const auto reads_per_write = [](const std::string& at) {
    const app::RunResult result =
        run_ageing({"fleet.models.0.afr=100 %/yr", "tenants.0.lifecycle.at=" + at,
                    "tenants.0.lifecycle.after=1 s", "tenants.0.lifecycle.rate=1 GB/s"});
    const double bytes = result.metrics.get("repair.bytes");
    REQUIRE(result.timeline);
    return bytes / result.timeline->summary.repair_written_bytes;
  };
  CHECK(reads_per_write("9.9 d") == Approx(2).epsilon(0.02));  // a read and a write
  CHECK(reads_per_write("0 s") == Approx(6).epsilon(0.02));    // five and one
}
