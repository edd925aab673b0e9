#pragma once
// New values at dotted paths: "--set path=value" and the variants of `compare`.
//
// A path names keys of the field table, and array elements by index ("tenants.0.count"). What
// stands behind `thresholds.` is one key, the name of a metric, dots and all. A path may end at a
// value, an object, an array or an element; objects on the way that the scenario leaves out are
// made. Setting the tag of a union to another choice (`placement.policy`, `redundancy.scheme`, …)
// drops the keys beside it that the new choice does not have: {"policy": "d_choices", "d": 3} with
// placement.policy=random becomes {"policy": "random"}.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/scenario/fields.hpp"
#include "app/scenario/json_document.hpp"
#include "app/scenario/problems.hpp"

namespace spindle::app {

// Sets the value; returns the problem where the path leads nowhere, leaving the scenario as it was.
std::optional<std::string> apply_override(Value& root, std::string_view path, Value value);

// The field that a path leads to, element numbers unchecked; nullptr where there is none.
const Field* field_at(std::string_view path);

// The value of a "--set" for that field, which may be nullptr: JSON, or a text; a problem where it
// begins like JSON and is none.
std::optional<Value> read_set_value(std::string_view text, const Field* field,
                                    std::string& problem);

// "path=value" texts in order. A value is JSON where it reads as JSON, and a text otherwise
// (placement.policy=random, run.epoch=1 h).
void apply_sets(Value& root, const std::vector<std::string>& sets, ProblemList& problems);

// The "set" object of a variant, in order; `compare` and `sweep` cannot be overridden.
void apply_variant(Value& root, const Value& set, ProblemList& problems);

}  // namespace spindle::app
