// Failures and repairs: the same bits for any number of threads, the same failures for any policy.
#include <catch2/catch.hpp>

#include "app/experiment/experiment.hpp"
#include "app/report/result_files.hpp"
#include "tests/support/failing_fleet.hpp"
#include "tests/support/small_worlds.hpp"

using namespace spindle;
using test::FailingFleet;
using test::PlacedFleet;

namespace {

app::Scenario failing_world() {
  app::Scenario scenario = test::plain_world(300, 10, 3000);
  scenario.fleet.zones = 3;
  scenario.fleet.racks_per_zone = 4;
  scenario.fleet.models[0].model.annual_failure_rate = 40;
  scenario.fleet.models.push_back({*models::find_drive_preset("nearline-20tb"), 1});
  scenario.fleet.models[1].model.annual_failure_rate = 60;
  scenario.redundancy.copies = 2;
  scenario.spread = {1, 1};
  scenario.durability = {app::DurabilityEstimator::kDirect, 7};
  scenario.failure.detect = sim::Duration::hours(2);
  return scenario;
}

}  // namespace

TEST_CASE("direct: metrics and digest are equal for 1, 2 and 4 threads") {
  app::Scenario scenario = failing_world();
  const bool hangs_together = GENERATE(false, true);
  if (hangs_together) {
    for (auto& model : scenario.fleet.models) model.model.annual_failure_rate /= 4;
    scenario.failure.life.kind = models::LifetimeKind::kWeibull;
    scenario.failure.life.shape = 0.8;
    scenario.failure.clusters = {5, models::ClusterPreset::kAlibabaShares, {}};
    scenario.failure.power = {{models::DomainKind::kRack, 20, sim::Duration::hours(3), 0.2}};
  }
  const auto reference = app::run_experiment(scenario, 1);
  for (const std::string& line : reference.violations) UNSCOPED_INFO(line);
  CHECK(reference.violations.empty());
  CHECK(reference.metrics.get("durability.losses") > 0);
  for (const unsigned threads : {2U, 4U}) {
    const auto result = app::run_experiment(scenario, threads);
    INFO(threads << " threads");
    CHECK(result.digest == reference.digest);
    CHECK(app::metrics_json(result.metrics) == app::metrics_json(reference.metrics));
  }
}

// Bandwidth, bursts and an order of repair, and drives that fail one by one.
TEST_CASE("conditional: metrics and digest are equal for 1, 2 and 4 threads") {
  app::Scenario scenario = failing_world();
  scenario.durability = {app::DurabilityEstimator::kConditional, 7};
  const bool hangs_together = GENERATE(false, true);
  if (hangs_together) {
    for (auto& model : scenario.fleet.models) model.model.annual_failure_rate /= 4;
    scenario.failure.clusters = {5, models::ClusterPreset::kAlibabaShares, {}};
    scenario.repair.law = models::RepairLaw::kBandwidth;
    scenario.repair.bytes_per_s = 20e3;
    scenario.repair.order = models::RebuildOrder::kMostExposedFirst;
  }
  const auto reference = app::run_experiment(scenario, 1);
  CHECK(reference.violations.empty());
  CHECK(reference.metrics.durability_estimator == "conditional");
  CHECK(reference.metrics.get("durability.loss_probability_in_run") > 0);
  CHECK(reference.metrics.get("durability.nines") > 0);
  for (const unsigned threads : {2U, 4U}) {
    const auto result = app::run_experiment(scenario, threads);
    INFO(threads << " threads");
    CHECK(result.digest == reference.digest);
    CHECK(app::metrics_json(result.metrics) == app::metrics_json(reference.metrics));
  }
}

TEST_CASE("direct: results do not depend on how much memory the replications get") {
  const PlacedFleet placed({.lambda = 0.5, .run = 20}, sim::Seed{1});
  const auto inputs = placed.inputs();
  const auto estimate = [&](std::uint64_t bytes) {
    return models::estimate_directly(inputs.topology, inputs.spread, inputs.needed,
                                     test::equal_tenants(1, 1000, 100), inputs.placement,
                                     inputs.repair, inputs.failure, inputs.seed,
                                     {.replications = 9, .threads = 4, .memory_bytes = bytes});
  };
  const auto one = estimate(1);
  const auto many = estimate(std::uint64_t{1} << 30);
  CHECK(one.digests == many.digests);
  CHECK(one.loss_probability.estimate == many.loss_probability.estimate);
  CHECK(one.losses_per_year.high == many.losses_per_year.high);
}

TEST_CASE("direct: every failure comes at the same moment under every placement policy") {
  std::vector<models::DriveFailure> reference;
  for (const models::PolicyRow& policy : models::policy_registry()) {
    FailingFleet fleet;
    fleet.lambda = 0.3;
    fleet.policy = test::policy(policy.name, 60);
    const PlacedFleet placed(fleet, sim::Seed{1});
    const auto inputs = placed.inputs();
    models::RepairRun run(inputs, 0);
    run.run_until(placed.end());
    CHECK(placed.check(run).ok());
    const auto failures = run.failures();
    if (reference.empty()) reference.assign(failures.begin(), failures.end());
    INFO(policy.name);
    REQUIRE(failures.size() == reference.size());
    for (std::size_t i = 0; i < failures.size(); ++i) {
      REQUIRE(failures[i].slot == reference[i].slot);
      REQUIRE(failures[i].at == reference[i].at);
    }
  }
  CHECK(reference.size() > 5000);
}

TEST_CASE("direct: an interrupted run says so and keeps what was finished") {
  const app::Scenario scenario = failing_world();
  const auto result = app::run_experiment(scenario, 1, [](double share) { return share < 0.9; });
  CHECK(result.partial);
  CHECK(result.violations.empty());
  CHECK(result.metrics.get("durability.losses") > 0);
}

TEST_CASE("analytic: the estimator's other settings change nothing") {
  app::Scenario scenario = failing_world();
  scenario.durability.estimator = app::DurabilityEstimator::kAnalytic;
  const auto reference = app::run_experiment(scenario, 1);
  scenario.durability.replications = 3;
  scenario.failure.detect = scenario.failure.replace = sim::Duration::hours(1);
  CHECK(app::run_experiment(scenario, 1).digest == reference.digest);
  CHECK_FALSE(reference.metrics.has("durability.losses"));
}

TEST_CASE("direct: with outages and bandwidth the bits are equal for 1, 2 and 4 threads") {
  FailingFleet fleet;
  fleet.shards = 9;
  fleet.needed = 5;
  fleet.lambda = 0.02;
  fleet.run = 30;
  fleet.options.law = models::RepairLaw::kBandwidth;
  fleet.options.bytes_per_s = 0.1;
  fleet.options.after_zone_loss = models::AfterZoneLoss::kRelax;
  const auto day = [](double d) { return sim::Instant() + sim::Duration::days(d); };
  fleet.outages.scripted = {{models::DomainKind::kZone, 1, day(5), true, {}},
                            {models::DomainKind::kRack, 3, day(6), true, {}}};
  fleet.outages.random = {
      {models::DomainKind::kRack, 30, false, sim::Duration::hours(5)},
      {models::DomainKind::kZone, 3, false, sim::Duration::hours(2)},
  };
  const PlacedFleet placed(fleet, sim::Seed{1});
  const models::DirectEstimate one = placed.estimate(8, 1);
  for (const std::string& line : one.violations) UNSCOPED_INFO(line);
  CHECK(one.violations.empty());
  CHECK(one.total.restored_shards > 1000);
  CHECK(one.digests.size() == 16);
  CHECK(one.fully_protected > 0);
  for (const unsigned threads : {2U, 4U}) {
    const models::DirectEstimate many = placed.estimate(8, threads);
    CHECK(many.digests == one.digests);
    CHECK(many.loss_probability.estimate == one.loss_probability.estimate);
    CHECK(many.random_loss_probability.high == one.random_loss_probability.high);
    CHECK(many.unreadable_fraction == one.unreadable_fraction);
    CHECK(many.read_bytes == one.read_bytes);
    CHECK(many.full_protection_s == one.full_protection_s);
    CHECK(many.total.repair_s == one.total.repair_s);
  }
}

TEST_CASE("repair: windows of whatever length give the same run") {
  FailingFleet fleet;
  fleet.lambda = 0.05;
  fleet.run = 20;
  fleet.options.law = models::RepairLaw::kBandwidth;
  fleet.options.bytes_per_s = 0.05;
  fleet.outages.random = {{models::DomainKind::kZone, 30, false, sim::Duration::hours(9)},
                          {models::DomainKind::kZone, 9, true, {}},
                          {models::DomainKind::kRack, 30, true, {}}};
  const PlacedFleet placed(fleet, sim::Seed{2});
  const auto inputs = placed.inputs();
  models::RepairRun whole(inputs, 0);
  whole.run_until(placed.end());
  models::RepairRun parts(inputs, 0);
  for (int hour = 1; hour <= 20 * 24; ++hour) {
    parts.run_until(sim::Instant() + sim::Duration::hours(hour));
  }
  REQUIRE(whole.repair().fleet_events().size() > 10);
  CHECK(whole.digest().value() == parts.digest().value());
  CHECK(whole.counts().losses == parts.counts().losses);
  CHECK(whole.repair().bytes().read == parts.repair().bytes().read);
  CHECK(whole.repair().health().sums_at(placed.end()).unreadable_s ==
        parts.repair().health().sums_at(placed.end()).unreadable_s);
}
