#pragma once
// What --seed takes: CLI11 alone would clip -1 and 2^64 to the largest number.

#include <CLI/CLI.hpp>
#include <charconv>
#include <cstdint>
#include <string>

namespace spindle::app {

inline CLI::Validator seed_check() {
  return CLI::Validator(
      [](const std::string& text) -> std::string {
        std::uint64_t seed = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seed);
        if (error == std::errc{} && end == text.data() + text.size()) return {};
        return text + " (a whole number from 0 to 18446744073709551615)";
      },
      "");
}

}  // namespace spindle::app
