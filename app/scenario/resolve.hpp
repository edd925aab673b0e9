#pragma once
// Checks every value of a scenario against the field table, one by one.

#include "app/scenario/fields.hpp"
#include "app/scenario/json_document.hpp"
#include "app/scenario/problems.hpp"

namespace spindle::app {

// The scenario with defaults filled in, keys in the table's order. A value with a problem is left
// out (an element of an array stays, as null): the checks that follow use what is there.
Json resolve(const Value& root, ProblemList& problems);

// The same for a file of another kind, by its own table; nothing beyond the table is filled in.
Json resolve_by(const ObjectSpec& table, const Value& root, ProblemList& problems);

// A valid example of the field, as compact JSON text, from the table: for suggestions.
std::string example_of(const Field& field);

}  // namespace spindle::app
