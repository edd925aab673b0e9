// Stores of whole runs: what cleaning adds to heat, to latencies, and to nothing else.
#include <catch2/catch.hpp>
#include <cmath>

#include "app/experiment/experiment.hpp"
#include "tests/support/small_worlds.hpp"

using namespace spindle;

namespace {

constexpr double kWriteBytes = 500'000;

// 100 drives of 20 TB, 40 % full of one copy; all that is asked is writes of half a megabyte, of
// 10 ms each, which keep drives busy for a tenth of their time.
app::Scenario writers() {
  app::Scenario out = test::plain_world(100, 1, 3200);
  out.run = {sim::Duration::hours(16), sim::Duration::hours(1)};
  out.fleet.racks_per_zone = 10;
  out.data.extent = models::Bytes{250'000'000'000};
  out.data.logical = models::Bytes{3200 * out.data.extent.value};
  out.placement.policy = "d_choices";
  models::TenantClass& tenants = out.tenants[0].options;
  tenants.data = out.data.logical;
  tenants.read_bytes_per_s = 0;
  tenants.write_bytes_per_s = 0.1 * kWriteBytes / 0.010 * 100;
  return out;
}

app::Scenario with_store(app::Scenario scenario, double fullness) {
  scenario.store.emplace();
  scenario.store->fullness = fullness;
  return scenario;
}

double store_metric(const app::RunResult& result, const char* name) {
  return result.metrics.get(name);
}

app::RunResult run_store(const app::Scenario& scenario) {
  app::RunResult result = app::run_experiment(scenario, 1);
  CHECK(result.violations.empty());
  return result;
}

// By hand: a positioning of 8 ms, 250 MB/s, segments of 64 MiB of which the share u lives.
double cleaning_s(double amplification, double bytes) {
  const double segment = 64.0 * 1048576;
  const double read = 0.008 + (1 - 1 / amplification) * segment / 250e6;
  const double write = 0.008 + segment / 250e6;
  return bytes * (amplification * read + (amplification - 1) * write) / segment;
}

}  // namespace

TEST_CASE("store: a write's heat is its own disk time and its share of cleaning") {
  const app::RunResult still = run_store(writers());
  const app::RunResult stored = run_store(with_store(writers(), 0.8));
  CHECK(store_metric(still, "heat.util.mean") == Approx(0.1).epsilon(1e-6));
  const double amplification = store_metric(stored, "store.write_amplification");
  CHECK(amplification == Approx(2.69).epsilon(0.002));
  const double cleaning = cleaning_s(amplification, kWriteBytes);
  CHECK(store_metric(stored, "heat.util.mean") ==
        Approx(0.1 * (1 + cleaning / 0.010)).epsilon(1e-6));
  CHECK(store_metric(stored, "heat.drive_peak") / store_metric(still, "heat.drive_peak") ==
        Approx(1 + cleaning / 0.010).epsilon(1e-9));
  CHECK(store_metric(stored, "store.disk_share") ==
        Approx(cleaning / (cleaning + 0.010)).epsilon(1e-9));
  // 16 h of 500 MB/s, read and written again.
  CHECK(store_metric(stored, "store.cleaning_bytes") ==
        Approx(2 * (amplification - 1) * 500e6 * 16 * 3600).epsilon(1e-6));
  CHECK(store_metric(stored, "store.fullness") == 0.8);
  CHECK(std::abs(store_metric(stored, "cost.drives_for_heat") -
                 store_metric(still, "cost.drives_for_heat") * (1 + cleaning / 0.010)) <= 2);
  CHECK_FALSE(still.metrics.has("store.write_amplification"));
}

TEST_CASE("store: without a fullness it is what the data fills of the drives") {
  app::Scenario scenario = writers();
  scenario.store.emplace();
  CHECK(store_metric(run_store(scenario), "store.fullness") == Approx(0.4).epsilon(1e-12));
  scenario.redundancy.copies = 2;
  scenario.spread = {0, 1};
  CHECK(store_metric(run_store(scenario), "store.fullness") == Approx(0.8).epsilon(1e-12));
}

TEST_CASE("store: reads bring no cleaning, and every copy of a write does") {
  app::Scenario scenario = writers();
  scenario.tenants[0].options.read_bytes_per_s = scenario.tenants[0].options.write_bytes_per_s;
  const double reads = 0.1;
  const app::RunResult one = run_store(with_store(scenario, 0.8));
  const double cleaning = cleaning_s(store_metric(one, "store.write_amplification"), kWriteBytes);
  CHECK(store_metric(one, "heat.util.mean") == Approx(reads + 0.1 + 10 * cleaning).epsilon(1e-6));
  scenario.redundancy.copies = 2;
  scenario.spread = {0, 1};
  const app::RunResult two = run_store(with_store(scenario, 0.8));
  CHECK(store_metric(two, "heat.util.mean") ==
        Approx(reads + 2 * (0.1 + 10 * cleaning)).epsilon(1e-6));
}

TEST_CASE("store: new data brings as much cleaning as updates") {
  app::Scenario scenario = writers();
  scenario.tenants[0].options.writes_are = models::WriteKind::kNewData;
  scenario.repair.mttr = sim::Duration::hours(24);
  scenario.fleet.models[0].model.annual_failure_rate = 0;
  const auto mean = [](const app::RunResult& result) {
    double sum = 0;
    for (const double heat : result.series.heat_sum) sum += heat;
    return sum;
  };
  const app::RunResult still = run_store(scenario);
  const app::RunResult stored = run_store(with_store(scenario, 0.8));
  const double cleaning =
      cleaning_s(store_metric(stored, "store.write_amplification"), kWriteBytes);
  CHECK(mean(stored) / mean(still) == Approx(1 + cleaning / 0.010).epsilon(1e-6));
}

TEST_CASE("store: latencies wait for cleaning, and a write's own service stays as it is") {
  app::Scenario scenario = writers();
  scenario.mechanics = {{.preset = "talk", .file = {}, .is_named = true}};
  const app::RunResult still = run_store(scenario);
  const app::RunResult stored = run_store(with_store(scenario, 0.9));
  const double ratio =
      store_metric(stored, "heat.util.mean") / store_metric(still, "heat.util.mean");
  REQUIRE(ratio > 2);
  CHECK(store_metric(stored, "drive.utilisation") ==
        Approx(store_metric(stored, "heat.util.mean")).epsilon(0.01));
  CHECK(store_metric(stored, "drive.utilisation") / store_metric(still, "drive.utilisation") ==
        Approx(ratio).epsilon(1e-3));
  CHECK(store_metric(stored, "drive.iops") ==
        Approx(store_metric(still, "drive.iops")).epsilon(1e-3));
  CHECK(store_metric(stored, "drive.service.mean_s") ==
        Approx(store_metric(still, "drive.service.mean_s")).epsilon(1e-3));
  // Drives wait as if as many more of the same requests came.
  app::Scenario busier = scenario;
  busier.tenants[0].options.write_bytes_per_s *= ratio;
  const app::RunResult more = run_store(busier);
  for (const char* name : {"drive.wait.mean_s", "drive.wait.p99_s", "latency.write.mean_s",
                           "latency.write.p99_s", "drive.utilisation"}) {
    INFO(name);
    CHECK(store_metric(stored, name) == Approx(store_metric(more, name)).epsilon(1e-6));
  }
  CHECK(store_metric(more, "drive.iops") ==
        Approx(ratio * store_metric(stored, "drive.iops")).epsilon(1e-3));
}

TEST_CASE("store: drives that cleaning saturates serve fewer of their clients' requests") {
  app::Scenario scenario = writers();
  scenario.mechanics = {{.preset = "talk", .file = {}, .is_named = true}};
  scenario.tenants[0].options.write_bytes_per_s *= 7;
  const app::RunResult still = run_store(scenario);
  const app::RunResult stored = run_store(with_store(scenario, 0.9));
  CHECK(store_metric(still, "drive.saturated_share") == 0);
  CHECK(store_metric(stored, "drive.saturated_share") == 1);
  CHECK(store_metric(stored, "drive.utilisation") == Approx(1));
  const double heat = store_metric(stored, "heat.util.mean");
  CHECK(store_metric(stored, "drive.iops") * heat ==
        Approx(store_metric(still, "drive.iops")).epsilon(0.02));
  CHECK(store_metric(stored, "drive.service.mean_s") ==
        Approx(store_metric(still, "drive.service.mean_s")).epsilon(1e-3));
}
