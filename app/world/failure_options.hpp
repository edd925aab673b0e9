#pragma once
// The models' failure options of a scenario, where the fleet is known.

#include "app/scenario/scenario.hpp"
#include "models/failure/failure_process.hpp"
#include "models/fleet/topology.hpp"

namespace spindle::app {

// The law of the clusters: as it is stated, or calibrated on the fleet. Throws WorldError.
models::ClusterLaw cluster_law(const ClusterSpec& clusters, const models::Topology& topology);

// Calibrates clusters on the fleet (mean annual failure rate and rack) and reads the trace.
// `topology`: without landings. Throws WorldError: a trace that cannot be read; clusters that the
// fleet cannot have.
models::FailureOptions failure_options(const Scenario& scenario, const models::Topology& topology);

}  // namespace spindle::app
