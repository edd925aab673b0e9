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

// Marks an epoch that was not computed.
inline constexpr double kNotChecked = -1;

// Fleet heat expected in each of the first `epochs` epochs of a fleet that stands still,
// disk-seconds per second; data cools by the law itself, extent by extent. Where a class cools by
// the power law, which has no closed sum, only some 2e7 laws of extents are computed: the first and
// the last epoch and others evenly between, the rest are kNotChecked. The rounding of the extents'
// heat weights is not part of it.
std::vector<double> expected_fleet_heat(const FlowInputs& inputs, const ExtentTable& extents,
                                        const PlacementResult& placement, std::size_t epochs);

// How far the sweep may be off (relative): rounding alone, 1e-9; with weights that are no whole
// numbers, which are summed in single precision, 1e-5; by the power law also q^(exponent/2) - 1,
// since a cohort's ages differ in (1 + age/scale) by q = DemandColumns::kAgeRatio at most and its
// middle stands for them: no extent is off by more.
double fleet_heat_tolerance(const TenantPopulation& population);

// A violation for every epoch whose fleet heat is off by more than `tolerance` (relative);
// epochs that are kNotChecked pass.
CheckReport check_fleet_heat(std::span<const double> expected, std::span<const double> simulated,
                             double tolerance);

}  // namespace spindle::models
