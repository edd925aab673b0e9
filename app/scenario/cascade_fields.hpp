#pragma once
// The loads `cascade` and `b_model` in scenarios: their keys, what is wrong with them, and the
// cascade that they say.

#include "app/scenario/fields.hpp"
#include "app/scenario/json_document.hpp"
#include "app/scenario/problems.hpp"
#include "app/scenario/resolved_view.hpp"
#include "models/tenant/cascade.hpp"

namespace spindle::app {

VariantSpec cascade_variant();
VariantSpec b_model_variant();

// Adds problems with shares that do not add up, parts that are too short, and cascades that take
// hours to play; `resolved` is what resolve() made of `root`.
void check_cascades(const Value& root, const Json& resolved, ProblemList& problems);

// Precondition: `load` is the object of a load of one of these models. Throws std::invalid_argument
// where check_cascades() finds a problem with its shares.
models::Cascade cascade_of(const ResolvedView& load);

}  // namespace spindle::app
