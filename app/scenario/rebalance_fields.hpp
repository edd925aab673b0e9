#pragma once
// The part of the field table that says how drives are evened out, and what it is built into.

#include <optional>

#include "app/scenario/fields.hpp"
#include "app/scenario/resolved_view.hpp"
#include "models/migration/rebalance_options.hpp"

namespace spindle::app {

const ObjectSpec& rebalance_table();

// Empty where the scenario has no such block. Precondition: the scenario has no problems.
std::optional<models::RebalanceOptions> build_rebalance(const ResolvedView& view);

}  // namespace spindle::app
