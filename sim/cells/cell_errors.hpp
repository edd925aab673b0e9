#pragma once
// What cells and the coordinator refuse to schedule. Out of line: handlers stay small.

#include <exception>
#include <string>

#include "sim/id.hpp"
#include "sim/time.hpp"

namespace spindle::sim {

// All throw std::logic_error. `who` is "cell 3" or "coordinator".
[[noreturn]] void throw_past(const std::string& who, Instant now, Instant time);
[[noreturn]] void throw_unknown_cell(CellId cell, std::uint32_t cells);
// Something for `to` that would arrive less than `lookahead` after now.
[[noreturn]] void throw_too_early(CellId from, Instant now, const std::string& to, Instant time,
                                  Duration lookahead);

// What an exception of a handler says.
std::string text_of(std::exception_ptr error);

inline std::string cell_name(CellId cell) {
  return "cell " + std::to_string(cell.value());
}

}  // namespace spindle::sim
