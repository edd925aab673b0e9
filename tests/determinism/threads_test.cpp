// The same scenario and seed give the same bytes, whatever the number of threads.
#include <catch2/catch.hpp>

#include "app/experiment/experiment.hpp"
#include "app/report/result_files.hpp"
#include "tests/support/small_worlds.hpp"

using namespace spindle;

namespace {

app::Scenario lively_world() {
  app::Scenario scenario = test::plain_world(300, 40, 30000);
  scenario.fleet.zones = 3;
  scenario.fleet.racks_per_zone = 4;
  scenario.fleet.models.push_back({*models::find_drive_preset("nearline-20tb"), 1});
  scenario.redundancy = {models::SchemeKind::kErasure, 3, 5, 4};
  scenario.spread = {3, 1};
  auto& tenants = scenario.tenants[0].options;
  tenants.size = {models::SizeKind::kZipf, 0.9, 1};
  tenants.load.kind = models::LoadKind::kOnOff;
  tenants.cooling.kind = models::CoolingKind::kExponential;
  return scenario;
}

}  // namespace

TEST_CASE("metrics and digest are equal for 1, 2, 3 and 8 threads, for every policy") {
  for (const models::PolicyRow& policy : models::policy_registry()) {
    app::Scenario scenario = lively_world();
    scenario.placement.policy = policy.name;
    scenario.placement.width = 60;
    const auto reference = app::run_experiment(scenario, 1);
    CHECK(reference.violations.empty());
    for (const unsigned threads : {1U, 2U, 3U, 8U}) {
      const auto result = app::run_experiment(scenario, threads);
      INFO(policy.name << " on " << threads << " threads");
      CHECK(result.digest == reference.digest);
      CHECK(app::metrics_json(result.metrics) == app::metrics_json(reference.metrics));
    }
  }
}

TEST_CASE("another seed gives another digest") {
  app::Scenario scenario = lively_world();
  const auto first = app::run_experiment(scenario, 1).digest;
  scenario.seed = 2;
  CHECK(app::run_experiment(scenario, 1).digest != first);
}

TEST_CASE("tenants' load does not depend on placement: common random numbers") {
  app::Scenario scenario = lively_world();
  const auto random = app::run_experiment(scenario, 1);
  scenario.placement.policy = "d_choices";
  const auto choices = app::run_experiment(scenario, 1);
  CHECK(random.series.requests_per_s == choices.series.requests_per_s);
}
