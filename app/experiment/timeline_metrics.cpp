#include "app/experiment/timeline_metrics.hpp"

#include <algorithm>
#include <cmath>

namespace spindle::app {
namespace {

void set_migration(const TimelineSummary& summary, Metrics& out) {
  double moved = 0;
  double unmet = 0;
  double longest = 0;
  bool has_target = false;
  for (const std::vector<MoveRecord>* all : {&summary.landings, &summary.drains}) {
    for (const MoveRecord& of : *all) {
      moved += of.moved_bytes;
      unmet += of.unmet_bytes;
      if (!of.has_target) continue;
      has_target = true;
      // One target that is not reached leaves the longest time unknown.
      const bool reached = !std::isnan(longest) && !std::isnan(of.seconds);
      longest = reached ? std::max(of.seconds, longest) : kNever;
    }
  }
  out.set("migration.bytes", moved);
  out.set("migration.seconds", has_target ? longest : kNever);
  out.set("migration.unmet_bytes", unmet);
  out.set("landing.rack_heat_peak", summary.landed_heat_peak);
  out.set("landing.rack_heat_to_fleet", summary.landed_heat_to_fleet);
}

void set_lifecycle(const LifecycleSummary& of, Metrics& out) {
  out.set("lifecycle.recoded_bytes", of.recoded_bytes);
  out.set("lifecycle.returned_bytes", of.returned_bytes);
  out.set("lifecycle.recoded_share", of.recoded_share);
  out.set("lifecycle.waiting_bytes", of.waiting_bytes);
  out.set("lifecycle.freed_bytes", of.freed_bytes);
  out.set("lifecycle.seconds", of.seconds);
}

}  // namespace

void set_timeline(const TimelineSummary& summary, Metrics& out) {
  out.set("heat.directed_share", summary.directed_share);
  const auto if_known = [&](double value) { return summary.knows_extents ? value : kNever; };
  out.set("durability.lost_extents", if_known(static_cast<double>(summary.lost_extents)));
  out.set("durability.under_protected_extents", static_cast<double>(summary.under_protected));
  out.set("durability.under_protected_peak_extents",
          static_cast<double>(summary.under_protected_peak));
  out.set("availability.unreadable_fraction", if_known(summary.unreadable_fraction));
  out.set("availability.unreadable_extents",
          if_known(static_cast<double>(summary.unreadable_peak)));
  out.set("repair.bytes", summary.repair_read_bytes + summary.repair_written_bytes);
  out.set("repair.cross_zone_bytes", summary.repair_cross_zone_bytes);
  out.set("repair.p50_s", summary.repair_p50_s);
  out.set("repair.p99_s", summary.repair_p99_s);
  out.set("repair.drive_failures", static_cast<double>(summary.drive_failures));
  out.set("repair.full_protection_s", summary.full_protection_s);
  out.set("repair.shortfall_bytes", summary.shortfall_bytes);
  if (summary.grey) {
    out.set("failure.grey_drive_hours", summary.grey->drive_hours);
    out.set("heat.grey_max", summary.grey->heat_max);
    out.set("heat.grey_share", summary.grey->heat_share);
  }
  set_migration(summary, out);
  if (summary.lifecycle) set_lifecycle(*summary.lifecycle, out);
  out.set("turnover.new_extents", static_cast<double>(summary.new_extents));
  out.set("turnover.unplaced_extents", static_cast<double>(summary.unplaced_new_extents));
}

}  // namespace spindle::app
