#pragma once
// The part of the field table that says how large requests are and which objects they take, and how
// its values become laws.

#include "app/scenario/fields.hpp"
#include "app/scenario/resolved_view.hpp"
#include "models/tenant/popularity.hpp"
#include "models/tenant/size_law.hpp"

namespace spindle::app {

// A law of sizes about a mean that stands in a field of its own.
const ObjectSpec& size_law_table();

// The law of an object by size_law_table(). Throws std::invalid_argument where its list of sizes
// makes no law (check_combinations() has told that before).
models::SizeLaw build_size_law(const ResolvedView& view);

// How requests are spread over a tenant's objects.
const ObjectSpec& popularity_table();
models::PopularityOptions build_popularity(const ResolvedView& view);

}  // namespace spindle::app
