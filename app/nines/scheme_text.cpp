#include "app/nines/scheme_text.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include "app/text/wording.hpp"

namespace spindle::app {
namespace {

// Without spaces, small letters.
std::string plain(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == ' ' || c == '\t') continue;
    out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return out;
}

// The counts of "12+2+2"; nothing where it is something else.
std::vector<std::uint32_t> counts_of(std::string_view text) {
  std::vector<std::uint32_t> counts;
  const char* at = text.data();
  const char* const end = at + text.size();
  while (true) {
    std::uint32_t count = 0;
    const auto [next, error] = std::from_chars(at, end, count);
    if (error != std::errc{}) return {};
    counts.push_back(count);
    if (next == end) return counts;
    if (*next != '+') return {};
    at = next + 1;
  }
}

std::optional<models::RedundancyOptions> options_of(std::string_view text) {
  using models::SchemeKind;
  for (const std::string_view ending : {"copies", "copy", "x"}) {
    if (!text.ends_with(ending)) continue;
    const auto counts = counts_of(text.substr(0, text.size() - ending.size()));
    if (counts.size() != 1) return std::nullopt;
    return models::RedundancyOptions{.kind = SchemeKind::kReplication, .copies = counts[0]};
  }
  if (text.starts_with("lrc")) {
    const auto counts = counts_of(text.substr(3));
    if (counts.size() != 3) return std::nullopt;
    return models::RedundancyOptions{.kind = SchemeKind::kLocal,
                                     .data = counts[0],
                                     .local_groups = counts[1],
                                     .global_parity = counts[2]};
  }
  const auto counts = counts_of(text);
  if (counts.size() != 2) return std::nullopt;
  return models::RedundancyOptions{
      .kind = SchemeKind::kErasure, .data = counts[0], .parity = counts[1]};
}

}  // namespace

Parsed<models::Scheme> parse_scheme(std::string_view text) {
  const auto options = options_of(plain(text));
  if (!options) {
    return {{},
            fmt::format("{} is no scheme (data+parity, copies, or LRC data+local groups+global "
                        "parity) — write for example 5+4, \"3 copies\" or \"LRC 12+2+2\"",
                        in_quotes(text))};
  }
  try {
    return {models::Scheme(*options), {}};
  } catch (const std::invalid_argument& error) {
    return {{}, error.what()};
  }
}

}  // namespace spindle::app
