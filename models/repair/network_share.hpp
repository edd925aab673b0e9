#pragma once
// How much of the bandwidth that drives give to repair the network lets through, in the steady
// state of declustered repair: a maximum flow over the fleet's links.
//
// Every drive reads k bytes for repair where it writes one, and what it writes is computed from
// what its rack receives. So each rack sends and receives k / (k + 1) of what its drives give,
// through its uplink but for what is read in the rack itself, and each zone through its link but
// for what is read in the zone. The share is the largest x such that the flow of x times that from
// all racks to all racks fits: docs/theory/failure.md.

#include <cstdint>

#include "models/fleet/topology.hpp"
#include "models/placement/spread_rule.hpp"
#include "models/repair/repair_options.hpp"

namespace spindle::models {

// In (0, 1]; 1 where nothing is limited, read or given. Racks that are to land do not count. Throws
// std::invalid_argument for a limit that is negative or not finite. Cost: O(racks), and some flows
// over a graph of a few nodes a zone (racks of equal size are one).
double network_share(const Topology& topology, const SpreadRule& spread, std::uint32_t shards,
                     std::uint32_t needed, double bytes_per_s, const NetworkLimits& limits);

}  // namespace spindle::models
