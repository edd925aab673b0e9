#include "app/scenario/json_positions.hpp"

#include <fmt/format.h>

#include "app/text/wording.hpp"

namespace spindle::app {
namespace {

bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

// Walks forward through a text and keeps line and column.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}

  [[nodiscard]] bool at_end() const { return offset_ >= text_.size(); }
  [[nodiscard]] char peek(std::size_t ahead = 0) const {
    return offset_ + ahead < text_.size() ? text_[offset_ + ahead] : '\0';
  }
  [[nodiscard]] std::size_t offset() const { return offset_; }
  [[nodiscard]] Position position() const { return {line_, column_}; }

  void step() {
    const char c = text_[offset_++];
    if (c == '\n' || (c == '\r' && peek() != '\n')) {
      ++line_;
      column_ = 1;
    } else if (c != '\r' && !is_continuation(peek())) {
      ++column_;
    }
  }

 private:
  std::string_view text_;
  std::size_t offset_ = 0;
  std::uint32_t line_ = 1;
  std::uint32_t column_ = 1;
};

void skip_string(Cursor& cursor) {
  cursor.step();
  while (!cursor.at_end() && cursor.peek() != '"') {
    if (cursor.peek() == '\\') cursor.step();
    if (!cursor.at_end()) cursor.step();
  }
  if (!cursor.at_end()) cursor.step();
}

void skip_comment(Cursor& cursor) {
  const bool to_line_end = cursor.peek(1) == '/';
  cursor.step();
  cursor.step();
  while (!cursor.at_end()) {
    if (to_line_end) {
      if (cursor.peek() == '\n' || cursor.peek() == '\r') return;
    } else if (cursor.peek() == '*' && cursor.peek(1) == '/') {
      cursor.step();
      cursor.step();
      return;
    }
    cursor.step();
  }
}

bool ends_word(char c) {
  return is_json_blank(c) || c == ',' || c == ':' || c == '[' || c == ']' || c == '{' || c == '}' ||
         c == '"' || c == '/';
}

// The next token at or after the cursor: '"' a string, 'w' a number or word, a bracket, or '\0' at
// the end. The cursor is left behind the token, `start` tells where it begins.
char next_token(Cursor& cursor, Position& start) {
  while (!cursor.at_end()) {
    const char c = cursor.peek();
    start = cursor.position();
    if (c == '/' && (cursor.peek(1) == '/' || cursor.peek(1) == '*')) {
      skip_comment(cursor);
    } else if (is_json_blank(c) || c == ',' || c == ':') {
      cursor.step();
    } else if (c == '"') {
      skip_string(cursor);
      return '"';
    } else if (c == '{' || c == '}' || c == '[' || c == ']') {
      cursor.step();
      return c;
    } else {
      do {
        cursor.step();
      } while (!cursor.at_end() && !ends_word(cursor.peek()));
      return 'w';
    }
  }
  start = cursor.position();
  return '\0';
}

// Length of the well-formed UTF-8 sequence at `text[i]` (RFC 3629: no overlong forms, no
// surrogates, nothing above U+10FFFF); 0 where it is malformed.
std::size_t utf8_length(std::string_view text, std::size_t i) {
  const auto byte = [&](std::size_t k) -> unsigned {
    return i + k < text.size() ? static_cast<unsigned char>(text[i + k]) : 0U;
  };
  const auto continues = [&](std::size_t k) { return (byte(k) & 0xC0U) == 0x80U; };
  const unsigned lead = byte(0);
  if (lead < 0x80U) return 1;
  if (lead >= 0xC2U && lead <= 0xDFU) return continues(1) ? 2 : 0;
  if (lead >= 0xE0U && lead <= 0xEFU) {
    const unsigned low = lead == 0xE0U ? 0xA0U : 0x80U;
    const unsigned high = lead == 0xEDU ? 0x9FU : 0xBFU;
    return byte(1) >= low && byte(1) <= high && continues(2) ? 3 : 0;
  }
  if (lead >= 0xF0U && lead <= 0xF4U) {
    const unsigned low = lead == 0xF0U ? 0x90U : 0x80U;
    const unsigned high = lead == 0xF4U ? 0x8FU : 0xBFU;
    return byte(1) >= low && byte(1) <= high && continues(2) && continues(3) ? 4 : 0;
  }
  return 0;
}

}  // namespace

Position position_of(std::string_view text, std::size_t offset) {
  Cursor cursor(text);
  while (!cursor.at_end() && cursor.offset() < offset) cursor.step();
  return cursor.position();
}

std::optional<TextFault> find_byte_fault(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] == '\0') {
      return TextFault{position_of(text, i),
                       "a zero byte (this is not a text file) — save the scenario as UTF-8 text"};
    }
    const std::size_t length = utf8_length(text, i);
    if (length == 0) {
      return TextFault{position_of(text, i),
                       fmt::format("invalid UTF-8 (byte 0x{:02x}) — save the file as UTF-8",
                                   static_cast<unsigned char>(text[i]))};
    }
    i += length;
  }
  return std::nullopt;
}

std::optional<TextFault> find_text_fault(std::string_view text) {
  if (auto fault = find_byte_fault(text)) return fault;
  Cursor cursor(text);
  Position start;
  std::size_t depth = 0;
  std::size_t tokens = 0;
  for (char token = next_token(cursor, start); token != '\0'; token = next_token(cursor, start)) {
    if (token == '}' || token == ']') {
      if (depth > 0) --depth;
      continue;
    }
    if (token == '{' || token == '[') {
      if (++depth > kMaxNesting) {
        return TextFault{start, fmt::format("nested more than {} levels deep (a scenario needs "
                                            "fewer than 10) — is this a scenario?",
                                            kMaxNesting)};
      }
    }
    if (++tokens > kMaxTokens) {
      return TextFault{start, fmt::format("more than {} keys and values — write fewer, larger "
                                          "tenant classes",
                                          grouped(kMaxTokens))};
    }
  }
  if (tokens == 0) {
    return TextFault{{1, 1}, "the file is empty — a scenario is a JSON object; see scenarios/"};
  }
  return std::nullopt;
}

std::vector<Position> token_positions(std::string_view text) {
  std::vector<Position> positions;
  Cursor cursor(text);
  Position start;
  for (char token = next_token(cursor, start); token != '\0'; token = next_token(cursor, start)) {
    if (token != '}' && token != ']') positions.push_back(start);
  }
  return positions;
}

}  // namespace spindle::app
