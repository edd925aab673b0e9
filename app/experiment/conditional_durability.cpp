#include "app/experiment/conditional_durability.hpp"

#include <algorithm>
#include <numeric>

#include "models/durability/channel_wait.hpp"
#include "models/repair/network_share.hpp"
#include "models/repair/rebuild_backlog.hpp"

namespace spindle::app {
namespace {

// The estimate of a year takes about this share of the time, the histories the rest. For progress
// only.
constexpr double kYearShare = 0.5;

// The part of its bandwidth that repair gets beside clients, mean over drives.
double share_beside_clients(const models::RepairOptions& repair,
                            const models::PlacementResult& placement) {
  if (!repair.yields_to_clients) return 1;
  double sum = 0;
  for (const double heat : placement.expected_heat) {
    sum += std::clamp(1 - heat, repair.least_share, 1.0);
  }
  return sum / static_cast<double>(placement.expected_heat.size());
}

models::RebuildOptions rebuild_of(const Scenario& scenario, const World& world,
                                  const models::PlacementResult& placement) {
  const models::RepairOptions& repair = scenario.repair;
  models::RebuildOptions out;
  out.law = repair.law;
  out.mttr_s = repair.mttr.to_seconds();
  out.detect_s = repair.detect.to_seconds();
  out.bytes_per_s =
      repair.bytes_per_s * share_beside_clients(repair, placement) *
      models::network_share(world.base, scenario.spread, world.scheme.shards(),
                            world.scheme.needed(), repair.bytes_per_s, repair.network);
  out.used_bytes = std::accumulate(placement.used_bytes.begin(), placement.used_bytes.end(), 0.0) /
                   world.base.drives();
  out.order = repair.order;
  out.rebuild_from = repair.start_at;
  return out;
}

models::DurabilityCase case_of(const Scenario& scenario, const World& world,
                               const models::PlacementResult& placement,
                               const models::LatentErrors& errors_per_hour) {
  models::DurabilityCase out{
      .scheme = world.scheme,
      .fleet = {.drives = world.base.drives(),
                .zones = scenario.fleet.zones,
                .racks_per_zone = scenario.fleet.racks_per_zone,
                .max_per_zone = scenario.spread.max_per_zone,
                .max_per_rack = scenario.spread.max_per_rack},
      .failures_per_year = failures_per_hour(world.base) * sim::kHoursPerYear,
      .rebuild = rebuild_of(scenario, world, placement),
      .errors = errors_per_hour};
  out.errors.rate /= sim::kSecondsPerHour;
  if (out.rebuild.bytes_per_s > 0) {
    const bool has_backlog = models::RebuildBacklog::is_kept(scenario.repair);
    models::stand_for_channels(out, static_cast<double>(world.extents.shard_bytes),
                               has_backlog ? models::RebuildBacklog::kTransfersAhead : 0,
                               {scenario.seed});
  }
  return out;
}

bool loses_domains(const Scenario& scenario) {
  const auto& scripted = scenario.outages.scripted;
  return std::any_of(scripted.begin(), scripted.end(),
                     [](const models::Outage& outage) { return outage.is_permanent; });
}

}  // namespace

std::optional<ConditionalDurability> estimate_conditionally(
    const Scenario& scenario, const World& world, const models::PlacementResult& placement,
    const models::LatentErrors& errors, unsigned threads,
    const std::function<bool(double)>& progress) {
  const bool is_empty = placement.unplaced_extents == world.extents.extents();
  if (scenario.durability.estimator != DurabilityEstimator::kConditional || is_empty) {
    return std::nullopt;
  }
  models::DurabilityCase of = case_of(scenario, world, placement, errors);
  ConditionalDurability out;
  bool stopped = false;
  const auto report = [&](double share) {
    stopped = stopped || (progress && !progress(share));
    return !stopped;
  };
  const bool is_stationary = scenario.failure.is_as_in_chain();
  const double before = is_stationary ? kYearShare : 0.0;
  if (is_stationary) {
    const models::EstimateOptions options{
        .seed = {scenario.seed}, .threads = threads, .stopped = [&] { return stopped; }};
    const auto year =
        models::estimate_durability(of, options, [&](double share) { report(before * share); });
    out.losses_per_year = year.losses_per_year;
    out.effective_samples = year.effective_samples;
  }
  // In a run no data comes that would fill new drives, but for what is rebuilt.
  of.rebuild.new_drives = models::NewDrives::kEmpty;
  const auto histories = models::estimate_over_histories(
      of, world.base, world.failure,
      {.seed = {scenario.seed},
       .replications = scenario.durability.replications,
       .threads = threads},
      [&](double share) { return report(before + (1 - before) * share); });
  if (!is_stationary) {
    out.losses_per_year = histories.losses_per_year;
    out.effective_samples = histories.effective_samples;
  }
  if (!loses_domains(scenario)) out.loss_in_run = histories.loss_probability;
  out.is_partial = stopped || histories.replications < scenario.durability.replications;
  return out;
}

}  // namespace spindle::app
