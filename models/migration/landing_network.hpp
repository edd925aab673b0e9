#pragma once
// What the network lets come to racks that land.

#include "models/fleet/network_limits.hpp"
#include "models/fleet/topology.hpp"
#include "models/migration/landing_options.hpp"

namespace spindle::models {

// Bytes/s that each drive of a landing takes in where nothing else uses the links: the least cut
// between the zone's first racks, which give, and those that land, all of them on one switch. No
// shard leaves its zone, so that links of zones do not matter. docs/theory/landing.md.
// Precondition: the topology has the landing's racks.
double landing_rate(const Topology& topology, const Landing& landing, const NetworkLimits& limits);

}  // namespace spindle::models
