#pragma once
// The part of the field table that says how drives' logs are cleaned, and what it is built into.

#include <optional>

#include "app/scenario/fields.hpp"
#include "app/scenario/resolved_view.hpp"
#include "models/store/store_options.hpp"

namespace spindle::app {

const ObjectSpec& store_table();

// Empty where the scenario has no such block. Precondition: the scenario has no problems.
std::optional<models::StoreOptions> build_store(const ResolvedView& view);

}  // namespace spindle::app
