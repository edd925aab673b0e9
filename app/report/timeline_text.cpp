#include "app/report/timeline_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "app/report/text_table.hpp"
#include "app/text/wording.hpp"
#include "sim/time.hpp"

namespace spindle::app {
namespace {

constexpr double kMinute = 60;
// Named as a cause; a run of many outages has more.
constexpr std::size_t kMostZones = 3;

// At most two digits behind the point, and no zeros at the end of them.
std::string short_number(double x) {
  std::string text = fmt::format("{:.2f}", x);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text;
}

std::vector<MeltedRack> hottest(std::vector<MeltedRack> meltdowns, std::size_t most) {
  if (meltdowns.size() <= most) return meltdowns;
  std::vector<std::size_t> order(meltdowns.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return meltdowns[a].peak > meltdowns[b].peak;
  });
  order.resize(most);
  std::sort(order.begin(), order.end());
  std::vector<MeltedRack> out;
  for (const std::size_t at : order) out.push_back(meltdowns[at]);
  return out;
}

bool is_zone_lost(TimelineEventKind kind) {
  return kind == TimelineEventKind::kZoneLost;
}

// " (zone 1 was lost at day 20)": the events of that kind, the first few; empty where none is.
template <class IsKind>
std::string zones_out(const std::vector<TimelineEvent>& events, IsKind is_kind) {
  std::string out;
  std::size_t named = 0;
  for (const TimelineEvent& event : events) {
    if (!is_kind(event.kind)) continue;
    out += named == 0 ? " (" : ", ";
    if (named++ == kMostZones) {
      out += "…";
      break;
    }
    out += fmt::format("zone {} was {} at {}", event.domain,
                       is_zone_lost(event.kind) ? "lost" : "down",
                       moment_text((event.at - sim::Instant()).to_seconds()));
  }
  return out.empty() ? out : out + ")";
}

}  // namespace

std::string moment_text(double seconds) {
  if (seconds >= sim::kSecondsPerDay) return "day " + short_number(seconds / sim::kSecondsPerDay);
  if (seconds >= sim::kSecondsPerHour) {
    return "hour " + short_number(seconds / sim::kSecondsPerHour);
  }
  return "second " + short_number(seconds);
}

std::string span_text(double seconds) {
  if (seconds >= 2 * sim::kSecondsPerDay) {
    return readable(seconds / sim::kSecondsPerDay) + " d";
  }
  if (seconds >= sim::kSecondsPerHour) {
    return fmt::format("{:.3g} h", seconds / sim::kSecondsPerHour);
  }
  if (seconds >= kMinute) return fmt::format("{:.3g} min", seconds / kMinute);
  return fmt::format("{:.3g} s", seconds);
}

const char* event_name(TimelineEventKind kind) {
  switch (kind) {
    case TimelineEventKind::kZoneDown:
      return "zone_down";
    case TimelineEventKind::kZoneUp:
      return "zone_up";
    case TimelineEventKind::kZoneLost:
      return "zone_lost";
    case TimelineEventKind::kRackDown:
      return "rack_down";
    case TimelineEventKind::kRackUp:
      return "rack_up";
    case TimelineEventKind::kRackLost:
      return "rack_lost";
    case TimelineEventKind::kScrubStuck:
      return "scrub_stuck";
    case TimelineEventKind::kRackLanding:
      return "rack_landing";
    case TimelineEventKind::kTargetReached:
      return "target_reached";
    case TimelineEventKind::kRackDrain:
      return "rack_drain";
    case TimelineEventKind::kDrained:
      return "drained";
    case TimelineEventKind::kReencoding:
      return "re_encoding";
    case TimelineEventKind::kReencoded:
      return "re_encoded";
    case TimelineEventKind::kFullProtection:
      return "full_protection";
    case TimelineEventKind::kMeltdownBegins:
      return "meltdown_begins";
    case TimelineEventKind::kMeltdownEnds:
      return "meltdown_ends";
  }
  return "";
}

std::string domain_text(const TimelineEvent& event) {
  switch (event.kind) {
    case TimelineEventKind::kZoneDown:
    case TimelineEventKind::kZoneUp:
    case TimelineEventKind::kZoneLost:
      return fmt::format("zone {}", event.domain);
    case TimelineEventKind::kRackLanding:
    case TimelineEventKind::kTargetReached:
      return fmt::format("landing {}", event.domain);
    case TimelineEventKind::kRackDrain:
    case TimelineEventKind::kDrained:
      return fmt::format("drain {}", event.domain);
    case TimelineEventKind::kReencoding:
    case TimelineEventKind::kReencoded:
      return fmt::format("class {}", event.domain);
    case TimelineEventKind::kScrubStuck:
      return event.detail.empty() ? fmt::format("drive {}", event.domain) : "fleet";
    case TimelineEventKind::kFullProtection:
      return "fleet";
    default:
      return fmt::format("rack {}", event.domain);
  }
}

std::string meltdown_text(const MeltedRack& meltdown, const std::vector<RackPlace>& racks,
                          double epoch_s) {
  const RackPlace& place = racks[meltdown.rack];
  std::string where = fmt::format("zone {}", place.zone);
  if (!std::isnan(place.landed_at_s)) where += ", landed at " + moment_text(place.landed_at_s);
  return fmt::format("rack {} ({}) melts from {} for {}, mean heat up to {:.2f}", meltdown.rack,
                     where, moment_text(static_cast<double>(meltdown.from_epoch) * epoch_s),
                     span_text(static_cast<double>(meltdown.epochs) * epoch_s), meltdown.peak);
}

std::vector<std::string> unmet_goals(const TimelineRecord& record) {
  const TimelineSummary& summary = record.summary;
  std::vector<std::string> lines;
  if (summary.lost_extents > 0) {
    lines.push_back(fmt::format("data is lost for good: {} had too few shards left",
                                counted(summary.lost_extents, "extent")));
  }
  if (summary.domain_was_lost && std::isnan(summary.full_protection_s)) {
    lines.push_back(fmt::format("full protection is not reached: {} lack shards at the run's end",
                                counted(summary.under_protected, "extent")));
  }
  if (summary.shortfall_bytes > 0) {
    lines.push_back(fmt::format("no legal drive has room for {} of missing shards",
                                human_bytes(summary.shortfall_bytes)));
  }
  for (std::size_t i = 0; i < summary.landings.size(); ++i) {
    const MoveRecord& landing = summary.landings[i];
    if (!(landing.unmet_bytes > 0)) continue;
    lines.push_back(fmt::format(
        "the racks landed at {} do not reach their target: {} are missing{}",
        moment_text(landing.at_s), human_bytes(landing.unmet_bytes),
        zones_out(record.events, [](TimelineEventKind kind) { return is_zone_lost(kind); })));
  }
  for (const MoveRecord& drain : summary.drains) {
    if (!(drain.unmet_bytes > 0)) continue;
    lines.push_back(fmt::format(
        "the racks drained from {} on are not empty: {} stay on them, for want of time or room",
        moment_text(drain.at_s), human_bytes(drain.unmet_bytes)));
  }
  if (summary.lifecycle && summary.lifecycle->waiting_bytes > 0) {
    lines.push_back(
        fmt::format("re-encoding falls behind: {} of data old enough wait at the run's end",
                    human_bytes(summary.lifecycle->waiting_bytes)));
  }
  if (summary.unplaced_new_extents > 0) {
    lines.push_back(
        fmt::format("{} of new data found no legal drives with room, and the writes were dropped{}",
                    counted(summary.unplaced_new_extents, "extent"),
                    zones_out(record.events, [](TimelineEventKind kind) {
                      return is_zone_lost(kind) || kind == TimelineEventKind::kZoneDown;
                    })));
  }
  return lines;
}

std::vector<std::string> timeline_notes(const TimelineRecord& record, double epoch_s,
                                        std::size_t most) {
  std::vector<std::string> lines = unmet_goals(record);
  for (const MeltedRack& meltdown : hottest(record.meltdowns, most)) {
    lines.push_back(meltdown_text(meltdown, record.racks, epoch_s));
  }
  if (record.meltdowns.size() > most) {
    lines.push_back(fmt::format("{} more, less hot: see events.csv",
                                counted(record.meltdowns.size() - most, "meltdown")));
  }
  return lines;
}

}  // namespace spindle::app
