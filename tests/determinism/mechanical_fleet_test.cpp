// A mechanical fleet gives the same bits for any number of threads and any length of windows, and
// loses no request.
#include "tests/support/mechanical_fleet.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

using namespace spindle;

namespace {

// Two classes with rates that change, reads and writes, 2+1 shards on 600 drives of two blocks and
// more; in some epochs the busiest drives are asked for more than they can serve.
app::Scenario lively() {
  app::Scenario scenario = test::plain_world(600, 40, 12'000);
  scenario.run = {sim::Duration::seconds(6), sim::Duration::seconds(1)};
  scenario.redundancy = {.kind = models::SchemeKind::kErasure, .data = 2, .parity = 1};
  models::TenantClass& first = scenario.tenants[0].options;
  first.load.kind = models::LoadKind::kOnOff;
  first.load.mean_on = sim::Duration::seconds(1.5);
  first.load.mean_off = sim::Duration::seconds(1.5);
  first.read_bytes_per_s = 6000 * 0.5e6;
  first.write_bytes_per_s = 2000 * 0.5e6;
  app::TenantSpec second = scenario.tenants[0];
  second.options.name = "writer";
  second.options.count = 1;
  second.options.load = {};
  second.options.object_size = models::Bytes{100'000};
  second.options.read_bytes_per_s = 0;
  second.options.write_bytes_per_s = 500 * 0.1e6;
  second.options.data = models::Bytes{scenario.data.logical.value / 10};
  scenario.tenants.push_back(second);
  return scenario;
}

void check_conserved(const models::MechanicalResult& run) {
  std::uint64_t answers = 0;
  for (const models::ClassLatency& of : run.latency) {
    answers += of.reads.count() + of.writes.count();
  }
  CHECK(run.answered == answers);
  CHECK(run.arrivals == answers + run.open + run.without_place);
  CHECK(run.open <= run.parts_waiting);
}

}  // namespace

TEST_CASE("mechanical fleet: one digest for any number of threads and any windows") {
  for (const models::Scheduler scheduler : {models::Scheduler::kFcfs, models::Scheduler::kSstf,
                                            models::Scheduler::kCLook, models::Scheduler::kSptf}) {
    test::MechanicalFleet fleet(lively(), "nearline-20tb", scheduler, 8);
    INFO(models::name_of(scheduler));
    const models::MechanicalResult reference = fleet.run();
    CHECK(reference.epochs == 6);
    CHECK(reference.answered > 20'000);
    CHECK(reference.parts_waiting > 0);
    CHECK(reference.latency[1].writes.count() > 2'000);
    check_conserved(reference);
    for (const unsigned threads : {2U, 3U, 4U}) {
      fleet.inputs.threads = threads;
      CHECK(fleet.run().digest() == reference.digest());
    }
    fleet.inputs.threads = 1;
    for (const double window_s : {0.0007, 0.013, 0.4}) {
      fleet.inputs.window = sim::Duration::seconds(window_s);
      const models::MechanicalResult other = fleet.run();
      CHECK(other.digest() == reference.digest());
      CHECK(other.parts_waiting == reference.parts_waiting);
    }
  }
}

// Patience counts from when a drive took a request in, which may be windows ago.
TEST_CASE("mechanical fleet: patience runs on from window to window") {
  test::MechanicalFleet fleet(lively(), "nearline-20tb", models::Scheduler::kSptf, 8);
  const std::string endless = fleet.run().digest();
  fleet.inputs.models[0].options.patience = sim::Duration::seconds(0.05);
  const std::string reference = fleet.run().digest();
  CHECK(reference != endless);
  for (const double window_s : {0.0007, 0.013, 0.4}) {
    fleet.inputs.window = sim::Duration::seconds(window_s);
    CHECK(fleet.run().digest() == reference);
  }
}

// A backlog that is older than the patience leaves the scheduler its choice: 16 requests to choose
// from take sptf some 6 ms each, and 11 ms in order of arrival (docs/theory/drive.md).
TEST_CASE("mechanical fleet: sptf keeps its order under a backlog") {
  app::Scenario scenario = test::talk_reads(2, 2.5, 40);
  test::MechanicalFleet fleet(scenario, "nearline-20tb", models::Scheduler::kSptf, 16);
  const models::MechanicalResult run = fleet.run();
  CHECK(run.parts_waiting > 2'000);
  test::MechanicalFleet plain(scenario, "nearline-20tb", models::Scheduler::kFcfs, 16);
  CHECK(run.services.mean_s() < 0.7 * plain.run().services.mean_s());
}

TEST_CASE("mechanical fleet: it ends where it is asked to, also at the end of an epoch") {
  test::MechanicalFleet fleet(lively(), "nearline-20tb");
  fleet.inputs.window = fleet.inputs.grid.epoch;
  std::uint64_t calls = 0;
  const models::MechanicalResult run =
      models::run_mechanical(fleet.inputs, [&](double) { return ++calls < 2; });
  CHECK(calls == 2);
  CHECK(run.epochs == 2);
}

TEST_CASE("mechanical fleet: another seed, another digest") {
  app::Scenario scenario = lively();
  const std::string one = test::MechanicalFleet(scenario, "nearline-20tb").run().digest();
  scenario.seed = 2;
  CHECK(test::MechanicalFleet(scenario, "nearline-20tb").run().digest() != one);
}

// Streams are keyed by tenant and side: one class's silence takes no request from the other's.
TEST_CASE("mechanical fleet: arrivals of a tenant are its own") {
  app::Scenario scenario = lively();
  const auto reads = [&] {
    const models::MechanicalResult run = test::MechanicalFleet(scenario, "nearline-20tb").run();
    return run.arrivals;
  };
  const std::uint64_t both = reads();
  scenario.tenants[1].options.write_bytes_per_s = 0;
  const std::uint64_t first = reads();
  scenario.tenants[1].options.write_bytes_per_s = 500 * 0.1e6;
  scenario.tenants[0].options.read_bytes_per_s = 0;
  scenario.tenants[0].options.write_bytes_per_s = 0;
  const std::uint64_t second = reads();
  CHECK(both == first + second);
  CHECK(second > 2'000);
}

TEST_CASE("mechanical fleet: a fleet asked for more than it serves stops with the reason") {
  test::MechanicalFleet fleet(lively(), "nearline-20tb");
  fleet.inputs.most_waiting = 10;
  CHECK_THROWS_WITH(fleet.run(), Catch::Contains("parts of requests wait at the drives"));
}
