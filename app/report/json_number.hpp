#pragma once
// A number as result files write it.

#include <cmath>
#include <nlohmann/json.hpp>

namespace spindle::app {

// Whole numbers print as such; infinity has no JSON form and is as undefined as NaN: null.
inline nlohmann::ordered_json json_number(double value) {
  if (!std::isfinite(value)) return nullptr;
  if (value == std::floor(value) && std::fabs(value) < 0x1p53) {
    return static_cast<std::int64_t>(value);
  }
  return value;
}

}  // namespace spindle::app
