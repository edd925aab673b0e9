#pragma once
// Whether a case of durability has a meaning.

#include "models/durability/durability_case.hpp"

namespace spindle::models {

// Throws std::invalid_argument with "problem (why) — suggestion".
void check_case(const DurabilityCase& of);

}  // namespace spindle::models
