// Drives' logs as a user meets them: the scenario that comes with Spindle, what a run leaves, and
// what is said before it.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <string>

#include "app/report/metric_table.hpp"
#include "tests/cli/compared.hpp"
#include "tests/cli/program.hpp"

using namespace spindle::test;
using Json = nlohmann::json;

TEST_CASE("store: the fuller the log the hotter the drives, and hot data wants cost-benefit") {
  const Json variants = compared("store.json");
  REQUIRE(variants.size() == 12);
  // Oldest first, greedy, cost-benefit; at 70, 80, 90 %, and at 90 % with hot data.
  const double amplification[4][3] = {
      {1.876, 1.833, 1.945}, {2.693, 2.599, 2.83}, {5.179, 4.821, 5.4}, {6.168, 5.32, 3.24}};
  for (std::size_t row = 0; row < 4; ++row) {
    for (std::size_t order = 0; order < 3; ++order) {
      INFO(row << " " << order);
      CHECK(metric(variants, 3 * row + order, "store.write_amplification") ==
            Approx(amplification[row][order]).epsilon(0.01));
    }
  }
  // Reads and own services are the same everywhere: heat grows with the copies alone, by a time a
  // byte that a seek a segment hardly changes.
  const double at_70 = metric(variants, 0, "heat.util.mean");
  const double at_80 = metric(variants, 3, "heat.util.mean");
  const double at_90 = metric(variants, 6, "heat.util.mean");
  CHECK((at_90 - at_80) / (at_80 - at_70) ==
        Approx((5.179 - 2.693) / (2.693 - 1.876)).epsilon(0.01));
  CHECK(metric(variants, 11, "heat.util.mean") < 0.8 * metric(variants, 9, "heat.util.mean"));
  for (std::size_t v = 0; v < 12; ++v) {
    CHECK(metric(variants, v, "heat.util.mean") < 1);
    CHECK(metric(variants, v, "store.cleaning_bytes") ==
          Approx(2 * (metric(variants, v, "store.write_amplification") - 1) * 3 * 2 * 160e12)
              .epsilon(1e-9));
  }
}

TEST_CASE("store: a run with one has its metrics, and explain says what it costs") {
  const Scratch scratch;
  write_file(scratch.path() / "small.json", small_scenario());
  const std::string store = " --set 'store={\"cleaning\": \"greedy\", \"fullness\": 0.9}'";
  const Outcome run = shell(scratch.path(), "\"$SPINDLE\" run small.json -q --out out" + store);
  INFO(run.err);
  REQUIRE(run.exit_code == 0);
  const Json metrics = Json::parse(read_file(scratch.path() / "out/metrics.json"));
  for (const auto& row : spindle::app::metric_table()) {
    if (row.presence != spindle::app::MetricRow::Presence::kStore) continue;
    INFO(row.name);
    CHECK(metrics[row.name] > 0);
  }
  const Outcome explained = shell(scratch.path(), "\"$SPINDLE\" explain small.json" + store);
  CHECK(explained.exit_code == 0);
  INFO(explained.out);
  CHECK(explained.out.find("store       a log of segments of 67.1 MB, 90.0 % full, cleaned where "
                           "least lives: 4.82 bytes written to a drive for each that clients "
                           "write\n") != std::string::npos);
  // 300 TB as 5 + 4 on 1,800 TB.
  const Outcome planned = shell(scratch.path(), "\"$SPINDLE\" explain small.json --set store={}");
  INFO(planned.out << planned.err);
  CHECK(planned.out.find(", 30.0 % full, cleaned the oldest first") != std::string::npos);
}
