#pragma once
// Numbers in texts of the command line: no locale, nothing before or behind them.

#include <charconv>
#include <optional>
#include <string_view>

namespace spindle::app {

inline std::optional<double> parse_number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace spindle::app
