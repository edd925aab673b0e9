#include "app/experiment/scrub_metrics.hpp"

#include <algorithm>
#include <cmath>

#include "app/experiment/undefined.hpp"
#include "models/scrub/client_reads.hpp"
#include "models/scrub/undetected.hpp"

namespace spindle::app {
namespace {

// Mean over the drives of the first racks of a figure of their model.
template <class Of>
double over_drives(const models::Topology& topology, Of&& of) {
  double sum = 0;
  for (std::uint32_t rack = 0; rack < topology.racks(); ++rack) {
    const models::DriveModel& model = topology.models()[topology.model_of_rack(rack)];
    sum += topology.drives_of_rack(rack).size() * of(model);
  }
  return sum / topology.drives();
}

// Mean over shards, which lie on the models by their capacity, of a figure of the model.
template <class Of>
double over_shards(const models::Topology& topology, Of&& of) {
  double sum = 0;
  for (std::uint32_t rack = 0; rack < topology.racks(); ++rack) {
    const models::DriveModel& model = topology.models()[topology.model_of_rack(rack)];
    sum += topology.drives_of_rack(rack).size() * model.capacity.to_double() * of(model);
  }
  return sum / topology.total_capacity();
}

models::ScrubLaw law_on(const Scenario& scenario, const models::DriveModel& model) {
  return {scenario.scrub->order, models::scrub_pace(*scenario.scrub, model).period_s};
}

// Errors that come to a shard on a drive of the model, per second.
double errors_per_s(const Scenario& scenario, const models::Scheme& scheme,
                    const models::DriveModel& model) {
  return scenario.scrub->errors_per_year / sim::kSecondsPerYear *
         scheme.shard_bytes(scenario.data.extent.to_double()) / model.capacity.to_double();
}

double share_with_error(const Scenario& scenario, const models::Topology& topology,
                        const models::Scheme& scheme, double reads_per_s) {
  return over_shards(topology, [&](const models::DriveModel& model) {
    return models::error_probability(errors_per_s(scenario, scheme, model),
                                     law_on(scenario, model).mean_undetected_s(reads_per_s));
  });
}

// On a whole drive where no client's reads find anything.
double expected_undetected(const Scenario& scenario, const World& world) {
  if (scenario.scrub->reads_find) return kUndefined;
  return over_drives(world.base, [&](const models::DriveModel& model) {
    return law_on(scenario, model).mean_undetected_s();
  });
}

double mean_of(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return values.empty() ? kUndefined : sum / static_cast<double>(values.size());
}

double last_of(const std::vector<double>& values) {
  return values.empty() ? kUndefined : values.back();
}

}  // namespace

ScrubRecord record_scrub(const models::ScrubRun& run) {
  const models::ScrubSeries& series = run.series();
  const models::ScrubCounts& counts = run.counts();
  return {.age_mean_s = series.age_mean_s,
          .age_p99_99_s = series.age_p99_99_s,
          .age_p100_s = series.age_p100_s,
          .latent_errors = series.errors,
          .found = counts.found,
          .found_age_s = counts.found_age_s,
          .stuck = counts.stuck};
}

models::LatentErrors latent_errors(const Scenario& scenario, const models::Topology& topology,
                                   const models::Scheme& scheme) {
  if (!scenario.scrub || scenario.scrub->errors_per_year == 0) return {};
  const double per_s = over_shards(topology, [&](const models::DriveModel& model) {
    return errors_per_s(scenario, scheme, model);
  });
  return {.share = share_with_error(scenario, topology, scheme, 0),
          .rate = per_s * sim::kSecondsPerHour};
}

models::LatentErrors latent_errors(const Scenario& scenario, const World& world) {
  models::LatentErrors out = latent_errors(scenario, world.base, world.scheme);
  if (!scenario.scrub || !scenario.scrub->reads_find || out.rate == 0) return out;
  const models::ClientReads reads(world.population, world.extents, world.scheme.shards(),
                                  world.scheme.needed(), scenario.data.extent.value);
  double sum = 0;
  for (std::uint32_t extent = 0; extent < world.extents.extents(); ++extent) {
    sum += share_with_error(scenario, world.base, world.scheme, reads.per_s(extent));
  }
  out.share = sum / world.extents.extents();
  return out;
}

void set_scrub(const Scenario& scenario, const World& world, const ScrubRecord& scrub,
               const models::LatentErrors& errors, Metrics& out) {
  const models::ScrubOptions& options = *scenario.scrub;
  const auto pace = [&](const models::DriveModel& model) {
    return models::scrub_pace(options, model);
  };
  out.set("scrub.age_mean_s", last_of(scrub.age_mean_s));
  out.set("scrub.age_p99_99_s", last_of(scrub.age_p99_99_s));
  out.set("scrub.age_p100_s", last_of(scrub.age_p100_s));
  const auto& oldest = scrub.age_p100_s;
  out.set("scrub.age_p100_peak_s",
          oldest.empty() ? kUndefined : *std::max_element(oldest.begin(), oldest.end()));
  const auto found = static_cast<double>(scrub.found);
  out.set("scrub.found_errors", found);
  out.set("scrub.undetected_mean_s", found > 0 ? scrub.found_age_s / found : kUndefined);
  const double expected = expected_undetected(scenario, world);
  out.set("scrub.undetected_expected_s", expected);
  out.set("scrub.latent_errors", mean_of(scrub.latent_errors));
  out.set("scrub.latent_errors_expected",
          options.errors_per_year / sim::kSecondsPerYear * expected);
  out.set("scrub.shard_error_probability", errors.share);
  out.set("scrub.bytes_per_s", over_drives(world.base, [&](const models::DriveModel& model) {
            return pace(model).bytes_per_s;
          }));
  out.set("scrub.disk_share", over_drives(world.base, [&](const models::DriveModel& model) {
            return pace(model).disk_share;
          }));
  out.set("scrub.stuck_drives", scrub.stuck);
}

}  // namespace spindle::app
