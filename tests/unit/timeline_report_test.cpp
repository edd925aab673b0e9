// What is said and written of a run that plays events.
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <sstream>

#include "app/experiment/timeline_metrics.hpp"
#include "app/report/comparison_table.hpp"
#include "app/report/result_files.hpp"
#include "app/report/threshold_report.hpp"
#include "app/report/timeline_files.hpp"
#include "app/report/timeline_text.hpp"
#include "tests/support/files.hpp"

using namespace spindle;
using namespace spindle::app;
namespace fs = std::filesystem;

namespace {

constexpr double kHour = 3600;
constexpr double kDay = 86400;

sim::Instant after(double seconds) {
  return sim::Instant() + sim::Duration::seconds(seconds);
}

// Three epochs of an hour, two racks, the second of which lands after the first epoch.
RunResult small_result() {
  RunResult result;
  result.epoch_s = kHour;
  result.drives = 4;
  models::FleetSeries& series = result.series;
  series.requests_per_s = {1, 2, 3};
  series.read_bytes_per_s = {10, 20, 30};
  series.write_bytes_per_s = {0, 0, 0};
  series.disk_time = {1, 1, 1};
  series.heat_sum = {2, 2, 4};
  series.heat_max = {0.5, 0.6, 1.5};
  series.hot_drives = {0, 0, 2};
  series.drives = {2, 4, 4};
  TimelineRecord record;
  record.summary.landings = {{.at_s = kHour, .seconds = kHour, .moved_bytes = 8e12}};
  record.events = {{after(kHour), TimelineEventKind::kRackLanding, 0, "1 rack, \"new\""},
                   {after(2 * kHour), TimelineEventKind::kTargetReached, 0, ""},
                   {after(2.5 * kHour), TimelineEventKind::kZoneDown, 1, ""}};
  record.meltdowns = {{.rack = 1, .from_epoch = 2, .epochs = 1, .peak = 1.368}};
  record.racks = {{.zone = 0, .landed_at_s = kNever}, {.zone = 1, .landed_at_s = kHour}};
  record.series = {
      .directed_heat = {0, 0.4, 0.8},
      .under_protected = {0, 7, 3},
      .exposed = {0, 2, 0},
      .unreadable = {0, 1, 0},
      .drives_down = {0, 2, 1},
      .landed_heat = {kNever, 0.25, 1.368},
      .rack_heat = {0.5F, std::numeric_limits<float>::quiet_NaN(), 0.5F, 0.25F, 0.5F, 1.368F}};
  result.timeline = record;
  return result;
}

}  // namespace

TEST_CASE("timeline: moments and lengths of time read well") {
  CHECK(moment_text(10 * kDay) == "day 10");
  CHECK(moment_text(10.4 * kDay) == "day 10.4");
  CHECK(moment_text(kDay) == "day 1");
  CHECK(moment_text(2.5 * kHour) == "hour 2.5");
  CHECK(moment_text(0) == "second 0");
  CHECK(span_text(3.2 * kDay) == "3.2 d");
  CHECK(span_text(2 * kDay) == "2 d");
  CHECK(span_text(30 * kHour) == "30 h");
  CHECK(span_text(2000 * kDay) == "2,000 d");
  CHECK(span_text(90) == "1.5 min");
  CHECK(span_text(0) == "0 s");
}

TEST_CASE("timeline: a melted rack is named with its zone, its landing, when and how hot") {
  const std::vector<RackPlace> racks = {{.zone = 0, .landed_at_s = kNever},
                                        {.zone = 0, .landed_at_s = 10 * kDay}};
  CHECK(meltdown_text({.rack = 1, .from_epoch = 250, .epochs = 77, .peak = 1.368}, racks, kHour) ==
        "rack 1 (zone 0, landed at day 10) melts from day 10.42 for 3.21 d, mean heat up to 1.37");
  CHECK(meltdown_text({.rack = 0, .from_epoch = 0, .epochs = 1, .peak = 2}, racks, kHour) ==
        "rack 0 (zone 0) melts from second 0 for 1 h, mean heat up to 2.00");
}

TEST_CASE("timeline: notes name unmet goals, and of many meltdowns the hottest in time's order") {
  TimelineRecord record;
  CHECK(timeline_notes(record, kHour).empty());
  record.racks.resize(1);
  for (std::uint64_t e = 0; e < 5; ++e) {
    record.meltdowns.push_back(
        {.rack = 0, .from_epoch = 10 * e, .epochs = 1, .peak = e == 1 || e == 3 ? 2.0 : 1.1});
  }
  const auto two = timeline_notes(record, kHour, 2);
  REQUIRE(two.size() == 3);
  CHECK(two[0].find("melts from hour 10 ") != std::string::npos);
  CHECK(two[1].find("melts from day 1.25 ") != std::string::npos);
  CHECK(two[2] == "3 meltdowns more, less hot: see events.csv");
  CHECK(timeline_notes(record, kHour, 5).size() == 5);

  TimelineSummary& summary = record.summary;
  summary.domain_was_lost = true;
  summary.under_protected = 1234;
  summary.shortfall_bytes = 5e12;
  summary.landings = {{.at_s = 10 * kDay, .seconds = kDay},
                      {.at_s = 12 * kDay, .unmet_bytes = 2e15}};
  summary.unplaced_new_extents = 1;
  CHECK(unmet_goals(record) ==
        std::vector<std::string>{
            "full protection is not reached: 1,234 extents lack shards at the run's end",
            "no legal drive has room for 5 TB of missing shards",
            "the racks landed at day 12 do not reach their target: 2 PB are missing",
            "1 extent of new data found no legal drives with room, and the writes were dropped"});
  summary = {};
  summary.domain_was_lost = true;
  summary.full_protection_s = kDay;
  CHECK(unmet_goals(record).empty());
}

TEST_CASE("timeline: an unmet goal names the zones whose absence may be why") {
  TimelineRecord record;
  record.summary.landings = {{.at_s = 12 * kDay, .unmet_bytes = 2e15}};
  record.summary.unplaced_new_extents = 2000;
  const auto happens = [&](double at_s, TimelineEventKind kind, std::uint32_t domain) {
    record.events.push_back({after(at_s), kind, domain, ""});
  };
  happens(kDay, TimelineEventKind::kRackLost, 3);
  happens(2 * kDay, TimelineEventKind::kZoneDown, 2);
  const std::string landing =
      "the racks landed at day 12 do not reach their target: 2 PB are missing";
  const std::string dropped =
      "2,000 extents of new data found no legal drives with room, and the writes were dropped";
  CHECK(unmet_goals(record) ==
        std::vector<std::string>{landing, dropped + " (zone 2 was down at day 2)"});
  happens(20 * kDay, TimelineEventKind::kZoneLost, 1);
  CHECK(
      unmet_goals(record) ==
      std::vector<std::string>{landing + " (zone 1 was lost at day 20)",
                               dropped + " (zone 2 was down at day 2, zone 1 was lost at day 20)"});
  for (std::uint32_t zone = 3; zone < 9; ++zone) {
    happens(21 * kDay, TimelineEventKind::kZoneDown, zone);
  }
  CHECK(unmet_goals(record)[1].ends_with(", zone 3 was down at day 21, …)"));
}

TEST_CASE("timeline: the summary sets every metric that a run with events has, once") {
  TimelineSummary summary;
  summary.repair_read_bytes = 5;
  summary.repair_written_bytes = 1;
  summary.landings = {{.seconds = 30, .moved_bytes = 3}, {.seconds = 20, .moved_bytes = 4}};
  Metrics metrics;
  set_timeline(summary, metrics);
  for (const MetricRow& row : metric_table()) {
    const bool own = row.presence == MetricRow::Presence::kTimeline ||
                     row.presence == MetricRow::Presence::kSimulated ||
                     row.name == std::string("availability.unreadable_fraction");
    INFO(row.name);
    CHECK(metrics.has(row.name) == own);
  }
  CHECK(metrics.get("repair.bytes") == 6);
  CHECK(metrics.get("migration.bytes") == 7);
  CHECK(metrics.get("migration.seconds") == 30);
  CHECK(std::isnan(metrics.get("repair.full_protection_s")));
}

TEST_CASE("timeline: a target that is not reached has no time, wherever it stands in the list") {
  for (const bool first : {true, false}) {
    TimelineSummary summary;
    const MoveRecord reached{.seconds = 30};
    const MoveRecord unmet{.unmet_bytes = 9};
    summary.landings = first ? std::vector{unmet, reached} : std::vector{reached, unmet};
    Metrics metrics;
    set_timeline(summary, metrics);
    CHECK(std::isnan(metrics.get("migration.seconds")));
    CHECK(metrics.get("migration.unmet_bytes") == 9);
    // Null in the file, and a threshold on it is broken whichever way it points.
    CHECK(nlohmann::json::parse(metrics_json(metrics))["migration.seconds"].is_null());
    for (const Comparison comparison : {Comparison::kLess, Comparison::kGreaterOrEqual}) {
      Threshold threshold;
      threshold.metric = "migration.seconds";
      threshold.comparison = comparison;
      threshold.bound = 1;
      CHECK_FALSE(all_hold(check_thresholds({threshold}, metrics)));
    }
  }
}

TEST_CASE("timeline: events.csv has events and meltdowns by time") {
  TimelineRecord record = *small_result().timeline;
  CHECK(events_csv(record, kHour) ==
        "time_s,event,domain,detail\n"
        "3600,rack_landing,landing 0,\"1 rack, \"\"new\"\"\"\n"
        "7200,target_reached,landing 0,\n"
        "7200,meltdown_begins,rack 1,\"rack 1 (zone 1, landed at hour 1) melts from hour 2 for 1 "
        "h, mean heat up to 1.37\"\n"
        "9000,zone_down,zone 1,\n");
  // It goes on to the run's end; one that is over has an end.
  record.meltdowns[0].from_epoch = 1;
  CHECK(events_csv(record, kHour).find("7200,meltdown_ends,rack 1,\n") != std::string::npos);
}

TEST_CASE("timeline: a run leaves its series, and a later still picture leaves none of them") {
  const test::Scratch scratch;
  const fs::path& folder = scratch.path();
  RunResult result = small_result();
  result.timeline->summary.domain_was_lost = true;
  write_run(folder, Scenario{}, result, {});
  CHECK(test::read_file(folder / "timeseries.csv") ==
        "time_s,load_requests_per_s,load_read_bytes_per_s,load_write_bytes_per_s,heat_mean,"
        "heat_max,hot_share,directed_heat_mean,under_protected_extents,exposed_extents,"
        "unreadable_extents,drives_down,landed_heat_mean,drives_present\n"
        "0,1,10,0,1,0.5,0,0,0,0,0,0,,2\n"
        "3600,2,20,0,0.5,0.6,0,0.1,7,2,1,2,0.25,4\n"
        "7200,3,30,0,1,1.5,0.5,0.2,3,0,0,1,1.368,4\n");
  CHECK(test::read_file(folder / "racks.csv") ==
        "time_s,rack_0,rack_1\n0,0.5,\n3600,0.5,0.25\n7200,0.5,1.368\n");
  CHECK(test::read_file(folder / "events.csv") == events_csv(*result.timeline, kHour));
  const auto manifest = nlohmann::json::parse(test::read_file(folder / "manifest.json"));
  CHECK(manifest["unmet_goals"].size() == 1);

  result.timeline.reset();
  write_run(folder, Scenario{}, result, {});
  CHECK_FALSE(fs::exists(folder / "events.csv"));
  CHECK_FALSE(fs::exists(folder / "racks.csv"));
  CHECK(test::read_file(folder / "timeseries.csv").find("drives_down") == std::string::npos);
  CHECK_FALSE(
      nlohmann::json::parse(test::read_file(folder / "manifest.json")).contains("unmet_goals"));
}

TEST_CASE("timeline: the comparison says what is left of the heat where data cools") {
  ComparedVariant warm;
  warm.name = "warm";
  warm.metrics.set("heat.end_to_start", 0.98);
  ComparedVariant cold;
  cold.name = "cold";
  cold.metrics.set("heat.end_to_start", 0.165);
  CHECK(comparison_table({warm, cold}, Format::kTable).find("start") == std::string::npos);
  cold.cools = true;
  const std::string text = comparison_table({warm, cold}, Format::kTable);
  CHECK(text.find("\nEnd/start is the fleet's heat") != std::string::npos);
  CHECK(text.find(" 0.17 ") != std::string::npos);
  CHECK(text.find(" 0.98 ") != std::string::npos);
}

TEST_CASE("timeline: the comparison gains a table where a variant plays events") {
  ComparedVariant still;
  still.name = "still";
  ComparedVariant live;
  live.name = "live";
  TimelineSummary summary;
  summary.unreadable_peak = 42;
  summary.full_protection_s = 36 * kHour;
  summary.landings = {{.unmet_bytes = 1}};
  summary.landed_heat_peak = 1.368;
  set_timeline(summary, live.metrics);
  live.metrics.set("heat.meltdown_racks", 3);
  live.notes = {"rack 1 melts"};
  CHECK(comparison_table({still}, Format::kTable).find("over time") == std::string::npos);
  const std::string text = comparison_table({still, live}, Format::kTable);
  const std::size_t second = text.find("\nover time ");
  REQUIRE(second != std::string::npos);
  const std::string row = text.substr(text.find("\nlive ", second) + 1);
  std::istringstream cells(row.substr(0, row.find('\n')));
  std::vector<std::string> found;
  for (std::string cell; cells >> cell;) found.push_back(cell);
  CHECK(found ==
        std::vector<std::string>{"live", "42", "0", "1.5", "0", "B", "-", "136.8", "-", "3"});
  CHECK(text.find("\nstill ", second) == std::string::npos);
  CHECK(text.find("0.0e+00") == std::string::npos);
  CHECK(text.ends_with("\nlive: rack 1 melts\n"));
  std::istringstream all(text);
  for (std::string line; std::getline(all, line);) {
    INFO(line);
    if (text.find(line) >= second) CHECK(display_width(line) <= 120);
  }
  CHECK(comparison_table({live}, Format::kMarkdown).find("| over time |") != std::string::npos);
}
