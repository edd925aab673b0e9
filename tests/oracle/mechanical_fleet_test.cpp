// Mechanical fleets against closed forms: waits of M/G/1, maxima of uniform rotations, and the
// drive on the bench.
#include "tests/support/mechanical_fleet.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "models/analytic/queueing.hpp"
#include "models/drive/drive_latency.hpp"
#include "models/drive/drive_model.hpp"

using namespace spindle;

namespace {

// Every drive holds the same bytes, so that all have the load that is asked for.
app::Scenario even(app::Scenario scenario) {
  scenario.placement.policy = "static";
  scenario.fleet.models[0].model.capacity = models::Bytes{64 * scenario.data.extent.value};
  return scenario;
}

void check_mean_wait(double load, double seconds, double table_ms) {
  const test::MechanicalFleet fleet(even(test::talk_reads(64, load, seconds)), "talk");
  const models::MechanicalResult run = fleet.run();
  const double measured_load = run.services.sum_s() / (64 * seconds);
  const models::ServiceTime service =
      models::read_service(*models::find_drive_preset("talk"), 0.5e6);
  const double wait = models::mg1_mean_wait(models::Rate{load * 100}, service);
  INFO("load " << load << ", measured " << measured_load << ", waits " << run.waits.count());
  CHECK(measured_load == Approx(load).epsilon(0.004));
  CHECK(run.services.mean_s() == Approx(service.mean_s).epsilon(0.002));
  CHECK(run.waits.mean_s() == Approx(wait).epsilon(0.02));
  CHECK(run.waits.mean_s() * 1e3 == Approx(table_ms).epsilon(0.022));  // the table is rounded
  // The answer of one part is its wait and its service; those without an answer are a few.
  CHECK(run.latency[0].reads.mean_s() ==
        Approx(run.waits.mean_s() + run.services.mean_s()).epsilon(1e-3));
}

}  // namespace

// The mean wait's relative standard error is about sqrt(4 / n) / (1 - rho) for n waits (M/M/1's is
// larger): .3 %, .35 % and .45 % here, so that a false alarm at 2 % lies beyond four standard
// errors (below 1e-4). Seeds are fixed.
TEST_CASE("mechanical fleet: mean waits of preset talk are those of M/G/1") {
  check_mean_wait(0.3, 600, 2.26);
  check_mean_wait(0.5, 400, 5.27);
  check_mean_wait(0.8, 1000, 21.07);
}

// Two ways to one answer: requests served one by one, and service times integrated over the
// mechanics with the waits of their law. Parts lie all over the drive, however large it is. Some
// 85,000 parts at half load have a standard error of about .2 % in the mean service and 1 % in the
// mean wait; the bridge comes out short by half of a percent there (docs/theory/service.md).
TEST_CASE("mechanical fleet: drives of 20 TB serve and wait as the bridge computes") {
  const test::MechanicalFleet fleet(even(test::talk_reads(64, 0.36, 36)), "nearline-20tb");
  const models::MechanicalResult run = fleet.run();
  const std::vector<models::RequestKind> mix = {{.size_bytes = 500'000}};
  const models::MechanicalDrive drive = test::mechanical("nearline-20tb");
  const models::DriveLatency bridge(drive, mix);
  const double rate = static_cast<double>(run.services.count()) / (64 * 36.0);
  const models::LatencyAtLoad expected = bridge.at(models::Rate{rate});
  INFO(run.services.count() << " parts, utilisation " << expected.utilisation);
  CHECK(run.services.mean_s() == Approx(bridge.service().moments().mean_s).epsilon(0.01));
  CHECK(run.waits.mean_s() == Approx(expected.mean_wait_s).epsilon(0.05));
  CHECK(run.latency[0].reads.quantile_s(0.99) == Approx(expected.p99_s).epsilon(0.1));
}

TEST_CASE("mechanical fleet: near saturation the waits are those of M/G/1", "[.large]") {
  check_mean_wait(0.95, 20'000, 100.1);
}

// A write of an idle fleet is done with its slowest shard: 6 + 8 n / (n + 1) ms. 20,000 writes:
// standard error .012 ms or .1 %; at a load of .3 % waits add up to .05 ms, .4 %.
TEST_CASE("mechanical fleet: a write goes to all shards and ends with the slowest") {
  app::Scenario scenario = test::talk_reads(90, 0.003, 2200);
  scenario.redundancy.copies = 3;
  scenario.tenants[0].options.read_bytes_per_s = 0;
  scenario.tenants[0].options.write_bytes_per_s = 9 * 0.5e6;
  const test::MechanicalFleet fleet(scenario, "talk");
  const models::MechanicalResult run = fleet.run();
  CHECK(run.latency[0].reads.count() == 0);
  CHECK(run.latency[0].writes.count() > 19'000);
  CHECK(run.latency[0].writes.mean_s() * 1e3 == Approx(12).epsilon(0.01));
  CHECK(run.services.count() + run.parts_waiting == 3 * run.arrivals);
}

// Idle drives have the first k of the asked shards there after 6 + 8 k / (asked + 1) ms: a fixed
// seek, the k-th of uniform rotations, the transfer. At a load of at most .4 % a part waits .02 ms
// (P-K: 10 ms * rho * 1.053 / 2), a read of five .1 ms at most, within the 1 %. 60,000 reads:
// standard error .01 ms or .1 %, so that a false alarm is beyond the waits by more than five of
// them.
TEST_CASE("mechanical fleet: a read is there with the k-th of the shards it asks") {
  app::Scenario scenario = test::talk_reads(180, 0.004, 8000);
  scenario.redundancy = {.kind = models::SchemeKind::kErasure, .data = 5, .parity = 4};
  // Half a megabyte a shard.
  scenario.tenants[0].options.object_size = models::Bytes{2'500'000};
  scenario.data.extent = models::Bytes{5'000'000};
  scenario.data.logical = models::Bytes{180 * 64 * 5'000'000ULL};
  scenario.tenants[0].options.data = scenario.data.logical;
  scenario.tenants[0].options.read_bytes_per_s = 7.5 * 2.5e6;
  test::MechanicalFleet fleet(scenario, "talk");
  for (const auto& [asked, expected_ms] :
       {std::pair{5U, 6 + 8 * 5.0 / 6}, std::pair{6U, 6 + 8 * 5.0 / 7}, std::pair{9U, 10.0}}) {
    fleet.inputs.read_parts = asked;
    const models::MechanicalResult run = fleet.run();
    INFO(asked << " asked, " << run.answered << " answered");
    CHECK(run.latency[0].reads.mean_s() * 1e3 == Approx(expected_ms).epsilon(0.01));
    CHECK(run.services.count() + run.parts_waiting == asked * run.arrivals);
  }
}
