#pragma once
// Parts of the field table that have choices in them: tagged unions and the tenant class.

#include <string>
#include <vector>

#include "app/scenario/fields.hpp"

namespace spindle::app {

// A union: its tag, whose words are the variants' names, then each variant's own keys. An empty
// `fallback` makes the tag required.
ObjectSpec make_union(std::string tag, std::string fallback, std::string doc,
                      std::vector<VariantSpec> variants);

// A required bare number.
// Stays absent where it is not given.
Field optional_object(std::string name, const ObjectSpec& object, std::string doc);
Field number_field(std::string name, std::string example, Range range, std::string doc);

const ObjectSpec& redundancy_table();
const ObjectSpec& tenant_table();

}  // namespace spindle::app
