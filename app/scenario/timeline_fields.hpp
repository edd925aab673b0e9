#pragma once
// The part of the field table that says what happens over time.

#include "app/scenario/fields.hpp"

namespace spindle::app {

const ObjectSpec& repair_table();
const ObjectSpec& failure_table();
const ObjectSpec& event_table();

}  // namespace spindle::app
