#pragma once
// Fields of a line of a request trace as views into it: no allocation, no locale. (Rows of load
// series and of drives' traces go through app/trace/fields.hpp, which copies.)

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "models/tenant/trace_record.hpp"

namespace spindle::app {

struct LineFields {
  static constexpr std::size_t kMost = 64;
  std::array<std::string_view, kMost> at;
  std::size_t count = 0;  // what follows the 64th field is not split
};

// At every `separator`; blanks around a field are dropped, and quotes that hold no quote. False
// where a quote is left open, doubled or followed by text.
bool split_at(std::string_view line, char separator, LineFields& fields);
// At runs of blanks and tabs.
void split_at_blanks(std::string_view line, LineFields& fields);

// A first line of names: begins with a letter, a quote or '#'.
bool is_header(std::string_view line);

// The whole of `text` as digits; empty for anything else, or beyond 64 bits.
std::optional<std::uint64_t> whole_number(std::string_view text);

// "YYYY-MM-DD HH:MM:SS[.fraction]", or a number of `unit_ns`, as nanoseconds: decimal digits are
// exact to the nanosecond. Empty where it is neither, or more than 146 years from its zero.
std::optional<std::int64_t> clock_ns(std::string_view text, std::int64_t unit_ns);

// A number that is the same for equal names; equal for two of n names with probability n^2 / 2^65.
std::uint64_t name_number(std::string_view name);
// The same for a pair of numbers.
std::uint64_t pair_number(std::uint64_t first, std::uint64_t second);

// Read for r, read, get, gets and load, write for w, write, put, set, add, replace, copy and store,
// other for delete, remove, head, list, stat and trim, in any letter case; empty for other words.
std::optional<models::TraceOp> op_of(std::string_view word);

// What parsers say, one wording for all formats.
bool too_few_fields(const LineFields& fields, std::size_t needed, std::string_view columns,
                    std::string& problem);                  // true where there are too few
bool no_time(std::string_view text, std::string& problem);  // always false
bool no_whole(std::string_view what, std::string_view text, std::string& problem);  // the same

}  // namespace spindle::app
