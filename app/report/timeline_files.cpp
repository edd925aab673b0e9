#include "app/report/timeline_files.hpp"

#include <fmt/compile.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "app/report/piecewise.hpp"
#include "app/report/text_table.hpp"
#include "app/report/timeline_text.hpp"

namespace spindle::app {
namespace {

sim::Instant start_of(std::uint64_t epoch, double epoch_s) {
  return sim::Instant() + sim::Duration::seconds(static_cast<double>(epoch) * epoch_s);
}

// The record's events and its meltdowns, by time.
std::vector<TimelineEvent> all_events(const TimelineRecord& record, double epoch_s) {
  const std::size_t epochs = record.series.directed_heat.size();
  std::vector<TimelineEvent> events = record.events;
  for (const MeltedRack& meltdown : record.meltdowns) {
    events.push_back({start_of(meltdown.from_epoch, epoch_s), TimelineEventKind::kMeltdownBegins,
                      meltdown.rack, meltdown_text(meltdown, record.racks, epoch_s)});
    if (meltdown.from_epoch + meltdown.epochs == epochs) continue;  // it goes on
    events.push_back({start_of(meltdown.from_epoch + meltdown.epochs, epoch_s),
                      TimelineEventKind::kMeltdownEnds, meltdown.rack, ""});
  }
  std::stable_sort(events.begin(), events.end(),
                   [](const TimelineEvent& a, const TimelineEvent& b) { return a.at < b.at; });
  return events;
}

void write_racks(AtomicFile& file, const TimelineRecord& record, double epoch_s) {
  const std::size_t racks = record.racks.size();
  const std::vector<float>& heat = record.series.rack_heat;
  std::string head = "time_s";
  for (std::size_t rack = 0; rack < racks; ++rack) head += fmt::format(",rack_{}", rack);
  head += "\n";
  write_lines(file, std::move(head), heat.size() / racks, [&](std::size_t e, std::string& text) {
    fmt::format_to(std::back_inserter(text), "{}", static_cast<double>(e) * epoch_s);
    for (std::size_t rack = 0; rack < racks; ++rack) {
      text += ',';
      const float value = heat[e * racks + rack];
      if (std::isnan(value)) continue;  // not landed, down or lost: an empty cell
      fmt::format_to(std::back_inserter(text), FMT_COMPILE("{:.5g}"), value);
    }
    text += "\n";
  });
}

}  // namespace

std::string events_csv(const TimelineRecord& record, double epoch_s) {
  std::string out = "time_s,event,domain,detail\n";
  for (const TimelineEvent& event : all_events(record, epoch_s)) {
    const std::string detail = event.detail.empty() ? "" : csv_quoted(event.detail);
    fmt::format_to(std::back_inserter(out), "{},{},{},{}\n", event.at.to_seconds(),
                   event_name(event.kind), domain_text(event), detail);
  }
  return out;
}

std::string_view timeline_columns(const RunResult& result) {
  if (!result.timeline) return "";
  return ",directed_heat_mean,under_protected_extents,exposed_extents,unreadable_extents,"
         "drives_down,landed_heat_mean,drives_present";
}

std::string_view scrub_columns(const RunResult& result) {
  if (!result.timeline || !result.timeline->scrub) return "";
  return ",scrub_age_mean_s,scrub_age_p99_99_s,scrub_age_p100_s,latent_errors_mean";
}

std::string_view lifecycle_columns(const RunResult& result) {
  if (!result.timeline || result.timeline->series.recoded_share.empty()) return "";
  return ",recoded_share,recode_waiting_bytes";
}

void append_lifecycle_values(const RunResult& result, std::size_t epoch, std::string& line) {
  if (!result.timeline || result.timeline->series.recoded_share.empty()) return;
  const TimelineSeries& series = result.timeline->series;
  fmt::format_to(std::back_inserter(line), ",{},{}", series.recoded_share[epoch],
                 series.recode_waiting_bytes[epoch]);
}

void append_scrub_values(const RunResult& result, std::size_t epoch, std::string& line) {
  if (!result.timeline || !result.timeline->scrub) return;
  const ScrubRecord& scrub = *result.timeline->scrub;
  for (const auto* values :
       {&scrub.age_mean_s, &scrub.age_p99_99_s, &scrub.age_p100_s, &scrub.latent_errors}) {
    line += ',';
    const double value = (*values)[epoch];
    // Where no drive is left there is no age: an empty cell.
    if (!std::isnan(value)) fmt::format_to(std::back_inserter(line), "{}", value);
  }
}

void append_timeline_values(const RunResult& result, std::size_t epoch, std::string& line) {
  if (!result.timeline) return;
  const TimelineSeries& series = result.timeline->series;
  fmt::format_to(std::back_inserter(line), ",{},{},",
                 series.directed_heat[epoch] / std::max(1.0, result.drives_in(epoch)),
                 series.under_protected[epoch]);
  // A fleet that has no map of extents does not know: empty cells.
  if (series.exposed.empty()) {
    line += ",,";
  } else {
    fmt::format_to(std::back_inserter(line), "{},{},", series.exposed[epoch],
                   series.unreadable[epoch]);
  }
  fmt::format_to(std::back_inserter(line), "{},", series.drives_down[epoch]);
  // Before the first landing there is no such heat: an empty cell.
  if (!std::isnan(series.landed_heat[epoch])) {
    fmt::format_to(std::back_inserter(line), "{}", series.landed_heat[epoch]);
  }
  fmt::format_to(std::back_inserter(line), ",{}", result.drives_in(epoch));
}

void add_timeline_files(const RunResult& result, FileBatch& batch) {
  if (result.timeline) {
    batch.add("events.csv", events_csv(*result.timeline, result.epoch_s));
  } else {
    batch.remove("events.csv");
  }
  if (result.timeline && !result.timeline->series.rack_heat.empty()) {
    write_racks(batch.add("racks.csv"), *result.timeline, result.epoch_s);
  } else {
    batch.remove("racks.csv");
  }
}

}  // namespace spindle::app
