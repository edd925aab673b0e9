#pragma once
// Demand is conserved: in every epoch the drives together bear what the tenants ask of the shards
// that were placed. Computed from the map of shards and the tenants' streams alone, not from the
// matrix and the sweep that it checks.

#include <cstdint>
#include <string>
#include <vector>

#include "models/fleet/topology.hpp"
#include "models/flow/flow_run.hpp"
#include "models/placement/placer.hpp"

namespace spindle::models {

// Fleet heat expected in each of the first `epochs` epochs, disk-seconds per second. The rounding
// of the extents' heat weights is not part of it.
std::vector<double> expected_fleet_heat(const FlowInputs& inputs, const ExtentTable& extents,
                                        const PlacementResult& placement, std::size_t epochs);

}  // namespace spindle::models
