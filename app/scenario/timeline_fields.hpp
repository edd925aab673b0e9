#pragma once
// The part of the field table that says what happens over time.

#include "app/scenario/fields.hpp"

namespace spindle::app {

const ObjectSpec& repair_table();
const ObjectSpec& failure_table();
const ObjectSpec& event_table();

// Whether an event of that name is one of demand: it leaves the fleet as it is.
bool changes_demand(std::string_view event);

}  // namespace spindle::app
