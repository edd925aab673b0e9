// Fleets of ledgers from the command line: what is written, what is said of goals that are not met,
// and figures.

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <string>

#include "app/report/metric_table.hpp"
#include "tests/cli/program.hpp"

using namespace spindle::test;
using Json = nlohmann::json;

namespace {

// 900 drives for ten days: new data, failures, a landing, swaps.
const std::string kLedgerFleet = R"({
  "schema_version": 1, "name": "small", "question": "What does a ledger say?",
  "run": { "duration": "10 d", "epoch": "1 h", "form": "ledger" },
  "fleet": { "zones": 3, "racks_per_zone": 10, "drives": 900,
             "models": [{ "model": "nearline-20tb", "afr": "50 %/yr" }] },
  "data": { "logical": "3 PB", "extent": "30 GB" },
  "redundancy": { "scheme": "replication", "copies": 3 },
  "spread": { "max_per_zone": 1, "max_per_rack": 1 },
  "placement": { "policy": "d_choices", "d": 2, "metric": "fill" },
  "tenants": [
    { "name": "logs", "count": 20, "reads": "1 PB/d", "writes": "60 TB/d", "writes_are": "new_data",
      "object": "4 MB", "cooling": { "model": "exponential", "tau": "5 d", "ages": "steady" } }
  ],
  "repair": { "mttr": "24 h", "bandwidth": "20 MB/s" },
  "rebalance": { "by": "heat", "rate": "2 MB/s" },
  "events": [{ "at": "2 d", "event": "rack_landing", "racks_per_zone": 1, "target_fill": 0.5 }]
})";

}  // namespace

TEST_CASE("ledger: a run leaves every metric and column that only ledgers have") {
  const Scratch scratch;
  write_file(scratch.path() / "s.json", kLedgerFleet);
  const Outcome run = shell(scratch.path(), "\"$SPINDLE\" run s.json --out out -q");
  INFO(run.err);
  REQUIRE(run.exit_code == 0);
  const Json metrics = Json::parse(read_file(scratch.path() / "out/metrics.json"));
  using Presence = spindle::app::MetricRow::Presence;
  for (const auto& row : spindle::app::metric_table()) {
    if (row.presence != Presence::kLedger && row.presence != Presence::kLedgerPlayed &&
        row.presence != Presence::kAlways) {
      continue;
    }
    INFO(row.name);
    CHECK(metrics.contains(row.name));
  }
  CHECK(metrics["migration.rebalanced_bytes"] > 0);
  CHECK(metrics["capacity.fill.mean"].get<double>() == Approx(5.0 / 11).epsilon(0.01));
  const std::string series = read_file(scratch.path() / "out/timeseries.csv");
  CHECK(series.find(",heat_cov,rack_heat_p50,rack_heat_p99,rack_heat_max\n") != std::string::npos);
  const std::string manifest = read_file(scratch.path() / "out/manifest.json");
  CHECK(manifest.find("placed extent by extent, two halves each") != std::string::npos);
  if (!can_draw(scratch)) return;
  const Outcome figure =
      shell(scratch.path(), "/usr/bin/python3 \"$SOURCE\"/scripts/plot_spread.py out -o f.png");
  INFO(figure.err);
  CHECK(figure.exit_code == 0);
  CHECK(fs::file_size(scratch.path() / "f.png") > 10'000);
  const Outcome map =
      shell(scratch.path(), "/usr/bin/python3 \"$SOURCE\"/scripts/plot_racks.py out -o map.png");
  INFO(map.err);
  CHECK(map.exit_code == 0);
  CHECK(fs::file_size(scratch.path() / "map.png") > 10'000);
}

TEST_CASE("ledger: goals that cannot be met are named, and fleets that are gone end with figures") {
  const Scratch scratch;
  write_file(scratch.path() / "s.json", kLedgerFleet);
  const auto run = [&](const std::string& sets) {
    return shell(scratch.path(), "\"$SPINDLE\" run s.json --out out -q " + sets);
  };
  const Outcome no_rate = run("--set 'events.0.rate=0 B/s'");
  CHECK(no_rate.exit_code == 0);
  CHECK(read_file(scratch.path() / "out/manifest.json").find("do not reach their target") !=
        std::string::npos);
  const auto lost = [](int zone) {
    return "{\"at\": \"3 d\", \"event\": \"zone_lost\", \"zone\": " + std::to_string(zone) + "}";
  };
  const Outcome two = run("--set 'events=[" + lost(0) + "," + lost(2) + "]'");
  INFO(two.err);
  CHECK(two.exit_code == 0);
  CHECK(read_file(scratch.path() / "out/manifest.json").find("full protection is not reached") !=
        std::string::npos);
  const Outcome all = run("--set 'events=[" + lost(0) + "," + lost(1) + "," + lost(2) + "]'");
  INFO(all.err);
  CHECK(all.exit_code == 0);
  const Outcome never = run("--set 'repair.bandwidth=0 B/s'");
  CHECK(never.exit_code == 0);
}
