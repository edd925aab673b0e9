#pragma once
// From the values of a load in a scenario to the models' options.

#include "app/scenario/resolved_view.hpp"
#include "app/scenario/scenario.hpp"

namespace spindle::app {

// Sets the load, the trace and its scale from the object by load_table(). `first_weekday`: of the
// run, 0 Monday ... 6 Sunday.
void build_load(const ResolvedView& view, unsigned first_weekday, TenantSpec& tenant);

}  // namespace spindle::app
