#pragma once
// The fields of `placement` and `spread`, and what is built of them.

#include "app/scenario/fields.hpp"
#include "app/scenario/resolved_view.hpp"
#include "models/placement/policy.hpp"

namespace spindle::app {

const ObjectSpec& spread_table();
const ObjectSpec& placement_table();

// Precondition: a resolved scenario without problems. Keys that the policy does not have are
// absent, and keep the struct's defaults.
models::PlacementOptions build_placement(const ResolvedView& view);
models::SpreadRule build_spread(const ResolvedView& view);

}  // namespace spindle::app
