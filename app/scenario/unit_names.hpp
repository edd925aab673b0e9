#pragma once
// The table of unit names, and what a misspelt one may have meant. Used by units.cpp alone.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "app/scenario/units.hpp"

namespace spindle::app {

struct UnitName {
  std::string_view name;
  std::uint64_t factor;  // bytes or nanoseconds
};
std::span<const UnitName> byte_units();
std::span<const UnitName> time_units();

// A unit taken apart: "TB", "h", "PB/d", "%/yr", "/yr", "%", or nothing at all.
struct Unit {
  enum class Kind { kNone, kBytes, kTime, kByteRate, kFailureRate, kPercent };
  Kind kind = Kind::kNone;
  bool percent = false;           // of a failure rate
  std::uint64_t byte_factor = 1;  // bytes
  std::uint64_t time_factor = 1;  // nanoseconds
};
// Nothing where the text is not a unit.
std::optional<Unit> read_unit(std::string_view text);

// What an unknown unit may have meant: `unit` empty where there is no guess; `why` says what the
// difference is ("TiB is 2^40 bytes, TB is 10^12"), possibly empty.
struct UnitGuess {
  std::string unit;
  std::string why;
};
UnitGuess guess_unit(std::string_view text, Dimension wanted);

}  // namespace spindle::app
