#pragma once
// Where each token of a JSON text stands. nlohmann/json parses; this tells line and column, which
// it does not keep.
//
// Lines end at \n, \r\n or a lone \r. Columns count code points from 1 (a tab is one column).
// Everything here is iterative and linear in the text.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace spindle::app {

struct Position {
  std::uint32_t line = 0;    // from 1; 0: none
  std::uint32_t column = 0;  // from 1
  auto operator<=>(const Position&) const = default;
};

// Position of a byte of a UTF-8 text; offset = size gives the position after the last character.
Position position_of(std::string_view text, std::size_t offset);

// What JSON allows between tokens.
[[nodiscard]] constexpr bool is_json_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

struct TextFault {
  Position position;
  std::string message;
};

inline constexpr std::size_t kMaxScenarioBytes = std::size_t{64} << 20U;
inline constexpr std::size_t kMaxNesting = 64;
inline constexpr std::size_t kMaxTokens = 200'000;  // keys and values; bounds memory

// What must hold before any parser sees the text (a byte-order mark already taken off): valid
// UTF-8, no NUL, something in it, at most kMaxNesting levels and kMaxTokens keys and values.
// Comments (// and /* */) and strings are skipped over.
std::optional<TextFault> find_text_fault(std::string_view text);

// The part of it about bytes: valid UTF-8 without NUL.
std::optional<TextFault> find_byte_fault(std::string_view text);

// The positions of all keys and values, in the order of the text: of a text that a parser has
// accepted (brackets at their opening; the sequence of a SAX parser's key and value events).
std::vector<Position> token_positions(std::string_view text);

}  // namespace spindle::app
