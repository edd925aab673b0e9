#include "app/experiment/ledger_metrics.hpp"

#include <algorithm>
#include <cmath>

#include "app/experiment/durability_metrics.hpp"
#include "app/experiment/heat_metrics.hpp"
#include "app/experiment/scrub_metrics.hpp"
#include "app/experiment/store_metrics.hpp"
#include "app/experiment/timeline_metrics.hpp"
#include "app/experiment/undefined.hpp"
#include "models/ledger/ledger_census.hpp"
#include "models/placement/isolation.hpp"

namespace spindle::app {
namespace {

double sum_of(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum;
}

// Means over the first and the last tenth of the epochs.
void set_course_of_cov(const std::vector<double>& cov, Metrics& out) {
  const std::size_t tenth = std::max<std::size_t>(cov.size() / 10, 1);
  double first = 0;
  double last = 0;
  for (std::size_t i = 0; i < std::min(tenth, cov.size()); ++i) {
    first += cov[i];
    last += cov[cov.size() - tenth + i];
  }
  out.set("heat.cov_start", cov.empty() ? kUndefined : first / static_cast<double>(tenth));
  out.set("heat.cov_end", cov.empty() ? kUndefined : last / static_cast<double>(tenth));
}

void set_ledger_heat(const LedgerRunView& run, Metrics& out) {
  models::LedgerShare& share = run.fleet.share();
  set_peak_heat(models::heat_census(share, run.result.peak_heat), out);
  HeatSummary heat;
  heat.mean = run.result.heat.mean();
  heat.deviation = std::sqrt(run.result.heat.population_variance());
  heat.meltdowns = run.result.meltdowns.size();
  heat.hottest =
      run.result.epochs == 0 ? kUndefined : models::largest_of_ranks(share, run.result.heat_max);
  set_heat_summary(heat, run.result.series.heat_sum, out);
}

// Of whole drives, as the sample has them: how many tenants meet on one does not depend on the
// number of drives. What counts drives or extents of the whole fleet is not known.
void set_ledger_blast(const LedgerRunView& run, Metrics& out) {
  const LedgerSample& placed = run.samples.placed();
  for (const char* name : {"blast.tenants_hit_by_hottest", "blast.extents_hit_by_hottest"}) {
    out.set(name, kUndefined);
  }
  out.set("blast.tenants_hit_by_drive",
          run.sets != nullptr
              ? run.sets->tenants_on_drive()
              : models::tenant_blast(placed.world->base, placed.world->extents, placed.placement)
                    .mean_of_drive);
  for (const char* name :
       {"blast.tenants_hit_by_rack", "blast.shared_drives", "blast.hot_bound_share",
        "blast.extents_hit_by_rack", "blast.extents_hit_by_zone", "tenant.drives.p50",
        "tenant.drives.max", "tenant.burst_bytes_per_s.p50", "tenant.burst_bytes_per_s.max"}) {
    out.set(name, kUndefined);
  }
}

// Batches that wait may be of the same extents: there are no more than all.
std::uint64_t extents_of(const LedgerRunView& run, double extents) {
  const double all = run.scenario.data.all() / run.scenario.data.extent.to_double();
  return static_cast<std::uint64_t>(std::llround(std::min(extents, all)));
}

void record_moves(const LedgerRunView& run, TimelineSummary& out) {
  const double shard = run.fleet.shard_bytes();
  for (std::size_t i = 0; i < run.scenario.landings.size(); ++i) {
    const models::Landing& landing = run.scenario.landings[i];
    const models::LedgerGoal& state = run.plan.landing(i);
    MoveRecord of;
    of.at_s = landing.at.to_seconds();
    of.has_target = landing.has_target();
    of.moved_bytes = state.moved * shard;
    if (state.is_reached) of.seconds = (state.reached_at - landing.at).to_seconds();
    of.unmet_bytes = of.has_target && !state.is_reached ? state.short_by * shard : 0;
    out.landings.push_back(of);
  }
  for (std::size_t i = 0; i < run.scenario.drains.size(); ++i) {
    const models::LedgerGoal& state = run.plan.drain(i);
    MoveRecord of;
    of.at_s = run.scenario.drains[i].at.to_seconds();
    of.moved_bytes = state.moved * shard;
    if (state.is_reached) of.seconds = (state.reached_at - run.scenario.drains[i].at).to_seconds();
    of.unmet_bytes = state.is_reached ? 0 : state.short_by * shard;
    out.drains.push_back(of);
  }
}

TimelineEventKind kind_of(models::LedgerEventKind kind) {
  switch (kind) {
    case models::LedgerEventKind::kZoneDown:
      return TimelineEventKind::kZoneDown;
    case models::LedgerEventKind::kZoneUp:
      return TimelineEventKind::kZoneUp;
    case models::LedgerEventKind::kZoneLost:
      return TimelineEventKind::kZoneLost;
    case models::LedgerEventKind::kLanding:
      return TimelineEventKind::kRackLanding;
    case models::LedgerEventKind::kTargetReached:
      return TimelineEventKind::kTargetReached;
    case models::LedgerEventKind::kDrain:
      return TimelineEventKind::kRackDrain;
    case models::LedgerEventKind::kDrained:
      return TimelineEventKind::kDrained;
    case models::LedgerEventKind::kProtected:
      return TimelineEventKind::kFullProtection;
    case models::LedgerEventKind::kReencoding:
      return TimelineEventKind::kReencoding;
    case models::LedgerEventKind::kReencoded:
      return TimelineEventKind::kReencoded;
  }
  return TimelineEventKind::kZoneDown;
}

void record_places(const LedgerRunView& run, TimelineRecord& out) {
  out.racks.resize(run.topology.racks());
  for (std::uint32_t rack = 0; rack < out.racks.size(); ++rack) {
    out.racks[rack].zone = run.topology.zone_of_rack(rack);
  }
  for (const models::RackGroup& group : run.plan.groups()) {
    if (group.landing == models::RackGroup::kFirst) continue;
    for (std::uint32_t rack = group.racks.first; rack < group.racks.last; ++rack) {
      out.racks[rack].landed_at_s = run.scenario.landings[group.landing].at.to_seconds();
    }
  }
  for (const models::Meltdown& of : run.result.meltdowns) {
    out.meltdowns.push_back({of.rack, of.first_epoch, of.epochs, run.result.rack_peak[of.rack]});
  }
  std::stable_sort(
      out.meltdowns.begin(), out.meltdowns.end(),
      [](const MeltedRack& a, const MeltedRack& b) { return a.from_epoch < b.from_epoch; });
}

double recoded_share(const models::LifecycleSums& sums) {
  return sums.data > 0 ? sums.recoded / sums.data : 0;
}

// Of data that takes so many shards in the fleet's scheme.
double logical_bytes(const LedgerRunView& run, double shards) {
  const models::Scheme& scheme = run.samples.mix.world->scheme;
  return shards * scheme.needed() / scheme.shards() * run.fleet.shard_bytes();
}

void record_series(const LedgerRunView& run, TimelineSeries& out) {
  const models::LedgerResult& from = run.result;
  out.directed_heat = from.series.directed_heat;
  out.landed_heat = from.more.landed_heat;
  for (const models::LifecycleSums& sums : from.more.lifecycles) {
    out.recoded_share.push_back(recoded_share(sums));
    out.recode_waiting_bytes.push_back(logical_bytes(run, sums.waiting));
  }
  for (std::size_t e = 0; e < from.epochs; ++e) {
    out.under_protected.push_back(extents_of(run, from.more.waiting_extents[e]));
    out.drives_down.push_back(from.more.drives_there[e] - from.more.drives_up[e]);
  }
}

void record_repair(const LedgerRunView& run, TimelineSummary& out) {
  const models::LedgerTotals& totals = run.plan.totals();
  const models::LedgerRepair& repair = run.plan.repair();
  const double shard = run.fleet.shard_bytes();
  const models::Scheme& scheme = run.samples.mix.world->scheme;
  // What was to be rebuilt and found no drive with room was not.
  const double rebuilt = std::max(0.0, totals.rebuilt - run.plan.unplaced());
  const double beyond = totals.rebuilt > 0 ? totals.rebuilt_read_beyond / totals.rebuilt : 0;
  // By the exponential law shards come back by themselves.
  const bool is_read = run.scenario.repair.law == models::RepairLaw::kBandwidth;
  out.repair_read_bytes = is_read ? rebuilt * (scheme.needed() + beyond) * shard : 0;
  out.repair_written_bytes = is_read ? rebuilt * shard : 0;
  out.repair_cross_zone_bytes = kUndefined;
  out.repair_p50_s = repair.delays().quantile(0.5);
  out.repair_p99_s = repair.delays().quantile(0.99);
  out.drive_failures = totals.drive_failures;
  for (const models::LedgerEvent& event : run.plan.events()) {
    if (event.kind == models::LedgerEventKind::kZoneLost) out.domain_was_lost = true;
  }
  if (run.plan.full_protection_s() >= 0) out.full_protection_s = run.plan.full_protection_s();
  out.knows_extents = false;
  const double no_room = run.plan.unplaced();
  out.shortfall_bytes = no_room * shard;
  // A lost zone took all of its shards of an extent.
  const double of_extent =
      out.domain_was_lost
          ? std::max(1.0, static_cast<double>(scheme.shards()) / run.scenario.fleet.zones)
          : 1;
  out.under_protected = extents_of(run, repair.waiting_extents() + no_room / of_extent);
  for (const double extents : run.result.more.waiting_extents) {
    out.under_protected_peak = std::max(out.under_protected_peak, extents_of(run, extents));
  }
  out.under_protected_peak = std::max(out.under_protected_peak, out.under_protected);
  out.new_extents = static_cast<std::uint64_t>(std::llround(totals.born / scheme.shards()));
  out.unplaced_new_extents =
      run.sets != nullptr
          ? run.sets->unplaced()
          : static_cast<std::uint64_t>(std::llround(totals.refused / scheme.shards()));
}

// From its beginning until nothing old enough waited; never: something waits still, or nothing was
// re-encoded.
double seconds_to_reencode(const LedgerRunView& run, std::uint32_t tenant_class) {
  if (run.plan.lifecycle(tenant_class)->waiting() > 0) return kNever;
  sim::Instant begun;
  for (const models::LedgerEvent& event : run.plan.events()) {
    if (event.domain != tenant_class) continue;
    if (event.kind == models::LedgerEventKind::kReencoding) begun = event.at;
    if (event.kind == models::LedgerEventKind::kReencoded) return (event.at - begun).to_seconds();
  }
  return kNever;
}

void record_lifecycles(const LedgerRunView& run, TimelineSummary& out) {
  LifecycleSummary all;
  bool has_any = false;
  bool is_reached = true;
  double longest_s = 0;
  for (std::uint32_t c = 0; c < run.fleet.classes(); ++c) {
    const models::LifecycleState* state = run.plan.lifecycle(c);
    if (state == nullptr) continue;
    has_any = true;
    all.recoded_bytes += logical_bytes(run, state->recoded());
    all.returned_bytes += logical_bytes(run, state->came_back());
    all.waiting_bytes += logical_bytes(run, state->waiting());
    all.freed_bytes += state->freed() * run.fleet.shard_bytes();
    const double seconds = seconds_to_reencode(run, c);
    is_reached = is_reached && !std::isnan(seconds);
    longest_s = std::max(longest_s, std::isnan(seconds) ? 0 : seconds);
  }
  if (!has_any) return;
  all.recoded_share = recoded_share(run.plan.lifecycle_sums());
  if (is_reached) all.seconds = longest_s;
  out.lifecycle = all;
}

}  // namespace

TimelineRecord ledger_record(const LedgerRunView& run) {
  TimelineRecord out;
  record_repair(run, out.summary);
  record_moves(run, out.summary);
  record_lifecycles(run, out.summary);
  if (run.result.landed_heat_to_fleet >= 0) {
    out.summary.landed_heat_to_fleet = run.result.landed_heat_to_fleet;
  }
  for (std::uint32_t rack = 0; rack < run.topology.racks(); ++rack) {
    const double peak = run.result.rack_peak[rack];
    if (!run.topology.is_landing_rack(rack) || peak < 0) continue;
    const double so_far = out.summary.landed_heat_peak;
    out.summary.landed_heat_peak = std::isnan(so_far) ? peak : std::max(so_far, peak);
  }
  out.summary.directed_share = sum_of(run.result.series.directed_heat) /
                               std::max(1e-300, sum_of(run.result.series.heat_sum));
  for (const models::LedgerEvent& event : run.plan.events()) {
    const bool is_of_class = event.kind == models::LedgerEventKind::kReencoding ||
                             event.kind == models::LedgerEventKind::kReencoded;
    out.events.push_back({event.at, kind_of(event.kind), event.domain,
                          is_of_class ? run.scenario.tenants[event.domain].options.name : ""});
  }
  std::stable_sort(out.events.begin(), out.events.end(),
                   [](const TimelineEvent& a, const TimelineEvent& b) { return a.at < b.at; });
  record_places(run, out);
  record_series(run, out.series);
  return out;
}

Metrics ledger_metrics(const LedgerRunView& run, const TimelineRecord* record) {
  Metrics out;
  set_skew(models::ledger_skew(run.fleet, run.threads), out);
  out.set("capacity.unplaced_extents", 0);
  set_ledger_heat(run, out);
  set_course_of_cov(run.result.more.cov, out);
  if (record != nullptr) {
    set_timeline(record->summary, out);
    out.set("migration.rebalanced_bytes", run.plan.totals().rebalanced * run.fleet.shard_bytes());
  }
  const LedgerSample& placed = run.samples.placed();
  if (run.samples.mix.world->store) set_store(*run.samples.mix.world, run.result.series, out);
  set_durability(run.scenario, *placed.world, placed.placement,
                 latent_errors(run.scenario, placed.world->base, placed.world->scheme), {},
                 run.scenario.data.all(), out);
  set_ledger_blast(run, out);
  set_cost(run.scenario, placed.world->base, run.result.series.disk_time, out);
  return out;
}

}  // namespace spindle::app
