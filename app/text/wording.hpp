#pragma once
// How messages to users are worded: quoting, digit grouping, "did you mean".

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace spindle::app {

// The text in double quotes, shortened in the middle to about 60 bytes, control bytes replaced.
std::string in_quotes(std::string_view text);
// The same without quotes, for paths and keys.
std::string shortened(std::string_view text);

// U+0000 to U+001F and U+007F to U+009F: they move the cursor, clear the screen, break a table or a
// comment.
bool has_control_character(std::string_view text);

// Without spaces before and after it.
std::string_view trimmed(std::string_view text);

// 1234567 -> "1,234,567".
std::string grouped(std::uint64_t n);
// "1 extent", "2,000 extents".
std::string counted(std::uint64_t n, std::string_view noun);
// Three significant digits with a decimal unit, for messages only: "4.5 PB".
std::string human_bytes(double bytes);
// The shortest decimal text that reads back as `value`; no locale.
std::string shortest(double value);

// "a, b or c"; at most `limit` of them, then "…".
std::string listed(std::span<const std::string> words, std::size_t limit = 12);

// The word nearest to `word` by edit distance (a swap of neighbours counts one), where it is near
// enough to be a slip (at most a third of the letters); empty otherwise. Letter case is free.
std::string nearest(std::string_view word, std::span<const std::string> words);

}  // namespace spindle::app
