#include "app/command/explain_failure.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "app/report/text_table.hpp"
#include "app/report/timeline_text.hpp"
#include "app/text/wording.hpp"
#include "app/world/failure_options.hpp"
#include "models/failure/failure_clusters.hpp"

namespace spindle::app {
namespace {

std::string law_text(const models::LifetimeOptions& life) {
  switch (life.kind) {
    case models::LifetimeKind::kWeibull:
      return fmt::format(
          "lives are Weibull's, of shape {} ({})", readable(life.shape),
          life.shape < 1 ? "the hazard falls with age" : "the hazard rises with age");
    case models::LifetimeKind::kSteps:
      return fmt::format("lives go by {} of the hazard with age, the last {} times the model's afr",
                         counted(life.steps.size(), "step"), readable(life.steps.back().times));
    case models::LifetimeKind::kExponential:
      break;
  }
  return "";
}

std::string batch_text(const models::DriveBatch& batch) {
  return fmt::format("a batch of {} % of the racks: hazard times {}, {} at the start",
                     percent(batch.share), readable(batch.hazard),
                     batch.age_s > 0 ? "aged " + span_text(batch.age_s) : "new");
}

std::string clusters_text(const models::ClusterLaw& law, const models::Topology& topology) {
  const double per_rack = static_cast<double>(topology.drives()) / topology.racks();
  const double nodes = std::max(1.0, per_rack / law.drives_per_node);
  const models::InDomains soon = models::excess_failures(law, nodes, 30 * 60);
  const models::InDomains later = models::excess_failures(law, nodes, 30 * sim::kSecondsPerDay);
  return fmt::format(
      "each failure brings {} others on average: beyond chance {} in its node of {} and {} in its "
      "rack within 30 min, {} and {} within 30 d",
      readable(law.followers()), readable(soon.node), counted(law.drives_per_node, "drive"),
      readable(soon.rack), readable(later.node), readable(later.rack));
}

std::string power_text(const Scenario& scenario, const models::PowerEvents& power) {
  const bool zone = power.kind == models::DomainKind::kZone;
  const double domains = zone ? scenario.fleet.zones : scenario.racks_in_all();
  const double expected =
      power.per_year * domains * scenario.run.duration.to_seconds() / sim::kSecondsPerYear;
  return fmt::format(
      "each {} loses power {} times a year, {} on average, and {} % of its drives with it: about "
      "{} times in the run",
      zone ? "zone" : "rack", readable(power.per_year), span_text(power.lasts.to_seconds()),
      percent(power.dies), readable(expected));
}

}  // namespace

std::vector<std::string> failure_lines(const Scenario& scenario, const models::Topology& topology) {
  std::vector<std::string> lines;
  const FailureSpec& failure = scenario.failure;
  if (failure.life.kind != models::LifetimeKind::kExponential) {
    lines.push_back(law_text(failure.life));
  }
  for (const models::DriveBatch& batch : failure.life.batches) lines.push_back(batch_text(batch));
  if (failure.clusters) {
    lines.push_back(clusters_text(cluster_law(*failure.clusters, topology), topology));
  }
  for (const models::PowerEvents& power : failure.power) {
    lines.push_back(power_text(scenario, power));
  }
  if (failure.trace) {
    lines.push_back(fmt::format("failures of {} {}",
                                (scenario.trace_dir / failure.trace->file).string(),
                                failure.trace->is_alone ? "and no others" : "beside those"));
  }
  return lines;
}

}  // namespace spindle::app
