#pragma once
// The part of the field table that says how drives are scrubbed, and what it is built into.

#include <optional>
#include <vector>

#include "app/scenario/fields.hpp"
#include "app/scenario/resolved_view.hpp"
#include "models/scrub/scrub_options.hpp"

namespace spindle::app {

const ObjectSpec& scrub_table();
// Of the event `scrub_stuck`.
std::vector<Field> stuck_fields();

// Empty where the scenario has no such block. Precondition: the scenario has no problems.
std::optional<models::ScrubOptions> build_scrub(const ResolvedView& view);
models::StuckScrub build_stuck(const ResolvedView& event);

}  // namespace spindle::app
