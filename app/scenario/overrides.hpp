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

#include "app/scenario/json_document.hpp"
#include "app/scenario/problems.hpp"

namespace spindle::app {

// Sets the value; returns the problem where the path leads nowhere, leaving the scenario as it was.
std::optional<std::string> apply_override(Value& root, std::string_view path, Value value);

// "path=value" texts in order. A value is JSON where it reads as JSON, and a text otherwise
// (placement.policy=random, run.epoch=1 h).
void apply_sets(Value& root, const std::vector<std::string>& sets, ProblemList& problems);

// The "set" object of a variant, in order; `compare` itself cannot be overridden.
void apply_variant(Value& root, const Value& set, ProblemList& problems);

}  // namespace spindle::app
