#include "app/world/failure_options.hpp"

#include <memory>
#include <stdexcept>
#include <utility>

#include "app/scenario/reader.hpp"
#include "app/trace/failure_trace.hpp"
#include "app/world/world_error.hpp"

namespace spindle::app {
namespace {

std::shared_ptr<const models::FailureTrace> read_trace(const Scenario& scenario,
                                                       const models::Topology& topology) {
  const FailureTraceSource& source = *scenario.failure.trace;
  FailureTraceResult read = read_failures(scenario.trace_dir / source.file, topology);
  std::vector<std::string> lines;
  for (Problem& problem : read.problems) {
    problem.path = "failure.trace.file";
    lines.push_back(to_string(problem));
  }
  if (!lines.empty()) throw WorldError(std::move(lines));
  return std::make_shared<const models::FailureTrace>(
      models::FailureTrace{std::move(read.failures), source.is_alone});
}

}  // namespace

models::ClusterLaw cluster_law(const ClusterSpec& clusters, const models::Topology& topology) {
  if (!clusters.preset) return {clusters.drives_per_node, clusters.scales};
  double per_year = 0;
  for (std::uint32_t rack = 0; rack < topology.racks(); ++rack) {
    const models::DriveModel& drive = topology.models()[topology.model_of_rack(rack)];
    per_year += topology.drives_of_rack(rack).size() * drive.annual_failure_rate;
  }
  const double drives = topology.drives();
  const models::ClusterFleet fleet{clusters.drives_per_node, drives / topology.racks(),
                                   per_year / drives};
  try {
    return models::calibrate(models::targets_of(*clusters.preset, fleet), fleet);
  } catch (const std::invalid_argument& error) {
    throw WorldError({error.what()});
  }
}

models::FailureOptions failure_options(const Scenario& scenario, const models::Topology& topology) {
  const FailureSpec& failure = scenario.failure;
  models::FailureOptions out;
  out.replace = failure.replace;
  out.horizon = scenario.run.duration;
  out.life = failure.life;
  if (failure.clusters) out.clusters = cluster_law(*failure.clusters, topology);
  out.power = failure.power;
  out.grey = failure.grey;
  if (failure.trace) out.trace = read_trace(scenario, topology);
  return out;
}

}  // namespace spindle::app
