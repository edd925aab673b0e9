// How cold a running fleet becomes, against closed forms (docs/theory/landing.md), in both forms.

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <string>
#include <vector>

#include "app/experiment/experiment.hpp"
#include "tests/support/read_scenario.hpp"

using namespace spindle;

namespace {

constexpr double kDaysAYear = 365;  // days
constexpr double kDataPb = 3;

// All data is as good as new on day 0, and is read less by a factor e in 365 d / gamma.
std::vector<double> heat_by_day(const char* form, double gamma, double delta, double years) {
  const std::string text = R"({
    "schema_version": 1, "name": "cooling", "question": "How cold does a fleet become?",
    "run": { "duration": "365 d", "epoch": "1 d" },
    "fleet": { "zones": 3, "racks_per_zone": 10, "drives": 600,
               "models": [{ "model": "nearline-20tb", "afr": "0 %/yr" }] },
    "data": { "logical": "3 PB", "extent": "30 GB" },
    "redundancy": { "scheme": "replication", "copies": 3 },
    "spread": { "max_per_zone": 1, "max_per_rack": 1 },
    "placement": { "policy": "random" },
    "tenants": [{ "name": "archive", "count": 20, "reads": "1.5 PB/d", "object": "4 MB",
                  "cooling": { "model": "exponential", "tau": "365 d", "oldest": "1 h" } }]
  })";
  std::vector<std::string> sets = {fmt::format("run.form={}", form),
                                   fmt::format("run.duration={} d", years * kDaysAYear),
                                   fmt::format("tenants.0.cooling.tau={} d", kDaysAYear / gamma)};
  if (delta > 0) {
    sets.push_back(fmt::format("tenants.0.writes={} GB/d", delta * kDataPb * 1e6 / kDaysAYear));
    sets.push_back("tenants.0.writes_are=new_data");
  }
  const app::RunResult result = app::run_experiment(test::valid_scenario(text, sets), 2);
  CHECK(result.violations == std::vector<std::string>{});
  std::vector<double> heat = result.series.heat_sum;
  if (!result.timeline) return heat;
  // Writing, which no age slows, apart.
  for (std::size_t e = 0; e < heat.size(); ++e) {
    heat[e] -= result.timeline->series.directed_heat[e];
  }
  return heat;
}

}  // namespace

TEST_CASE("cooling: a fleet filled once over five years uses the published share of its I/O") {
  // Drives that are full when their newest data saturates them, by age: as one of them at that age.
  // So the mean over the ages of the fleet is that of one fleet over time.
  const std::pair<double, double> rows[] = {{1, 0.199}, {0.5, 0.367}, {0.1, 0.787}};
  for (const char* form : {"ledger", "explicit"}) {
    for (const auto& [gamma, share] : rows) {
      const std::vector<double> heat = heat_by_day(form, gamma, 0, 5);
      double sum = 0;
      for (const double of_day : heat) sum += of_day;
      // The first day's mean lies half a day after the start.
      const double first = heat.front() * std::exp(gamma / kDaysAYear / 2);
      INFO(form << ", gamma " << gamma);
      CHECK(sum / static_cast<double>(heat.size()) / first == Approx(share).epsilon(0.02));
    }
  }
}

TEST_CASE("cooling: with turnover a fleet tends to delta / (delta + gamma) at their sum's rate") {
  const std::pair<double, double> rows[] = {{0.1, 0.091}, {0.3, 0.231}, {1, 0.5}};
  for (const auto& [delta, limit] : rows) {
    for (const char* form : {"ledger", "explicit"}) {
      if (form == std::string("explicit") && delta != 0.3) continue;  // one tells
      const std::vector<double> heat = heat_by_day(form, 1, delta, 6);
      const double rest = delta / (delta + 1);
      CHECK(rest == Approx(limit).margin(0.0005));
      for (const double year : {0.5, 1.0, 2.0, 6.0}) {
        const double left = std::exp(-(1 + delta) * year);
        const auto day = static_cast<std::size_t>(year * kDaysAYear) - 1;
        INFO(form << ", delta " << delta << ", after " << year << " years");
        CHECK(heat[day] / heat.front() == Approx(rest + (1 - rest) * left).epsilon(0.02));
      }
    }
  }
}
