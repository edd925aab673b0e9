#include "app/scenario/json_faults.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "app/text/wording.hpp"

namespace spindle::app {
namespace {

bool in_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '.' || c == '+' || c == '-';
}

// The run of word characters around a byte, so that "NaN" is shown where the parser stopped at 'N'.
std::size_t word_start(std::string_view text, std::size_t at) {
  if (at >= text.size() || !in_word(text[at])) return at;
  while (at > 0 && in_word(text[at - 1])) --at;
  return at;
}

std::string word_at(std::string_view text, std::size_t from) {
  std::size_t to = from;
  while (to < text.size() && in_word(text[to])) ++to;
  return std::string(text.substr(from, to - from));
}

bool is_not_finite(const std::string& word) {
  std::string bare;
  for (const char c : word) {
    if (c != '-' && c != '+') bare += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return bare == "nan" || bare == "inf" || bare == "infinity";
}

bool follows_comma(std::string_view text, std::size_t at) {
  while (at > 0 && is_json_blank(text[at - 1])) --at;
  return at > 0 && text[at - 1] == ',';
}

std::string expected_here(const std::string& parser_message) {
  constexpr std::string_view kExpected = "; expected ";
  const std::size_t at = parser_message.rfind(kExpected);
  constexpr const char* kValue = "a value, as in \"20 TB\", 3 or true";
  if (at == std::string::npos) return kValue;
  std::string wanted = parser_message.substr(at + kExpected.size());
  if (wanted == "end of input") return "nothing more after the closing brace";
  if (wanted == "string literal" || wanted == "object key") return "a key in double quotes";
  if (wanted.find("literal") != std::string::npos ||
      wanted.find("last read") != std::string::npos) {
    return kValue;
  }
  if (wanted == "'}'") return "a comma, or } to close the object";
  if (wanted == "']'") return "a comma, or ] to close the array";
  return wanted;
}

TextFault text_ended(std::string_view text, const std::string& parser_message) {
  const Position position = position_of(text, text.size());
  if (parser_message.find("missing closing quote") != std::string::npos) {
    return {position, "the text ends inside a string — add the closing quote"};
  }
  if (parser_message.find("comment") != std::string::npos) {
    return {position, "the text ends inside a comment — close it with */"};
  }
  return {position,
          "the text ends before the JSON is complete (was the file cut short?) — close every "
          "brace and bracket"};
}

}  // namespace

TextFault explain_syntax_error(std::string_view text, const SyntaxError& error) {
  const std::string_view token = error.last_token;
  const std::string& message = error.parser_message;
  const std::size_t end = std::min(error.bytes_read, text.size());
  if (error.number_overflow) {
    const std::size_t found = text.substr(0, end).rfind(token);
    return {position_of(text, found == std::string_view::npos ? end : found),
            fmt::format("the number {} is too large (the limit is about 1.8e308) — write a "
                        "smaller one",
                        shortened(token))};
  }
  if (error.bytes_read > text.size()) return text_ended(text, message);

  // The parser keeps the text of strings and numbers only; of anything else, the last byte counts.
  std::size_t start = end > 0 ? end - 1 : 0;
  if (token.starts_with('"') && token.size() <= end &&
      (message.find("unexpected string") != std::string::npos ||
       message.find("invalid string") != std::string::npos) &&
      text.substr(end - token.size(), token.size()) == token) {
    start = end - token.size();
  } else {
    // A misspelt true, false or null breaks off one byte late.
    const bool late = start > 0 && start < text.size() && !in_word(text[start]) &&
                      in_word(text[start - 1]) &&
                      message.find("invalid literal") != std::string::npos;
    start = word_start(text, late ? start - 1 : start);
  }
  if (message.find("invalid string") != std::string::npos) {
    const bool control = message.find("control character") != std::string::npos;
    return {position_of(text, start),
            control ? "a line break or control character inside a string — close the quote, or "
                      "write \\n"
                    : "a bad escape inside a string — write \\\\ for a backslash"};
  }
  const Position position = position_of(text, start);
  const std::string word = word_at(text, start);
  if (is_not_finite(word)) {
    return {position, fmt::format("{} is not a number in JSON — write a finite number", word)};
  }
  if (!word.empty() && word[0] >= '0' && word[0] <= '9' &&
      word.find_first_not_of("0123456789.+-eE") != std::string::npos) {
    return {position,
            fmt::format("{} is not a number — put a quantity in double quotes", shortened(word))};
  }
  const char found = start < text.size() ? text[start] : ' ';
  if ((found == '}' || found == ']' || found == ',') && follows_comma(text, start)) {
    return {position, fmt::format("a comma before \"{}\" — remove one comma", found)};
  }
  if (found == '\'') {
    return {position, "a single quote — texts, keys and quantities take double quotes"};
  }
  std::string shown = word.empty() ? std::string(1, found) : word;
  if (found == '"') shown = token;
  return {position,
          fmt::format("not JSON: found {}, expected {}",
                      found == '"' ? shortened(shown) : in_quotes(shown), expected_here(message))};
}

}  // namespace spindle::app
