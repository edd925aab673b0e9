// Scrubs of whole runs: the heat they are, and the losses that errors are.
#include <catch2/catch.hpp>
#include <cmath>

#include "app/experiment/experiment.hpp"
#include "models/analytic/latent_errors.hpp"
#include "models/scrub/undetected.hpp"
#include "tests/support/small_worlds.hpp"

using namespace spindle;
using models::ScrubOrder;

namespace {

// 100 drives of 20 TB in ten racks, half full, three copies in different racks; nothing fails.
app::Scenario scenario(ScrubOrder order) {
  app::Scenario out = test::plain_world(100, 1, 3200);
  out.run = {sim::Duration::days(64), sim::Duration::days(1)};
  out.fleet.racks_per_zone = 10;
  out.fleet.models[0].model.annual_failure_rate = 0;
  out.data.extent = models::Bytes{100'000'000'000};
  out.data.logical = models::Bytes{3200 * out.data.extent.value};
  out.tenants[0].options.data = out.data.logical;
  out.redundancy.copies = 3;
  out.spread = {0, 1};
  out.repair.mttr = sim::Duration::hours(24);
  out.scrub.emplace();
  out.scrub->order = order;
  out.scrub->period = sim::Duration::days(30);
  out.scrub->unit = models::Bytes{500'000};
  out.scrub->errors_per_year = 50;
  return out;
}

double metric(const app::RunResult& result, const char* name) {
  return result.metrics.get(name);
}

double series_mean(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

}  // namespace

TEST_CASE("scrub: a run has its disk time in every drive's heat") {
  app::Scenario still = scenario(ScrubOrder::kSequential);
  still.scrub.reset();
  const double without = series_mean(app::run_experiment(still, 1).series.heat_sum) / 100;
  const app::RunResult result = app::run_experiment(scenario(ScrubOrder::kSequential), 1);
  CHECK(result.violations.empty());
  // 7.7 MB/s, half a megabyte in 10 ms.
  const double share = 20e12 / (30 * 86400.0) / 50e6;
  CHECK(metric(result, "scrub.disk_share") == Approx(share).epsilon(1e-9));
  CHECK(metric(result, "scrub.bytes_per_s") == Approx(7.716e6).epsilon(1e-3));
  CHECK(series_mean(result.series.heat_sum) / 100 == Approx(without + share).epsilon(1e-6));
  CHECK(metric(result, "heat.directed_share") == Approx(share / (without + share)).epsilon(1e-6));
}

TEST_CASE("scrub: a run's metrics are the closed forms, and durability has the errors in it") {
  for (const ScrubOrder order : {ScrubOrder::kSequential, ScrubOrder::kRandom}) {
    app::Scenario with = scenario(order);
    with.fleet.models[0].model.annual_failure_rate = 0.05;
    const app::RunResult result = app::run_experiment(with, 1);
    CHECK(result.violations.empty());
    const double wait = order == ScrubOrder::kSequential ? 15 * 86400.0 : 30 * 86400.0;
    CHECK(metric(result, "scrub.undetected_expected_s") == Approx(wait).epsilon(1e-12));
    CHECK(metric(result, "scrub.latent_errors_expected") ==
          Approx(50 * wait / sim::kSecondsPerYear).epsilon(1e-12));
    // 876 errors come: a mean within 5 standard deviations of .6 / 30 or 1 / 30.
    CHECK(metric(result, "scrub.undetected_mean_s") ==
          Approx(wait).epsilon(order == ScrubOrder::kSequential ? .1 : .17));
    CHECK(metric(result, "scrub.latent_errors") ==
          Approx(50 * wait / sim::kSecondsPerYear).epsilon(.25));
    CHECK(metric(result, "scrub.stuck_drives") == 0);

    const double per_hour = 50 / sim::kHoursPerYear * 100e9 / 20e12;
    const double u = 1 - std::exp(-per_hour * wait / 3600);
    CHECK(metric(result, "scrub.shard_error_probability") == Approx(u).epsilon(1e-9));
    const models::LatentErrors errors{u, per_hour};
    const double lambda = 0.05 / sim::kHoursPerYear;
    const double hours =
        models::mttdl(3, 1, lambda, 1. / 24, models::RepairMode::kParallel, errors);
    CHECK(metric(result, "durability.annual_loss_probability") ==
          Approx(models::annual_loss_probability(hours)).epsilon(1e-9));
    CHECK(metric(result, "durability.latent_error_share") ==
          Approx(models::latent_loss_share(3, 1, lambda, 1. / 24, models::RepairMode::kParallel,
                                           errors))
              .epsilon(1e-9));
    // A run that starts whole has about a day and a half of 64 without losses.
    CHECK(metric(result, "durability.loss_probability_in_run") ==
          Approx(64.0 * 24 / hours).epsilon(.025));
  }
}

TEST_CASE("scrub: clients that read everything often leave few errors") {
  app::Scenario with = scenario(ScrubOrder::kSequential);
  with.scrub->reads_find = true;
  // 320 TB of data; read once in 20 days, of one of three copies: a byte of a copy once in 60.
  with.tenants[0].options.read_bytes_per_s = 320e12 / (20 * 86400.0);
  const app::RunResult result = app::run_experiment(with, 1);
  const double h = 1 / (60 * 86400.0);
  const double wait = models::ScrubLaw(ScrubOrder::kSequential, 30 * 86400.0).mean_undetected_s(h);
  const double per_s = 50 / sim::kSecondsPerYear * 100e9 / 20e12;
  CHECK(metric(result, "scrub.shard_error_probability") ==
        Approx(1 - std::exp(-per_s * wait)).epsilon(1e-9));
  CHECK(std::isnan(metric(result, "scrub.undetected_expected_s")));
  // 48 % of a drive are data, and half of the errors come there.
  const double mean = .48 * wait + .52 * 15 * 86400.0;
  CHECK(metric(result, "scrub.undetected_mean_s") == Approx(mean).epsilon(.1));
}

TEST_CASE("scrub: drives that are replaced begin anew, those of a rack that is down wait") {
  app::Scenario with = scenario(ScrubOrder::kSequential);
  with.outages.scripted = {{.kind = models::DomainKind::kRack,
                            .domain = 3,
                            .at = sim::Instant() + sim::Duration::days(10),
                            .is_permanent = false,
                            .lasts = sim::Duration::days(8)},
                           {.kind = models::DomainKind::kRack,
                            .domain = 5,
                            .at = sim::Instant() + sim::Duration::days(40),
                            .is_permanent = true,
                            .lasts = {}}};
  const app::RunResult result = app::run_experiment(with, 1);
  REQUIRE(result.timeline);
  const auto& scrub = *result.timeline->scrub;
  // Down from the end of day 10 on, seen at the end of epochs; read again 30 days after.
  for (std::size_t day = 0; day < 64; ++day) {
    const double oldest = scrub.age_p100_s[day] / 86400;
    INFO(day);
    if (day < 10 || day > 50) CHECK(oldest == Approx(30));
    if (day >= 20 && day <= 45) CHECK(oldest == Approx(38));
    CHECK(oldest < 38.01);
  }
  // Ten new drives of 100, scrubbed from day 41 on: their mean is below half of the period's.
  CHECK(scrub.age_mean_s[46] / 86400 < 15.8);
  CHECK(scrub.age_mean_s.back() / 86400 < 15);
}
