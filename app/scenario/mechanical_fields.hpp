#pragma once
// Parts of the field table about drives and how they serve requests.

#include "app/scenario/fields.hpp"

namespace spindle::app {

const ObjectSpec& drive_table();
const ObjectSpec& zoom_table();

}  // namespace spindle::app
