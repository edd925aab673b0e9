#pragma once
// Quantities with units, as users write them: "20 TB", "0.1 s", "1 PB/d", "1.5 %/yr", "12 %".
//
// A quantity is digits[.digits][e[+-]digits], optional spaces, and a unit. Units are
// case-sensitive:
//   bytes  B kB MB GB TB PB EB (powers of 1000), KiB MiB GiB TiB PiB EiB (powers of 1024)
//   times  ns us ms s min h d wk yr (a year is 8,760 h)
//   rates  <bytes>/<time>;  failure rates  %/<time> or /<time> (or 1/<time>), counted per year
//   ratios a bare number, or a number and %
// Bytes and times are converted in integers: exact up to 20 significant digits, then rounded to the
// nearest byte or nanosecond; a nonzero quantity that rounds to nothing is an error. Rates and
// ratios are doubles, at most one rounding from the text for the units s, %, and powers of 1000.
// No locale. Nothing throws, and parsing takes time linear in the text.

#include <optional>
#include <string>
#include <string_view>

#include "models/units.hpp"
#include "sim/time.hpp"

namespace spindle::app {

enum class Dimension { kBytes, kDuration, kByteRate, kFailureRate, kRatio };

template <class T>
struct Parsed {
  std::optional<T> value;
  std::string problem;  // "problem (why) — suggestion" where there is no value
};

// `example` is a valid quantity of the field at hand, for the suggestion in a message.
Parsed<models::Bytes> parse_bytes(std::string_view text, std::string_view example = "20 TB");
// The same of whole fleets, up to 1e27 B: in bytes, to the digits of a double.
Parsed<double> parse_many_bytes(std::string_view text, std::string_view example = "100 EB");
Parsed<sim::Duration> parse_duration(std::string_view text, std::string_view example = "24 h");
// Bytes per second.
Parsed<double> parse_byte_rate(std::string_view text, std::string_view example = "1 PB/d");
// Failures per year of 8,760 h.
Parsed<double> parse_failure_rate(std::string_view text, std::string_view example = "1.5 %/yr");
Parsed<double> parse_ratio(std::string_view text, std::string_view example = "12 %");

// The quantity as a number of `unit`s of any size that a double holds, rounded once where the
// factor between the two units is a power of ten. `unit` is "1" for a ratio, or a unit as above:
// "yr", "B/s", "1/yr".
Parsed<double> parse_as(std::string_view text, std::string_view unit, std::string_view example);
// What `unit` measures. Precondition: as above.
Dimension dimension_of_unit(std::string_view unit);

// What to say of a number without a unit; `number` as the user wrote it.
std::string missing_unit(std::string_view number, Dimension dimension, std::string_view example);

// A regular expression (ECMA 262) that the quantities of a dimension match; `positive` excludes 0.
std::string quantity_pattern(Dimension dimension, bool positive);

// Exact texts: parsing them gives the same value. The largest decimal unit without a remainder.
std::string format_bytes(models::Bytes bytes);
std::string format_duration(sim::Duration duration);

}  // namespace spindle::app
