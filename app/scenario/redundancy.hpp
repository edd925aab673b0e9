#pragma once
// The scheme that a scenario asks for, while it is still being checked.

#include <array>
#include <optional>
#include <string>

#include "app/scenario/resolved_view.hpp"
#include "models/redundancy/scheme.hpp"

namespace spindle::app {

// Fit for models::Scheme; empty where values are absent (they have problems of their own) or the
// shards too many.
std::optional<models::RedundancyOptions> redundancy_of(const ResolvedView& view);

// Numbers of `redundancy` that are right one by one and make no scheme together: which of them, as
// `prefix` + their paths, and why. Empty where they do, and where some are missing.
struct RedundancyProblem {
  std::array<std::string, 3> paths;
  std::string message;
};
std::optional<RedundancyProblem> redundancy_problem(const ResolvedView& view,
                                                    const std::string& prefix = "");

}  // namespace spindle::app
