// A scrubbed fleet that lives gives the same bits for any number of threads.
#include <catch2/catch.hpp>

#include "app/experiment/experiment.hpp"
#include "tests/support/living_world.hpp"

using namespace spindle;

namespace {

// New data takes most of such a run's time, and a scrub sees as much with a tenth of it.
app::Scenario scrubbed_world() {
  app::Scenario scenario = test::living_scenario();
  scenario.tenants[0].options.write_bytes_per_s /= 10;
  return scenario;
}

app::RunResult run(models::ScrubOrder order, unsigned threads, std::uint64_t seed = 1) {
  app::Scenario scenario = scrubbed_world();
  scenario.seed = seed;
  scenario.fleet.models[0].model.annual_failure_rate = 20;
  scenario.scrub.emplace();
  scenario.scrub->order = order;
  scenario.scrub->period = sim::Duration::days(5);
  scenario.scrub->errors_per_year = 300;
  scenario.scrub->stuck_per_year = 30;
  scenario.scrub->reads_find = true;
  return app::run_experiment(scenario, threads);
}

}  // namespace

TEST_CASE("scrub: the same bits for any number of threads, others for another seed") {
  for (const auto order : {models::ScrubOrder::kSequential, models::ScrubOrder::kRandom}) {
    const app::RunResult one = run(order, 1);
    const app::RunResult three = run(order, 3);
    CHECK(one.violations.empty());
    CHECK(one.digest == three.digest);
    const app::ScrubRecord& scrub = *one.timeline->scrub;
    CHECK(scrub.age_p100_s == three.timeline->scrub->age_p100_s);
    CHECK(scrub.age_p99_99_s == three.timeline->scrub->age_p99_99_s);
    CHECK(scrub.latent_errors == three.timeline->scrub->latent_errors);
    CHECK(scrub.found > 0);
    CHECK(run(order, 1, 2).digest != one.digest);
  }
}

TEST_CASE("scrub: two scrubs meet the same errors") {
  // Without stuck drives and clients all that come are found or left. At half the period of the
  // other the random order has as many at first.
  const auto found = [](models::ScrubOrder order, double rate) {
    app::Scenario scenario = scrubbed_world();
    scenario.run.epoch = sim::Duration::hours(1);
    scenario.fleet.models[0].model.annual_failure_rate = 0;
    scenario.scrub.emplace();
    scenario.scrub->order = order;
    scenario.scrub->bytes_per_s = rate;
    scenario.scrub->errors_per_year = 2000;
    const app::RunResult result = app::run_experiment(scenario, 1);
    const app::ScrubRecord& scrub = *result.timeline->scrub;
    return static_cast<double>(scrub.found) + scrub.latent_errors.back() * 60;
  };
  const double in_order = found(models::ScrubOrder::kSequential, 1e9);
  CHECK(in_order > 0);
  CHECK(found(models::ScrubOrder::kRandom, 2e9) == Approx(in_order).epsilon(1e-9));
}
