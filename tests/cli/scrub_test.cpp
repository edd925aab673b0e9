// Scrubs as a user meets them: the scenario's alarm, what a run leaves, and the figure.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <string>

#include "app/report/metric_table.hpp"
#include "tests/cli/program.hpp"

using namespace spindle::test;
using Json = nlohmann::json;

namespace {

Json scrub_metrics(const fs::path& folder) {
  return Json::parse(read_file(folder / "metrics.json"));
}

Outcome run_small(const Scratch& scratch, const std::string& sets) {
  write_file(scratch.path() / "small.json", small_scenario());
  return shell(scratch.path(), "\"$SPINDLE\" run small.json -q --out out" + sets);
}

}  // namespace

TEST_CASE(
    "scrub: one stuck drive of 30,000 breaks the threshold on the oldest unit, and no other") {
  const Scratch scratch;
  const std::string check = "\"$SPINDLE\" check \"$SOURCE\"/scenarios/scrub.json -q ";
  const Outcome good = shell(scratch.path(), check + "--out good");
  INFO(good.err);
  CHECK(good.exit_code == 0);
  const Outcome bad = shell(
      scratch.path(), check +
                          "--out bad --set 'events=[{\"at\": \"60 d\", \"event\": \"scrub_stuck\", "
                          "\"drive\": 12345}]' --set 'thresholds.scrub.age_p99_99_s=< 31 d' "
                          "--set 'thresholds.scrub.age_mean_s=< 16 d'");
  CHECK(bad.exit_code == 4);
  CHECK(bad.err.find("scrub.age_p100_peak_s: 12,960,000 s is not < 32 d") != std::string::npos);
  CHECK(bad.err.find("age_p99_99_s:") == std::string::npos);
  const Json before = scrub_metrics(scratch.path() / "good");
  const Json after = scrub_metrics(scratch.path() / "bad");
  // Stuck on day 60 of 180.
  CHECK(after["scrub.age_p100_s"].get<double>() / 86400 == Approx(30 + 120));
  CHECK(before["scrub.age_p100_s"].get<double>() / 86400 == Approx(30));
  CHECK(after["scrub.age_p99_99_s"].get<double>() ==
        Approx(before["scrub.age_p99_99_s"].get<double>()).epsilon(1e-3));
  CHECK(after["scrub.stuck_drives"] == 1);
  CHECK(read_file(scratch.path() / "bad/events.csv").find("scrub_stuck,drive 12345") !=
        std::string::npos);
}

TEST_CASE("scrub: a run with one has its metrics and columns, and its figure is drawn") {
  const Scratch scratch;
  const Outcome run = run_small(scratch,
                                " --set 'scrub={\"order\": \"random\", \"rate\": \"20 MB/s\", "
                                "\"latent_errors\": \"9 /yr\"}'");
  INFO(run.err);
  REQUIRE(run.exit_code == 0);
  const Json metrics = scrub_metrics(scratch.path() / "out");
  for (const auto& row : spindle::app::metric_table()) {
    if (row.presence != spindle::app::MetricRow::Presence::kScrub) continue;
    INFO(row.name);
    CHECK(metrics.contains(row.name));
  }
  CHECK(metrics["scrub.bytes_per_s"] == 2e7);
  CHECK(metrics["durability.latent_error_share"] > 0);
  const std::string series = read_file(scratch.path() / "out/timeseries.csv");
  CHECK(series.find(",scrub_age_mean_s,scrub_age_p99_99_s,scrub_age_p100_s,latent_errors_mean\n") !=
        std::string::npos);
  if (!can_draw(scratch)) return;
  const Outcome figure =
      shell(scratch.path(), "/usr/bin/python3 \"$SOURCE\"/scripts/plot_scrub.py out -o f.png");
  INFO(figure.err);
  CHECK(figure.exit_code == 0);
  CHECK(fs::file_size(scratch.path() / "f.png") > 10'000);
}

TEST_CASE("scrub: fleets that lose drives, racks and zones, and all of them, end with figures") {
  const Scratch scratch;
  const std::string scrub =
      " --set 'scrub={\"order\": \"random\", \"period\": \"20 d\", \"latent_errors\": \"50 /yr\", "
      "\"stuck\": \"5 /yr\", \"found_by\": \"scrub_and_reads\"}' --set fleet.models.0.afr='9 /yr'";
  const auto lost = [](int zone) {
    return fmt::format(R"({{"at": "1 d", "event": "zone_lost", "zone": {}}})", zone);
  };
  const Outcome some =
      run_small(scratch, scrub + " --set 'events=[" + lost(1) +
                             ", {\"at\": \"3 h\", \"event\": \"rack_lost\", \"rack\": 1}, {\"at\": "
                             "\"9 h\", \"event\": \"rack_landing\", \"racks_per_zone\": 1}]'");
  INFO(some.err);
  REQUIRE(some.exit_code == 0);
  CHECK(scrub_metrics(scratch.path() / "out")["scrub.age_mean_s"] > 0);
  const Outcome all = run_small(
      scratch, scrub + " --set 'events=[" + lost(0) + ", " + lost(1) + ", " + lost(2) + "]'");
  INFO(all.err);
  REQUIRE(all.exit_code == 0);
  CHECK(scrub_metrics(scratch.path() / "out")["scrub.age_mean_s"].is_null());
  CHECK(scrub_metrics(scratch.path() / "out")["scrub.stuck_drives"] == 0);
}
