#include "app/experiment/living_record.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "app/experiment/scrub_metrics.hpp"
#include "app/experiment/undefined.hpp"
#include "app/text/wording.hpp"

namespace spindle::app {
namespace {

TimelineEventKind kind_of(models::FleetEventKind kind) {
  switch (kind) {
    case models::FleetEventKind::kZoneDown:
      return TimelineEventKind::kZoneDown;
    case models::FleetEventKind::kZoneUp:
      return TimelineEventKind::kZoneUp;
    case models::FleetEventKind::kZoneLost:
      return TimelineEventKind::kZoneLost;
    case models::FleetEventKind::kRackDown:
      return TimelineEventKind::kRackDown;
    case models::FleetEventKind::kRackUp:
      return TimelineEventKind::kRackUp;
    case models::FleetEventKind::kRackLost:
      break;
  }
  return TimelineEventKind::kRackLost;
}

// Of a zone or rack, with its data.
bool is_loss(models::FleetEventKind kind) {
  return kind == models::FleetEventKind::kZoneLost || kind == models::FleetEventKind::kRackLost;
}

std::vector<MoveRecord> landings_of(const Scenario& scenario, const models::LandingRun& landings) {
  std::vector<MoveRecord> out;
  for (std::size_t i = 0; i < landings.landings(); ++i) {
    const models::LandingReport report = landings.report(i);
    MoveRecord outcome;
    outcome.at_s = scenario.landings[i].at.to_seconds();
    outcome.has_target = scenario.landings[i].has_target();
    outcome.moved_bytes = report.bytes;
    outcome.unmet_bytes = report.bytes_short;
    if (report.outcome == models::LandingOutcome::kReached) outcome.seconds = report.seconds;
    out.push_back(outcome);
  }
  return out;
}

double placed_extents(const models::FleetState& state) {
  double out = 0;
  for (std::uint32_t extent = 0; extent < state.extents(); ++extent) {
    out += state.is_placed(extent) ? 1 : 0;
  }
  return out;
}

void add_repair(const models::Timeline& timeline, double run_s, TimelineSummary& out) {
  const models::Repair& repair = timeline.repair();
  const models::FleetState& state = timeline.state();
  const models::TransferBytes bytes = repair.bytes();
  const models::FleetHealth& health = repair.health();
  const sim::Instant end = sim::Instant() + sim::Duration::seconds(run_s);
  const double extents = placed_extents(state);
  out.repair_read_bytes = static_cast<double>(bytes.read);
  out.repair_written_bytes = static_cast<double>(bytes.written);
  out.repair_cross_zone_bytes = static_cast<double>(bytes.cross_zone);
  if (repair.counts().restored_shards > 0) {
    out.repair_p50_s = repair.counts().repair_s.quantile(0.5);
    out.repair_p99_s = repair.counts().repair_s.quantile(0.99);
  }
  out.drive_failures = repair.counts().failures;
  out.lost_extents = repair.counts().lost_extents;
  const auto events = repair.fleet_events();
  out.domain_was_lost = std::any_of(events.begin(), events.end(),
                                    [](const auto& event) { return is_loss(event.kind); });
  if (const auto after = repair.time_to_full_protection()) {
    out.full_protection_s = after->to_seconds();
  }
  out.shortfall_bytes =
      static_cast<double>(repair.shortfall_shards()) * static_cast<double>(state.shard_bytes());
  out.under_protected = state.under_protected();
  out.under_protected_peak = health.most_under_protected();
  const models::FleetHealth::Sums sums = health.sums_at(end);
  out.unreadable_fraction = ratio(sums.unreadable_s, extents * run_s);
  out.unreadable_peak = health.most_unreadable();
}

void add_stuck_scrubs(const Scenario& scenario, sim::Instant end, std::vector<TimelineEvent>& out) {
  if (!scenario.scrub) return;
  for (const models::StuckScrub& stuck : scenario.scrub->stuck) {
    if (stuck.at >= end) continue;  // the run was interrupted before
    out.push_back({stuck.at, TimelineEventKind::kScrubStuck, stuck.drive.value_or(0),
                   stuck.drive ? "" : fmt::format("{} of the drives", stuck.share)});
  }
}

std::vector<TimelineEvent> events_of(const Scenario& scenario, const models::Repair& repair,
                                     const TimelineSummary& summary, sim::Instant end) {
  std::vector<TimelineEvent> out;
  for (const models::FleetEvent& event : repair.fleet_events()) {
    out.push_back({event.at, kind_of(event.kind), event.domain, ""});
  }
  const auto events = repair.fleet_events();
  const auto first_loss = std::find_if(events.begin(), events.end(),
                                       [](const auto& event) { return is_loss(event.kind); });
  if (first_loss != events.end() && !std::isnan(summary.full_protection_s)) {
    out.push_back({first_loss->at + sim::Duration::seconds(summary.full_protection_s),
                   TimelineEventKind::kFullProtection, 0, ""});
  }
  for (std::uint32_t i = 0; i < scenario.landings.size(); ++i) {
    const models::Landing& landing = scenario.landings[i];
    if (landing.at >= end) continue;  // the run was interrupted before
    out.push_back({landing.at, TimelineEventKind::kRackLanding, i,
                   counted(landing.racks_per_zone, "rack") + " per zone"});
    if (std::isnan(summary.landings[i].seconds)) continue;
    out.push_back({landing.at + sim::Duration::seconds(summary.landings[i].seconds),
                   TimelineEventKind::kTargetReached, i, ""});
  }
  add_stuck_scrubs(scenario, end, out);
  std::stable_sort(out.begin(), out.end(),
                   [](const TimelineEvent& a, const TimelineEvent& b) { return a.at < b.at; });
  return out;
}

// Calls fn(rack, number of the landing) for every rack that lands.
template <class Fn>
void for_each_landed_rack(const Scenario& scenario, const models::Topology& topology, Fn&& fn) {
  std::uint32_t next = 0;
  for (std::size_t n = 0; n < scenario.landings.size(); ++n) {
    for (std::uint32_t i = 0; i < scenario.landings[n].racks_per_zone; ++i, ++next) {
      for (std::uint32_t zone = 0; zone < topology.zones(); ++zone) {
        fn(topology.landing_rack(zone, next), n);
      }
    }
  }
}

// By rack number: its zone, and when it landed.
std::vector<RackPlace> places_of(const Scenario& scenario, const models::Topology& topology) {
  std::vector<RackPlace> out(topology.racks());
  for (std::uint32_t rack = 0; rack < topology.racks(); ++rack) {
    out[rack].zone = topology.zone_of_rack(rack);
  }
  for_each_landed_rack(scenario, topology, [&](std::uint32_t rack, std::size_t n) {
    out[rack].landed_at_s = scenario.landings[n].at.to_seconds();
  });
  return out;
}

// Per rack: the epoch from which it counts as landed and filled; the end where it never does.
std::vector<std::size_t> settled_epochs(const Scenario& scenario, const TimelineSummary& summary,
                                        const models::Topology& topology) {
  const double epoch_s = scenario.run.epoch.to_seconds();
  std::vector<std::size_t> out(topology.racks(), 0);
  for_each_landed_rack(scenario, topology, [&](std::uint32_t rack, std::size_t n) {
    const models::Landing& landing = scenario.landings[n];
    const bool waits = landing.policy == models::LandingPolicy::kCoolestFirst;
    const double after_s = waits ? summary.landings[n].seconds : 0;
    const double from = std::ceil((landing.at.to_seconds() + after_s) / epoch_s);
    out[rack] = std::isnan(from) ? scenario.run.epochs() : static_cast<std::size_t>(from);
  });
  return out;
}

// Heat of landed racks against the others: at its peak, once filled, and epoch by epoch.
void add_landed_heat(const Scenario& scenario, const models::Topology& topology,
                     const models::FlowResult& flow, TimelineRecord& out) {
  const std::size_t racks = topology.racks();
  out.series.landed_heat.assign(flow.epochs, kNever);
  if (topology.landing_racks_per_zone() == 0) return;
  const std::vector<std::size_t> settled = settled_epochs(scenario, out.summary, topology);
  const std::size_t all_settled = *std::max_element(settled.begin(), settled.end());
  double landed_sum = 0;
  double landed_drives = 0;
  double other_sum = 0;
  double other_drives = 0;
  for (std::size_t e = 0; e < flow.epochs; ++e) {
    double sum = 0;
    double drives = 0;
    for (std::uint32_t rack = 0; rack < racks; ++rack) {
      const auto heat = static_cast<double>(flow.series.rack_heat[e * racks + rack]);
      const double size = topology.drives_of_rack(rack).size();
      if (std::isnan(heat)) continue;  // not landed, down or lost
      if (!topology.is_landing_rack(rack)) {
        if (e < all_settled) continue;
        other_sum += heat * size;
        other_drives += size;
        continue;
      }
      sum += heat * size;
      drives += size;
      out.summary.landed_heat_peak = std::isnan(out.summary.landed_heat_peak)
                                         ? heat
                                         : std::max(out.summary.landed_heat_peak, heat);
      if (e < settled[rack]) continue;
      landed_sum += heat * size;
      landed_drives += size;
    }
    if (drives > 0) out.series.landed_heat[e] = sum / drives;
  }
  if (landed_drives > 0 && other_drives > 0) {
    out.summary.landed_heat_to_fleet = ratio(landed_sum / landed_drives, other_sum / other_drives);
  }
}

GreySummary grey_summary(const models::Timeline& timeline, const models::FlowResult& flow,
                         double run_s) {
  GreySummary out;
  out.drive_hours = timeline.repair().slow_s(sim::Instant() + sim::Duration::seconds(run_s)) /
                    sim::kSecondsPerHour;
  if (flow.slow_heat_max >= 0) out.heat_max = flow.slow_heat_max;
  const auto& slow = flow.series.slow_heat;
  const auto& heat = flow.series.heat_sum;
  out.heat_share = ratio(std::accumulate(slow.begin(), slow.end(), 0.0),
                         std::accumulate(heat.begin(), heat.end(), 0.0));
  return out;
}

std::vector<MeltedRack> meltdowns_of(const models::FlowResult& flow, std::size_t racks) {
  std::vector<MeltedRack> out;
  for (const models::Meltdown& melt : flow.meltdowns) {
    MeltedRack named{melt.rack, melt.first_epoch, melt.epochs, 0};
    for (std::uint64_t e = melt.first_epoch; e < melt.first_epoch + melt.epochs; ++e) {
      named.peak =
          std::max(named.peak, static_cast<double>(flow.series.rack_heat[e * racks + melt.rack]));
    }
    out.push_back(named);
  }
  std::sort(out.begin(), out.end(), [](const MeltedRack& a, const MeltedRack& b) {
    return a.from_epoch != b.from_epoch ? a.from_epoch < b.from_epoch : a.rack < b.rack;
  });
  return out;
}

}  // namespace

TimelineRecord record_timeline(const Scenario& scenario, const models::Timeline& timeline,
                               const models::Topology& topology, models::FlowResult& flow) {
  TimelineRecord out;
  TimelineSummary& summary = out.summary;
  const double run_s = static_cast<double>(flow.epochs) * scenario.run.epoch.to_seconds();
  add_repair(timeline, run_s, summary);
  summary.landings = landings_of(scenario, timeline.landings());
  if (const auto turnover = timeline.turnover()) {
    summary.new_extents = turnover->born;
    summary.unplaced_new_extents = turnover->unplaced;
  }
  const auto& directed = flow.series.directed_heat;
  const auto& heat = flow.series.heat_sum;
  summary.directed_share = ratio(std::accumulate(directed.begin(), directed.end(), 0.0),
                                 std::accumulate(heat.begin(), heat.end(), 0.0));
  if (scenario.failure.grey.is_on()) summary.grey = grey_summary(timeline, flow, run_s);
  out.racks = places_of(scenario, topology);
  out.events = events_of(scenario, timeline.repair(), summary,
                         sim::Instant() + sim::Duration::seconds(run_s));
  out.meltdowns = meltdowns_of(flow, topology.racks());
  add_landed_heat(scenario, topology, flow, out);
  if (timeline.scrub() != nullptr) out.scrub = record_scrub(*timeline.scrub());
  out.series.directed_heat = directed;
  out.series.under_protected = timeline.states().under_protected;
  out.series.exposed = timeline.states().exposed;
  out.series.unreadable = timeline.states().unreadable;
  out.series.drives_down = timeline.states().drives_down;
  out.series.rack_heat = std::exchange(flow.series.rack_heat, {});
  if (!keeps_rack_heat(scenario)) out.series.rack_heat = {};
  return out;
}

}  // namespace spindle::app
