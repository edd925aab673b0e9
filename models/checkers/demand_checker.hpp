#pragma once
// Demand is conserved: in every epoch the drives together bear what the tenants ask of the shards
// that were placed. Computed from the map of shards and the tenants' streams alone, not from the
// matrix and the sweep that it checks.

#include <cstdint>
#include <span>
#include <vector>

#include "models/checkers/placement_checker.hpp"
#include "models/fleet/topology.hpp"
#include "models/flow/flow_run.hpp"
#include "models/placement/placer.hpp"

namespace spindle::models {

// Fleet heat expected in each of the first `epochs` epochs, disk-seconds per second. The rounding
// of the extents' heat weights is not part of it.
std::vector<double> expected_fleet_heat(const FlowInputs& inputs, const ExtentTable& extents,
                                        const PlacementResult& placement, std::size_t epochs);

// A violation for every epoch whose fleet heat is off by more than `tolerance` (relative).
CheckReport check_fleet_heat(std::span<const double> expected, std::span<const double> simulated,
                             double tolerance);

}  // namespace spindle::models
