#pragma once
// The part of the field table that says how drives fail: laws, batches, clusters, power, traces.

#include <vector>

#include "app/scenario/fields.hpp"

namespace spindle::app {

// Keys of `failure` beside its times and outages.
std::vector<Field> failure_cause_fields();

}  // namespace spindle::app
