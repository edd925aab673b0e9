#include "app/scenario/scenario.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "app/scenario/units.hpp"
#include "app/text/wording.hpp"
#include "models/redundancy/scheme.hpp"

namespace spindle::app {
namespace {

bool renews_data(const TenantSpec& tenant) {
  return tenant.options.writes_are == models::WriteKind::kNewData;
}

bool changes_data(const TenantSpec& tenant) {
  return renews_data(tenant) || tenant.lifecycle.has_value();
}

// Whether what the fleet holds has room on the racks that are there when all have landed and all
// drains are through. Fleets that drain are of one capacity.
std::optional<std::string> without_room(const Scenario& scenario) {
  if (scenario.drains.empty()) return std::nullopt;
  std::uint32_t drained = 0;
  for (const models::Drain& drain : scenario.drains) drained += drain.racks_per_zone;
  const models::FleetOptions& fleet = scenario.fleet;
  const double drives = fleet.drives + static_cast<double>(scenario.landing_drives());
  const double staying = static_cast<double>(scenario.racks_in_all() - fleet.zones * drained) /
                         scenario.racks_in_all();
  const double room =
      drives * staying * static_cast<double>(fleet.models.front().model.capacity.value);
  const double held = scenario.data.all() * models::Scheme(scenario.redundancy).overhead();
  if (held <= room) return std::nullopt;
  return fmt::format(
      "the racks that are left when all are drained have room for {}, and the fleet holds {} — "
      "drain fewer racks or let more land, or take the drained racks as never empty",
      human_bytes(room), human_bytes(held));
}

}  // namespace

bool FailureSpec::is_as_in_chain() const {
  return life.kind == models::LifetimeKind::kExponential && life.batches.empty() && !clusters &&
         power.empty() && !trace;
}

bool Scenario::has_timeline() const {
  return !outages.scripted.empty() || !outages.random.empty() || !landings.empty() ||
         !drains.empty() || !failure.power.empty() || failure.trace.has_value() ||
         failure.grey.is_on() || repair.law == models::RepairLaw::kBandwidth || scrub.has_value() ||
         rebalance.has_value() || std::any_of(tenants.begin(), tenants.end(), changes_data);
}

std::uint32_t Scenario::landing_racks_per_zone() const {
  std::uint32_t racks = 0;
  for (const models::Landing& landing : landings) racks += landing.racks_per_zone;
  return racks;
}

std::uint32_t Scenario::racks_in_all() const {
  return fleet.zones * (fleet.racks_per_zone + landing_racks_per_zone());
}

std::uint64_t Scenario::landing_drives() const {
  const std::uint64_t racks = std::uint64_t{fleet.zones} * fleet.racks_per_zone;
  const std::uint64_t per_rack = (2 * std::uint64_t{fleet.drives} + racks) / (2 * racks);
  return per_rack * fleet.zones * landing_racks_per_zone();
}

std::vector<std::string> warnings_of(const Scenario& scenario) {
  std::vector<std::string> lines;
  std::vector<std::uint8_t> is_lost(scenario.fleet.zones, 0);
  std::uint32_t left = scenario.fleet.zones;
  for (const models::Outage& outage : scenario.outages.scripted) {
    if (outage.kind != models::DomainKind::kZone || !outage.is_permanent) continue;
    if (is_lost[outage.domain] != 0) continue;
    is_lost[outage.domain] = 1;
    if (--left > 0) continue;
    lines.push_back(fmt::format(
        "every zone is lost by {} (no extent can be read from then on) — leave one zone, or take "
        "the figures as those of a fleet that is gone",
        format_duration(outage.at - sim::Instant())));
  }
  if (auto line = without_room(scenario)) lines.push_back(std::move(*line));
  return lines;
}

}  // namespace spindle::app
