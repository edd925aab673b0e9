#pragma once
// Checks one scalar value against its row of the field table: type, unit, range.

#include <optional>
#include <string>

#include "app/scenario/fields.hpp"
#include "app/scenario/json_document.hpp"

namespace spindle::app {

// The value as it goes into the resolved scenario (quantities stay as written), or nothing and
// the problem.
std::optional<Json> read_scalar(const Value& value, const Field& field, std::string& problem);

}  // namespace spindle::app
