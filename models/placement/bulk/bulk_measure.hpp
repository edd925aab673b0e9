#pragma once
// What bulk placement reports of the drives' loads.

#include "models/placement/bulk/bulk_engine.hpp"
#include "models/placement/bulk/bulk_placement.hpp"

namespace spindle::models {

// Fills in everything that loads and capacities decide. Where drives differ in capacity it takes 8
// bytes a drive.
void measure_loads(const BulkOptions& options, const BulkFleet& fleet, const BulkEngine& engine,
                   BulkResult& result);

}  // namespace spindle::models
