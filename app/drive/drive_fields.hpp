#pragma once
// The table of fields of a drive file: the reader validates by it, and scenarios/drives/schema.json
// is generated from it.

#include "app/scenario/fields.hpp"

namespace spindle::app {

const ObjectSpec& drive_file_table();
// The JSON schema (draft-07) of drive files.
std::string drive_file_schema();

}  // namespace spindle::app
