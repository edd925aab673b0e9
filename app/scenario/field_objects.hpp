#pragma once
// Parts of the field table that have choices in them: tagged unions and the tenant class.

#include "app/scenario/fields.hpp"

namespace spindle::app {

const ObjectSpec& redundancy_table();
const ObjectSpec& spread_table();
const ObjectSpec& placement_table();
const ObjectSpec& tenant_table();

}  // namespace spindle::app
