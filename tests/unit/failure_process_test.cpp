// A slot's failures: pure, replaced in time, never beyond the horizon.
#include "models/failure/failure_process.hpp"

#include <catch2/catch.hpp>

#include "tests/support/placement_world.hpp"

using namespace spindle;
using namespace spindle::models;

namespace {

Topology fleet_failing(double per_year, std::uint32_t drives = 12) {
  DriveModel model = test::drive_of_capacity(100);
  model.annual_failure_rate = per_year;
  return Topology({1, 1, drives, {{model, 1}}});
}

}  // namespace

TEST_CASE("failures: a slot's times are its own, in order, and apart by the replacement") {
  const Topology topology = fleet_failing(50);
  const FailureOptions options{sim::Duration::days(2), sim::Duration::days(365)};
  const FailureProcess process(topology, options, sim::Seed{3}, 0);
  const Topology more_drives = fleet_failing(50, 40);
  const FailureProcess larger(more_drives, options, sim::Seed{3}, 0);
  for (std::uint32_t slot = 0; slot < topology.drives(); ++slot) {
    const auto times = process.failures_of(slot);
    REQUIRE(times.size() > 10);
    CHECK(times == larger.failures_of(slot));
    CHECK(times.back() < sim::Instant() + options.horizon);
    for (std::size_t i = 1; i < times.size(); ++i) {
      CHECK(times[i] - times[i - 1] >= options.replace);
      CHECK(times[i] == process.failure(slot, i, times[i - 1] + options.replace));
    }
  }
  CHECK(FailureProcess(topology, options, sim::Seed{3}, 1).failures_of(0) !=
        process.failures_of(0));
  CHECK(FailureProcess(topology, options, sim::Seed{4}, 0).failures_of(0) !=
        process.failures_of(0));
}

TEST_CASE("failures: none at rate 0, at rates that would overflow, or after the horizon") {
  const FailureOptions options{sim::Duration(), sim::Duration::days(200 * 365)};
  for (const double rate : {0.0, 1e-9, 1e-300}) {
    const Topology topology = fleet_failing(rate);
    const FailureProcess process(topology, options, sim::Seed{1}, 0);
    for (std::uint32_t slot = 0; slot < topology.drives(); ++slot) {
      CHECK(process.failures_of(slot).empty());
      CHECK(process.failure(slot, 0, sim::Instant()) == sim::Instant::never());
    }
  }
  const Topology topology = fleet_failing(1000);
  const FailureProcess process(topology, options, sim::Seed{1}, 0);
  CHECK(process.failure(0, 0, sim::Instant() + options.horizon) == sim::Instant::never());
}

TEST_CASE("failures: a replacement longer than the run leaves one failure a slot") {
  const Topology topology = fleet_failing(1000);
  const FailureProcess process(
      topology, {sim::Duration::days(200 * 365), sim::Duration::days(200 * 365)}, sim::Seed{1}, 0);
  for (std::uint32_t slot = 0; slot < topology.drives(); ++slot) {
    CHECK(process.failures_of(slot).size() == 1);
  }
}

TEST_CASE("failures: impossible options are refused") {
  const Topology topology = fleet_failing(1);
  const auto make = [&](const FailureOptions& options) {
    return FailureProcess(topology, options, sim::Seed{1}, 0);
  };
  CHECK_THROWS_WITH(make({sim::Duration::nanoseconds(-1), sim::Duration::days(1)}),
                    Catch::Contains("time does not go back"));
  CHECK_THROWS_WITH(make({sim::Duration(), sim::Duration()}), Catch::Contains("horizon"));
  CHECK_THROWS_WITH(make({sim::Duration(), sim::Duration::days(201 * 365)}),
                    Catch::Contains("horizon"));
  const Topology broken = fleet_failing(-1);
  CHECK_THROWS_WITH(FailureProcess(broken, {sim::Duration(), sim::Duration::days(1)}, {}, 0),
                    Catch::Contains("check its afr"));
}
