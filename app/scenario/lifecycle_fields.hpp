#pragma once
// The `lifecycle` of a class of tenants: when its data is stored by another scheme.

#include <optional>

#include "app/scenario/fields.hpp"
#include "app/scenario/resolved_view.hpp"
#include "models/migration/lifecycle_options.hpp"

namespace spindle::app {

const ObjectSpec& lifecycle_table();

// Of a resolved class of tenants; empty where it has none.
std::optional<models::LifecycleOptions> build_lifecycle(const ResolvedView& tenant);

}  // namespace spindle::app
