// The two fidelities of one scenario, through whole runs: every request served by its drives, and
// what flow fidelity computes from the same mechanics.
//
// Compared at the measured load: flow is asked for as many bytes as requests came. The mean wait of
// N requests at load rho has a standard error of about sqrt(4 / N) / (1 - rho): .7 % at .8 for
// 64 drives of 30,000 requests (.2 % for 1,000 drives of 10,000), and a drive's own number of
// requests, which flow does not know, adds as much; the bounds of 5 % and 15 % are beyond five of
// them. Seeds are fixed.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <string>
#include <vector>

#include "app/drive/drive_reader.hpp"
#include "app/experiment/experiment.hpp"
#include "models/drive/drive_model.hpp"
#include "tests/support/small_worlds.hpp"

using namespace spindle;

namespace {

// A class of tenants that asks for objects of that mean size, lognormal about it; `share` of all
// requests.
struct Asked {
  double share;
  std::uint64_t bytes;
  bool is_write;
  double sigma = 0;
};
using AskedMix = std::vector<Asked>;
const AskedMix kAsked4KiB{{1, 4096, false}};
const AskedMix kAskedHalfMiB{{1, 524'288, false}};
const AskedMix kVaried{{0.7, 300'000, false, 1.5}, {0.3, 1'048'576, true, 1}};
const AskedMix kAskedBoth{{0.6, 65'536, false}, {0.4, 1'048'576, true}};

// One copy on drives of 20 TB that all hold about as much of each class; `per_s` requests a second
// of each drive, and so many of each in the run.
app::Scenario even_fleet(std::uint32_t drives, const AskedMix& mix, double per_s, double requests,
                         models::Scheduler scheduler) {
  constexpr std::uint64_t kExtentsPerDrive = 512;
  app::Scenario scenario = test::plain_world(drives, drives, drives * kExtentsPerDrive);
  const double epoch_s = requests / per_s / 4;
  scenario.run = {4 * sim::Duration::seconds(epoch_s), sim::Duration::seconds(epoch_s)};
  scenario.placement.policy = "d_choices";
  scenario.data.extent = models::Bytes{30'000'000'000};
  scenario.data.logical = models::Bytes{drives * kExtentsPerDrive * scenario.data.extent.value};
  scenario.fleet.models = {{*models::find_drive_preset("nearline-20tb"), 1}};
  scenario.mechanics = {
      {.preset = "nearline-20tb", .file = {}, .is_named = true, .scheduler = scheduler}};
  const app::TenantSpec spec = scenario.tenants[0];
  scenario.tenants.clear();
  for (const Asked& asked : mix) {
    app::TenantSpec tenant = spec;
    tenant.options.name = fmt::format("{} B", asked.bytes);
    tenant.options.data = models::Bytes{scenario.data.logical.value / mix.size()};
    tenant.options.object_size = models::Bytes{asked.bytes};
    if (asked.sigma > 0) {
      tenant.options.object_sizes = models::SizeLaw::mixture({{1, 1, asked.sigma}});
    }
    const double bytes_per_s = asked.share * per_s * drives * static_cast<double>(asked.bytes);
    tenant.options.read_bytes_per_s = asked.is_write ? 0 : bytes_per_s;
    tenant.options.write_bytes_per_s = asked.is_write ? bytes_per_s : 0;
    scenario.tenants.push_back(tenant);
  }
  return scenario;
}

app::RunResult run_at(app::Scenario scenario, app::Fidelity fidelity) {
  scenario.run.fidelity = fidelity;
  app::RunResult result = app::run_experiment(scenario, 2);
  for (const std::string& line : result.violations) FAIL_CHECK(line);
  return result;
}

// As many requests of each class as came.
app::Scenario as_measured(app::Scenario scenario, const app::RunResult& measured) {
  const double seconds = scenario.run.duration.to_seconds();
  for (const app::LatencyRow& row : measured.latency) {
    for (app::TenantSpec& tenant : scenario.tenants) {
      if (tenant.options.name != row.tenant_class) continue;
      (row.side == "read" ? tenant.options.read_bytes_per_s : tenant.options.write_bytes_per_s) =
          static_cast<double>(row.requests) / seconds * tenant.options.object_size.to_double();
    }
  }
  return scenario;
}

struct Bounds {
  double utilisation, mean, p99;
};

// Capacity of a drive for the mix, from a flow run that is next to idle.
double service_s(const AskedMix& mix) {
  const app::RunResult idle =
      run_at(even_fleet(4, mix, 0.01, 100, models::Scheduler::kFcfs), app::Fidelity::kFlow);
  return idle.metrics.get("drive.service.mean_s");
}

void check_agreement(const std::string& name, const AskedMix& mix, models::Scheduler scheduler,
                     std::uint32_t drives, double requests, const Bounds& bounds) {
  const double each_s = service_s(mix);
  for (const double load : {0.2, 0.5, 0.8}) {
    const app::Scenario scenario = even_fleet(drives, mix, load / each_s, requests, scheduler);
    const app::RunResult served = run_at(scenario, app::Fidelity::kMechanical);
    const app::RunResult flow = run_at(as_measured(scenario, served), app::Fidelity::kFlow);
    std::string row = fmt::format("| {}, {} | {}", name, models::name_of(scheduler), load);
    const auto compare = [&](const std::string& metric, double bound) {
      const double computed = flow.metrics.get(metric);
      const double measured = served.metrics.get(metric);
      row += fmt::format(" | {:+.2f} %", 100 * (computed / measured - 1));
      INFO(row << " " << metric);
      CHECK(computed == Approx(measured).epsilon(bound));
    };
    compare("drive.utilisation", bounds.utilisation);
    compare("drive.service.mean_s", bounds.utilisation);
    compare("drive.wait.mean_s", bounds.mean);
    compare("drive.wait.p99_s", bounds.p99);
    for (const app::LatencyRow& of : served.latency) {
      if (of.requests == 0) continue;
      compare("latency." + of.side + ".mean_s", bounds.mean);
      compare("latency." + of.side + ".p50_s", bounds.mean);
      compare("latency." + of.side + ".p99_s", bounds.p99);
      compare("latency." + of.side + ".p99_9_s", bounds.p99);
    }
    CHECK(flow.metrics.get("drive.saturated_share") == 0);
    fmt::print("{} |\n", row);
  }
}

constexpr Bounds kInOrder{0.01, 0.05, 0.15};
constexpr Bounds kReordered{0.01, 0.10, 0.10};

}  // namespace

// Closed forms instead of simulation: Pollaczek and Khinchine on preset talk (service 6 ms and a
// uniform turn of 8 ms), and the largest of k turns on an idle fleet.
TEST_CASE("flow: waits of preset talk are those of M/G/1, and maxima those of uniform turns") {
  constexpr std::uint32_t kDrives = 90;
  app::Scenario scenario = test::plain_world(kDrives, kDrives, kDrives * 64);
  scenario.mechanics = {{.preset = "talk", .file = {}}};
  scenario.placement.policy = "static";
  scenario.data.extent = models::Bytes{20'000'000'000'000 / 64};
  scenario.data.logical = models::Bytes{kDrives * 20'000'000'000'000};
  scenario.tenants[0].options.data = scenario.data.logical;
  for (const double load : {0.1, 0.3, 0.5, 0.8, 0.95}) {
    INFO("load " << load);
    scenario.tenants[0].options.read_bytes_per_s = load * 50e6 * kDrives;
    const app::RunResult run = run_at(scenario, app::Fidelity::kFlow);
    const double second_moment = 10e-3 * 10e-3 + 8e-3 * 8e-3 / 12;
    const double wait = load * second_moment / (2 * 10e-3 * (1 - load));
    CHECK(run.metrics.get("heat.util.mean") == Approx(load).epsilon(1e-9));
    CHECK(run.metrics.get("drive.utilisation") == Approx(load).epsilon(1e-3));
    CHECK(run.metrics.get("drive.service.mean_s") == Approx(10e-3).epsilon(1e-3));
    CHECK(run.metrics.get("drive.iops") == Approx(load * 100).epsilon(1e-9));
    CHECK(run.metrics.get("drive.wait.mean_s") == Approx(wait).epsilon(0.01));
    CHECK(run.metrics.get("latency.read.mean_s") == Approx(10e-3 + wait).epsilon(0.01));
    CHECK(run.latency[0].requests ==
          static_cast<std::uint64_t>(load * 100 * kDrives * 48 * 3600 + 0.5));
  }
  scenario.redundancy = {.kind = models::SchemeKind::kErasure, .data = 5, .parity = 4};
  scenario.data.logical = models::Bytes{scenario.data.logical.value / 9};
  scenario.data.extent = models::Bytes{scenario.data.extent.value / 9};
  scenario.tenants[0].options.data = scenario.data.logical;
  scenario.tenants[0].options.object_size = models::Bytes{2'500'000};
  scenario.tenants[0].options.read_bytes_per_s = 1e4;
  scenario.tenants[0].options.write_bytes_per_s = 1e4;
  const app::RunResult idle = run_at(scenario, app::Fidelity::kFlow);
  CHECK(idle.metrics.get("latency.read.mean_s") == Approx(6e-3 + 8e-3 * 5 / 6).epsilon(0.003));
  CHECK(idle.metrics.get("latency.write.mean_s") == Approx(6e-3 + 8e-3 * 9 / 10).epsilon(0.003));
  CHECK(idle.metrics.get("latency.write.p50_s") ==
        Approx(6e-3 + 8e-3 * 0.925875).epsilon(0.005));  // (1/2)^(1/9)
}

TEST_CASE("flow: drives asked for more than they serve have no latency") {
  app::Scenario scenario = even_fleet(8, kAskedHalfMiB, 200, 1000, models::Scheduler::kFcfs);
  const app::RunResult run = run_at(scenario, app::Fidelity::kFlow);
  CHECK(run.metrics.get("drive.saturated_share") == 1);
  CHECK(run.metrics.get("drive.utilisation") == 1);
  CHECK(run.metrics.get("drive.iops") ==
        Approx(1 / run.metrics.get("drive.service.mean_s")).epsilon(1e-9));
  for (const char* name : {"latency.read.mean_s", "latency.read.p50_s", "drive.wait.mean_s"}) {
    INFO(name);
    CHECK(std::isnan(run.metrics.get(name)));
  }
  // A drive that chooses its order keeps up with half as much again.
  scenario = even_fleet(8, kAskedHalfMiB, 100, 1000, models::Scheduler::kSptf);
  const app::RunResult choosing = run_at(scenario, app::Fidelity::kFlow);
  CHECK(choosing.metrics.get("heat.util.mean") > 1.2);
  CHECK(choosing.metrics.get("drive.saturated_share") == 0);
  CHECK(choosing.metrics.get("drive.utilisation") < 1);
  CHECK(choosing.metrics.get("latency.read.p99_9_s") > choosing.metrics.get("latency.read.p50_s"));
}

TEST_CASE("flow and mechanics agree on a fleet that serves in order of arrival") {
  check_agreement("reads of 512 KiB", kAskedHalfMiB, models::Scheduler::kFcfs, 64, 10'000,
                  kInOrder);
}

TEST_CASE("flow and mechanics agree where sizes are lognormal") {
  check_agreement("lognormal reads and writes", kVaried, models::Scheduler::kFcfs, 64, 10'000,
                  kInOrder);
}

// Objects of a Zipf law make hot extents, and these hot drives, at both fidelities; conservation is
// checked in every run, with weights in single precision.
TEST_CASE("flow and mechanics agree where some objects are popular") {
  for (const std::uint32_t tenants : {1U, 5U}) {
    app::Scenario scenario = even_fleet(16, kAskedHalfMiB, 15, 20'000, models::Scheduler::kFcfs);
    models::TenantClass& of = scenario.tenants[0].options;
    of.count = tenants;
    of.popularity = {.kind = models::PopularityKind::kZipf, .exponent = 1, .points = {}};
    const app::RunResult flow = run_at(scenario, app::Fidelity::kFlow);
    const app::RunResult served = run_at(scenario, app::Fidelity::kMechanical);
    CHECK(flow.metrics.get("heat.cov") > 0.05);  // without popularity .002
    // 16 drives of 5,000 requests an epoch: 1.4 % of a drive's heat by chance, five of them at
    // most.
    CHECK(served.metrics.get("heat.util.max") ==
          Approx(flow.metrics.get("heat.util.max")).epsilon(0.07));
    CHECK(served.metrics.get("heat.util.mean") ==
          Approx(flow.metrics.get("heat.util.mean")).epsilon(0.03));
    CHECK(served.metrics.get("heat.cov") == Approx(flow.metrics.get("heat.cov")).epsilon(0.1));
  }
}

// Most requests take milliseconds and a few take minutes: cells of time are then too wide for the
// small ones, and must not make a drive that keeps up fall behind.
TEST_CASE("a flow run has latencies where sizes lie between kilobytes and terabytes") {
  app::Scenario scenario = even_fleet(8, kAskedHalfMiB, 1, 1000, models::Scheduler::kFcfs);
  models::TenantClass& of = scenario.tenants[0].options;
  of.object_sizes = models::SizeLaw::empirical({{0.5, 1e4}, {0.9, 1e8}, {0.999, 3e11}, {1, 1e12}});
  of.object_size = models::Bytes{static_cast<std::uint64_t>(of.object_sizes.mean_bytes())};
  for (const double heat : {0.5, 0.999}) {
    of.read_bytes_per_s = 1;
    of.read_bytes_per_s =
        heat / run_at(scenario, app::Fidelity::kFlow).metrics.get("heat.util.mean");
    const app::RunResult run = run_at(scenario, app::Fidelity::kFlow);
    CHECK(run.metrics.get("heat.util.mean") == Approx(heat).epsilon(1e-6));
    CHECK(run.metrics.get("drive.iops") > 0);
  }
}

// What a request is asked for in ranges is read in ranges, and written whole.
TEST_CASE("a class that reads ranges costs what two classes of those sizes cost") {
  const AskedMix two{{0.6, 65'536, false}, {0.4, 1'048'576, true}};
  const app::Scenario apart = even_fleet(16, two, 40, 1000, models::Scheduler::kFcfs);
  app::Scenario ranges = even_fleet(16, {{1, 1'048'576, true}}, 40, 1000, models::Scheduler::kFcfs);
  models::TenantClass& of = ranges.tenants[0].options;
  of.range_size = models::Bytes{65'536};
  of.read_bytes_per_s = apart.tenants[0].options.read_bytes_per_s;
  of.write_bytes_per_s = apart.tenants[1].options.write_bytes_per_s;
  for (const app::Fidelity fidelity : {app::Fidelity::kFlow, app::Fidelity::kMechanical}) {
    const app::RunResult one = run_at(ranges, fidelity);
    const app::RunResult both = run_at(apart, fidelity);
    const bool is_flow = fidelity == app::Fidelity::kFlow;
    // Mechanical: 640 requests of each of 16 drives, by other streams: five standard errors.
    for (const char* name : {"heat.util.mean", "drive.utilisation", "drive.service.mean_s"}) {
      INFO(name);
      CHECK(one.metrics.get(name) == Approx(both.metrics.get(name)).epsilon(is_flow ? 1e-6 : 0.05));
    }
    for (const app::LatencyRow& row : one.latency) CHECK(row.requests > 0);
  }
}

TEST_CASE("flow and mechanics agree on 1,000 drives, three mixes", "[.large]") {
  for (const auto& [name, mix] :
       {std::pair{"reads of 4 KiB", kAsked4KiB}, std::pair{"reads of 512 KiB", kAskedHalfMiB},
        std::pair{"60 % reads of 64 KiB, 40 % writes of 1 MiB", kAskedBoth}}) {
    check_agreement(name, mix, models::Scheduler::kFcfs, 1000, 10'000, kInOrder);
    check_agreement(name, mix, models::Scheduler::kSptf, 1000, 10'000, kReordered);
    check_agreement(name, mix, models::Scheduler::kCLook, 1000, 10'000, kReordered);
  }
}
