#pragma once
// A fleet in both forms: mapped extent by extent, and as ledgers.

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "app/experiment/experiment.hpp"
#include "tests/support/read_scenario.hpp"

namespace spindle::test {

// 3,000 drives with some 300 shards each, tenants that read at hours of their own.
inline const std::string kBothForms = R"({
  "schema_version": 1, "name": "forms", "question": "Do both forms agree?",
  "run": { "duration": "2 d", "epoch": "1 h" },
  "fleet": { "zones": 3, "racks_per_zone": 20, "drives": 3000,
             "models": [{ "model": "nearline-20tb", "afr": "1.5 %/yr" }] },
  "data": { "logical": "10 PB", "extent": "33 GB" },
  "redundancy": { "scheme": "replication", "copies": 3 },
  "spread": { "max_per_zone": 1, "max_per_rack": 1 },
  "placement": { "policy": "random" },
  "tenants": [
    { "name": "batch", "count": 300, "size": { "distribution": "lognormal", "sigma": 1 },
      "reads": "5 PB/d", "object": "4 MB",
      "load": { "model": "daily_window", "window": "4 h", "start": "random" } },
    { "name": "cold", "count": 20, "share": 2, "reads": "500 TB/d", "object": "4 MB" }
  ]
})";

inline app::RunResult run_form(std::vector<std::string> sets, unsigned threads = 2) {
  const app::Scenario scenario = valid_scenario(kBothForms, sets);
  app::RunResult result = app::run_experiment(scenario, threads);
  CHECK(result.violations == std::vector<std::string>{});
  return result;
}

// Of the same scenario.
struct BothForms {
  app::RunResult mapped;
  app::RunResult ledger;
};

inline BothForms both(std::vector<std::string> sets) {
  BothForms out{run_form(sets), {}};
  sets.push_back("run.form=ledger");
  out.ledger = run_form(sets);
  return out;
}

inline double of(const app::RunResult& result, const char* metric) {
  return result.metrics.get(metric);
}

// `relative`: the difference allowed, as a part of the mapped form's.
inline void check_close(const BothForms& pair, const char* metric, double relative) {
  INFO(metric);
  CHECK(of(pair.ledger, metric) == Approx(of(pair.mapped, metric)).epsilon(relative));
}

}  // namespace spindle::test
