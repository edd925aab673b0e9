#pragma once
// The part of the field table that says how a tenant's demand varies with time, and how its values
// become the models' options.

#include <string>

#include "app/scenario/fields.hpp"
#include "app/scenario/resolved_view.hpp"
#include "app/scenario/scenario.hpp"

namespace spindle::app {

// A length of time above 0; required where `fallback` is empty.
Field duration_field(std::string name, std::string fallback, std::string example, std::string doc);

const ObjectSpec& load_table();

// Sets the load, the trace and its scale from the object by load_table().
void build_load(const ResolvedView& view, TenantSpec& tenant);

}  // namespace spindle::app
