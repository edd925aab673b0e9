#pragma once
// The one form in which distributions and statistics refuse a parameter.

#include <stdexcept>
#include <string>

namespace spindle::sim {

// Throws std::invalid_argument "<what> <value> is out of range — give <range>" unless `holds`;
// write the condition so that NaN fails it.
inline void check_parameter(bool holds, const char* what, double value, const char* range) {
  if (holds) return;
  throw std::invalid_argument(std::string(what) + " " + std::to_string(value) +
                              " is out of range — give " + range);
}

}  // namespace spindle::sim
