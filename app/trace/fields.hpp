#pragma once
// Fields of one line of a trace: splitting, numbers, times, and how they are shown in messages.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace spindle::app {

// Splits a line at `separator`. Quoted fields follow RFC 4180 within one line ("" is a quote);
// blanks around a field that is not quoted are dropped. False where a quote is left open or text
// follows a closing quote.
bool split_fields(std::string_view line, char separator, std::vector<std::string>& fields);

// A time as read: whole seconds and nanoseconds in [0, 1e9), since the file's zero or, for
// timestamps, since 1970-01-01 in the (proleptic) Gregorian calendar, no zone.
struct TraceTime {
  std::int64_t seconds = 0;
  std::int32_t nanoseconds = 0;
  bool is_timestamp = false;
};
// "YYYY-MM-DD HH:MM:SS[.fraction]" (a T may stand for the blank) or plain seconds; decimal digits
// are exact to the nanosecond. Empty where it is neither or beyond 1e15 s.
std::optional<TraceTime> parse_time(std::string_view text);

// A number as C++ writes it, without locale. On failure returns empty and says why in `problem`
// ("is not a number", "is not finite", "is out of range").
std::optional<double> parse_number(std::string_view text, std::string_view& problem);

// 'text', cut to 40 bytes; all but printable ASCII is shown as '?' (a terminal might obey it).
std::string shown(std::string_view text);

}  // namespace spindle::app
