// Batches of drives: whole racks of every zone, whose first drives are older or worse.
#include <catch2/catch.hpp>

#include "models/failure/failure_process.hpp"
#include "tests/support/placement_world.hpp"

using namespace spindle;
using namespace spindle::models;

namespace {

Topology fleet_of_batches() {
  DriveModel model = test::drive_of_capacity(100);
  model.annual_failure_rate = 0.5;
  return Topology({2, 4, 80, {{model, 1}}});
}

double first_failure_s(const FailureOptions& options, std::uint32_t slot) {
  return FailureProcess(fleet_of_batches(), options, sim::Seed{1}, 0)
      .failure(slot, 0, sim::Instant())
      .to_seconds();
}

const FailureOptions kLong = {.horizon = sim::Duration::days(100 * 365)};

}  // namespace

TEST_CASE("batches: the share's racks of every zone live as much shorter as their hazard is more") {
  FailureOptions options = kLong;
  options.life.batches = {{.share = 0.5, .hazard = 4}};
  for (std::uint32_t slot = 0; slot < 80; ++slot) {
    const bool is_bad = slot % 40 < 20;  // racks of 10 drives, 4 a zone
    CHECK(first_failure_s(options, slot) * (is_bad ? 4 : 1) ==
          Approx(first_failure_s(kLong, slot)).epsilon(1e-12));
  }
  // The next drive of the slot was not bought with them.
  const Topology topology = fleet_of_batches();
  const FailureProcess bad(topology, options, sim::Seed{1}, 0);
  const FailureProcess good(topology, kLong, sim::Seed{1}, 0);
  CHECK(bad.failure(0, 1, sim::Instant()) == good.failure(0, 1, sim::Instant()));
}

TEST_CASE("batches: ages are those of the batch, of the fleet elsewhere, and 0 after that") {
  FailureOptions options = kLong;
  options.life.kind = LifetimeKind::kSteps;
  const double year = sim::kSecondsPerYear;
  // Nobody fails before 3 years, all do at once after.
  options.life.steps = {{0, 0}, {3 * year, 1e9}};
  options.life.age_s = 1 * year;
  options.life.batches = {{.share = 0.25, .age_s = 2.5 * year}, {.share = 0.25}};
  const auto is_after = [&](std::uint32_t slot, double years) {
    CHECK(first_failure_s(options, slot) == Approx(years * year).epsilon(1e-6));
  };
  is_after(0, 0.5);
  is_after(45, 0.5);  // the first rack of the second zone
  is_after(10, 3);
  is_after(30, 2);
  const Topology topology = fleet_of_batches();
  const FailureProcess process(topology, options, sim::Seed{1}, 0);
  CHECK(process.failure(0, 1, sim::Instant()).to_seconds() == Approx(3 * year).epsilon(1e-6));
}

TEST_CASE("batches: clusters thin what fails by itself, by their followers") {
  FailureOptions options = kLong;
  options.clusters = {4, {{{0.1, 0.2, 600}, {0, 0.2, 86400}}}};
  for (std::uint32_t slot = 0; slot < 80; ++slot) {
    CHECK(first_failure_s(options, slot) * 0.5 ==
          Approx(first_failure_s(kLong, slot)).epsilon(1e-12));
  }
}
