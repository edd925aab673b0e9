#pragma once
// What `spindle explain` says of what happens over time.

#include <string>
#include <vector>

#include "app/scenario/scenario.hpp"
#include "models/fleet/topology.hpp"
#include "models/redundancy/scheme.hpp"

namespace spindle::app {

// A sentence a line: how failures and repair go, random outages, then the events by time; empty
// where the scenario plays none. `topology` is that of the fleet before any landing.
std::vector<std::string> timeline_lines(const Scenario& scenario, const models::Topology& topology,
                                        const models::Scheme& scheme);

}  // namespace spindle::app
