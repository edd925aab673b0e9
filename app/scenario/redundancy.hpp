#pragma once
// The scheme that a scenario asks for, while it is still being checked.

#include <optional>

#include "app/scenario/resolved_view.hpp"
#include "models/redundancy/scheme.hpp"

namespace spindle::app {

// Fit for models::Scheme; empty where values are absent (they have problems of their own) or the
// shards too many.
std::optional<models::RedundancyOptions> redundancy_of(const ResolvedView& view);

}  // namespace spindle::app
