#pragma once
// What `spindle explain` says of how drives fail, beyond their annual failure rates.

#include <string>
#include <vector>

#include "app/scenario/scenario.hpp"
#include "models/fleet/topology.hpp"

namespace spindle::app {

// A sentence a line: law, batches, clusters, power events, trace; empty where drives fail one by
// one at a constant rate. `topology` is that of the fleet before any landing. Throws WorldError
// where the fleet cannot have the clusters.
std::vector<std::string> failure_lines(const Scenario& scenario, const models::Topology& topology);

}  // namespace spindle::app
