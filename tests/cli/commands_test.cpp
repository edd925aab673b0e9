// Each command as a user types it: streams, files, exit codes.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <set>

#include "app/report/metric_table.hpp"
#include "tests/cli/program.hpp"

using namespace spindle::test;
using Json = nlohmann::json;
using spindle::app::MetricRow;

namespace {

Json metrics_of(const fs::path& folder) {
  return Json::parse(read_file(folder / "metrics.json"));
}

}  // namespace

TEST_CASE("run writes its files, prints data on stdout and the rest on stderr") {
  const Scratch scratch;
  write_file(scratch.path() / "small.json", small_scenario());
  const Outcome outcome = shell(scratch.path(), "\"$SPINDLE\" run small.json");
  INFO(outcome.err);
  REQUIRE(outcome.exit_code == 0);
  CHECK(outcome.out.find("capacity.fill.mean") != std::string::npos);
  CHECK(outcome.err.find("digest ") != std::string::npos);
  const fs::path folder = scratch.path() / "results" / "small";
  std::size_t files = 0;
  for (const auto& entry : fs::directory_iterator(folder)) {
    CHECK(entry.path().extension() != ".tmp");
    ++files;
  }
  CHECK(files == 7);
  for (const char* name : {"metrics.json", "manifest.json", "scenario.json", "timeseries.csv",
                           "fill_histogram.csv", "heat_histogram.csv", "latency.csv"}) {
    CHECK(fs::file_size(folder / name) > 0);
  }
  const Json metrics = metrics_of(folder);
  for (const auto& row : spindle::app::metric_table()) {
    INFO(row.name);
    CHECK(metrics.contains(row.name) == (row.presence == MetricRow::Presence::kAlways ||
                                         row.presence == MetricRow::Presence::kServed ||
                                         row.presence == MetricRow::Presence::kFlowServed));
  }
  CHECK(metrics["durability.estimator"] == "analytic");
  CHECK(metrics["cost.overhead"] == 1.8);
  const Json manifest = Json::parse(read_file(folder / "manifest.json"));
  for (const char* key : {"spindle", "git_commit", "compiler", "seed", "digest", "wall_s", "cpu_s",
                          "peak_memory_bytes"}) {
    CHECK(manifest.contains(key));
  }
}

TEST_CASE("run with the direct estimator counts losses beside the chain") {
  const Scratch scratch;
  write_file(scratch.path() / "small.json", small_scenario());
  const std::string direct =
      "\"$SPINDLE\" run small.json -q --set durability.estimator=direct --set "
      "redundancy='{\"scheme\": \"replication\", \"copies\": 2}' ";
  REQUIRE(
      shell(scratch.path(), direct + "--set fleet.models.0.afr='20 /yr' --out often").exit_code ==
      0);
  const Json often = metrics_of(scratch.path() / "often");
  using Presence = MetricRow::Presence;
  const std::set<Presence> others = {
      Presence::kTimeline,     Presence::kMechanical,  Presence::kZoom,  Presence::kScrub,
      Presence::kGrey,         Presence::kConditional, Presence::kStore, Presence::kLedger,
      Presence::kLedgerPlayed, Presence::kLifecycle};
  for (const auto& row : spindle::app::metric_table()) {
    INFO(row.name);
    CHECK(often.contains(row.name) == !others.contains(row.presence));
  }
  CHECK(often["durability.estimator"] == "direct");
  CHECK(often["durability.losses"] > 100);
  CHECK(often["durability.ci_low"] > 0);
  CHECK(often["durability.ci_low"] < often["durability.annual_loss_probability"]);
  CHECK(often["durability.ci_high"] > often["durability.annual_loss_probability"]);
  CHECK(often["durability.estimators_agree"] == 1);
  CHECK(often["repair.bytes"] > 0);

  REQUIRE(
      shell(scratch.path(), direct + "--set fleet.models.0.afr='0 /yr' --out never").exit_code ==
      0);
  const Json never = metrics_of(scratch.path() / "never");
  CHECK(never["durability.annual_loss_probability"].is_null());
  CHECK(never["durability.nines"].is_null());
  CHECK(never["durability.ci_low"] == 0);
  CHECK(never["durability.ci_high"] > 0);
  CHECK(never["durability.loss_probability_in_run_ci_high"] > 0);
  CHECK(never["durability.nines_at_least"] > 1);
  CHECK(never["durability.mttdl_years_ci_low"] > 0);

  const std::string again = "\"$SPINDLE\" run often/scenario.json -q --out again --threads 3";
  REQUIRE(shell(scratch.path(), again).exit_code == 0);
  CHECK(read_file(scratch.path() / "again/metrics.json") ==
        read_file(scratch.path() / "often/metrics.json"));
}

TEST_CASE("the resolved scenario runs again to the same bytes") {
  const Scratch scratch;
  write_file(scratch.path() / "small.json", small_scenario());
  REQUIRE(shell(scratch.path(), "\"$SPINDLE\" run small.json --seed 5 --out a -q").exit_code == 0);
  REQUIRE(shell(scratch.path(), "\"$SPINDLE\" run a/scenario.json --out b -q").exit_code == 0);
  CHECK(read_file(scratch.path() / "a/metrics.json") ==
        read_file(scratch.path() / "b/metrics.json"));
  CHECK(read_file(scratch.path() / "a/timeseries.csv") ==
        read_file(scratch.path() / "b/timeseries.csv"));
}

TEST_CASE("metrics.json is byte-equal twice and for 1, 2 and 4 threads") {
  const Scratch scratch;
  write_file(scratch.path() / "small.json", small_scenario());
  std::string first;
  for (const char* threads : {"1", "1", "2", "4"}) {
    const std::string command = std::string("\"$SPINDLE\" compare small.json -q --threads ") +
                                threads + " --out out" + threads;
    REQUIRE(shell(scratch.path(), command).exit_code == 0);
    const fs::path folder = scratch.path() / (std::string("out") + threads);
    const std::string bytes =
        read_file(folder / "random/metrics.json") + read_file(folder / "two-choices/metrics.json") +
        read_file(folder / "compare.json") + read_file(folder / "random/timeseries.csv");
    if (first.empty()) first = bytes;
    CHECK(bytes == first);
  }
}

TEST_CASE("every format of run and compare can be read by its reader") {
  const Scratch scratch;
  write_file(scratch.path() / "small.json", small_scenario());
  for (const char* command : {"run", "compare"}) {
    const std::string start = std::string("\"$SPINDLE\" ") + command + " small.json -q --format ";
    const Outcome json = shell(scratch.path(), start + "json");
    CHECK(json.err.empty());
    CHECK_NOTHROW(Json::parse(json.out));
    const Outcome csv = shell(scratch.path(), start + "csv");
    CHECK(csv.out.find(',') != std::string::npos);
    const Outcome markdown = shell(scratch.path(), start + "md");
    CHECK(markdown.out.substr(0, 2) == "| ");
    const Outcome table = shell(scratch.path(), start + "table");
    CHECK(table.out.find("-----") != std::string::npos);
  }
}

TEST_CASE("compare says where a variant's own value comes after --set") {
  const Scratch scratch;
  write_file(scratch.path() / "small.json", small_scenario());
  const auto warnings_with = [&](const std::string& set) {
    const Outcome outcome =
        shell(scratch.path(), "\"$SPINDLE\" compare small.json -q --set " + set);
    INFO(outcome.err);
    CHECK(outcome.exit_code == 0);
    return outcome.err;
  };
  CHECK(warnings_with("placement.policy=random").find("warning: --set placement.policy: \"") == 0);
  CHECK(warnings_with("seed=3").empty());
}

TEST_CASE("compare pairs its variants: the same load for each") {
  const Scratch scratch;
  write_file(scratch.path() / "small.json", small_scenario());
  const Outcome outcome = shell(scratch.path(), "\"$SPINDLE\" compare small.json -q --format json");
  const Json json = Json::parse(outcome.out);
  REQUIRE(json["variants"].size() == 2);
  CHECK(json["variants"][0]["name"] == "random");
  CHECK(json["variants"][1]["set"]["placement"]["d"] == 2);
  const Json& random = json["variants"][0]["metrics"];
  const Json& choices = json["variants"][1]["metrics"];
  CHECK(random["heat.peak_to_mean"].get<double>() ==
        Approx(choices["heat.peak_to_mean"].get<double>()).epsilon(1e-12));
  CHECK(random["capacity.skew.over"] > choices["capacity.skew.over"]);
}

TEST_CASE("a scenario may come through a pipe, which can be read once only") {
  const Scratch scratch;
  write_file(scratch.path() / "small.json", small_scenario());
  for (const char* command : {"run", "compare", "explain", "validate"}) {
    const Outcome outcome = shell(
        scratch.path(), std::string("cat small.json | \"$SPINDLE\" ") + command + " /dev/stdin");
    INFO(command << "\n" << outcome.err);
    CHECK(outcome.exit_code == 0);
  }
}

TEST_CASE("progress: lines off a terminal, none when quiet") {
  const Scratch scratch;
  write_file(scratch.path() / "small.json", small_scenario());
  const Outcome lines = shell(scratch.path(), "\"$SPINDLE\" run small.json --progress=lines");
  CHECK(lines.err.find("small: 100 %") != std::string::npos);
  const Outcome quiet = shell(scratch.path(), "\"$SPINDLE\" run small.json -q");
  CHECK(quiet.err.empty());
}

TEST_CASE("an interrupted run says so and leaves whole files, a killed one no half file") {
  const Scratch scratch;
  write_file(scratch.path() / "small.json", small_scenario());
  // 200 years in ten-minute epochs: far longer than the signal takes to come.
  const std::string long_run =
      "\"$SPINDLE\" run small.json --set run.duration='190 yr' --set run.epoch='10 min' --out out "
      "--progress=none";
  SECTION("interrupt") {
    const Outcome outcome = shell(scratch.path(), "timeout -s INT 1 " + long_run);
    // timeout itself exits with 124; what the program said stands on stderr.
    CHECK(outcome.err.find("partial") != std::string::npos);
    const Json manifest = Json::parse(read_file(scratch.path() / "out/manifest.json"));
    CHECK(manifest["partial"] == true);
    const Outcome preserved =
        shell(scratch.path(), "timeout --preserve-status -s INT 1 " + long_run);
    CHECK(preserved.exit_code == 130);
  }
  SECTION("kill") {
    shell(scratch.path(), "timeout -s KILL 1 " + long_run);
    CHECK_FALSE(fs::exists(scratch.path() / "out/metrics.json"));
  }
}

TEST_CASE("a result folder that cannot be filled leaves no half-written file") {
  const Scratch scratch;
  write_file(scratch.path() / "small.json", small_scenario());
  // The folder exists, but a folder stands where a result file must go.
  fs::create_directories(scratch.path() / "out/metrics.json");
  const Outcome outcome = shell(scratch.path(), "\"$SPINDLE\" run small.json --out out");
  CHECK(outcome.exit_code != 0);
  CHECK(outcome.err.find("metrics.json") != std::string::npos);
  for (const auto& entry : fs::directory_iterator(scratch.path() / "out")) {
    CHECK(entry.path().extension() != ".tmp");
  }
}

TEST_CASE("explain says whose turn repair is, and what links let through of it") {
  const Scratch scratch;
  write_file(scratch.path() / "small.json", small_scenario());
  const Outcome outcome = shell(scratch.path(),
                                "\"$SPINDLE\" explain small.json --set repair.bandwidth='10 MB/s' "
                                "--set fleet.models.0.capacity='20 TB' --set "
                                "fleet.network.rack_uplink='50 MB/s' --set "
                                "repair.order=most_exposed_first --set repair.start_at=2");
  INFO(outcome.out << outcome.err);
  CHECK(outcome.exit_code == 0);
  // A rack's ten drives read 10 x 10 MB/s x 5/6 for others: 50 MB/s is 60 %, and 11.1 h 18.5 h.
  CHECK(outcome.out.find("the 6 TB of a drive are back in 18.5 h at best (all drives help; 5 read "
                         "and one written for each shard); the links let 60 % of it through; the "
                         "most exposed first; not before an extent lacks 2 shards") !=
        std::string::npos);
}

TEST_CASE("explain says what happens over time, in order, and warns of a fleet that is gone") {
  const Scratch scratch;
  write_file(scratch.path() / "small.json", small_scenario());
  const Outcome outcome = shell(
      scratch.path(),
      "\"$SPINDLE\" explain small.json --set run.duration='30 d' --set "
      "fleet.models.0.capacity='20 TB' --set repair.bandwidth='10 MB/s' --set failure.detect='1 h' "
      "--set 'events=[{\"at\": \"20 d\", \"event\": \"zone_lost\", \"zone\": 0}, "
      "{\"at\": \"10 d\", \"event\": \"rack_landing\", \"racks_per_zone\": 2}, "
      "{\"at\": \"21 d\", \"event\": \"zone_lost\", \"zone\": 1}, "
      "{\"at\": \"90 min\", \"event\": \"rack_down\", \"rack\": 0, \"lasts\": \"2 h\"}]'");
  INFO(outcome.out << outcome.err);
  CHECK(outcome.exit_code == 0);
  CHECK(outcome.err.empty());
  // 540 TB on 90 drives: 6 TB x (5 + 1) / (90 x 10 MB/s) = 11.1 h. 16 TB at 50 MB/s: 3.7 d.
  CHECK(outcome.out.find("rebuilds begin 1 h after a failure; 10 MB/s of each drive for repair: "
                         "the 6 TB of a drive are back in 11.1 h at best (all drives help; 5 read "
                         "and one written for each shard)") != std::string::npos);
  const std::size_t down = outcome.out.find("hour 1.5: rack 0 is down for 2 h\n");
  const std::size_t landing = outcome.out.find(
      "day 10: 2 racks land in each zone, 60 drives in all; filled with the coolest data to 80.0 "
      "%: at 50 MB/s a drive in 3.7 d at best\n");
  const std::size_t lost = outcome.out.find("day 20: zone 0 is lost for good\n");
  REQUIRE(lost != std::string::npos);
  CHECK(down < landing);
  CHECK(landing < lost);

  const Outcome gone = shell(
      scratch.path(),
      "\"$SPINDLE\" explain small.json --set 'events=[{\"at\": \"1 h\", \"event\": \"zone_lost\", "
      "\"zone\": 0}, {\"at\": \"2 h\", \"event\": \"zone_lost\", \"zone\": 1}, "
      "{\"at\": \"3 h\", \"event\": \"zone_lost\", \"zone\": 2}]'");
  CHECK(gone.exit_code == 0);
  CHECK(gone.err.starts_with("warning: small: every zone is lost by 3 h"));
}

TEST_CASE("explain, validate, list, schema and version answer without running anything") {
  const Scratch scratch;
  write_file(scratch.path() / "small.json", small_scenario());
  const Outcome explain = shell(scratch.path(), "\"$SPINDLE\" explain small.json");
  CHECK(explain.exit_code == 0);
  CHECK(explain.out.find("48 epochs of 3600 s: 4,320 drive-epochs; about ") != std::string::npos);
  CHECK(explain.out.find("e+") == std::string::npos);
  CHECK(shell(scratch.path(), "\"$SPINDLE\" validate small.json").out == "small.json: valid\n");
  for (const char* kind :
       {"policies", "drives", "schemes", "loads", "sizes", "cooling", "metrics"}) {
    const Outcome list = shell(scratch.path(), std::string("\"$SPINDLE\" list ") + kind);
    CHECK(list.exit_code == 0);
    CHECK(list.out.size() > 100);
  }
  const Outcome schema = shell(scratch.path(), "\"$SPINDLE\" schema");
  CHECK(schema.out == read_file(fs::path(SPINDLE_SOURCE_DIR) / "scenarios/schema.json"));
  CHECK(shell(scratch.path(), "\"$SPINDLE\" version").out.substr(0, 8) == "spindle ");
  CHECK_FALSE(fs::exists(scratch.path() / "results"));
}
