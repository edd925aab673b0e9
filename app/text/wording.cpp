#include "app/text/wording.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace spindle::app {
namespace {

constexpr std::size_t kLongestQuote = 60;
// Edit distance is quadratic: words longer than any key of the table are not compared.
constexpr std::size_t kLongestCompared = 48;
constexpr std::size_t kMostCompared = 1000;

bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string lowered(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), lower);
  return out;
}

// Optimal string alignment distance: insert, delete, replace, swap of neighbours.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) d[i][0] = i;
  for (std::size_t j = 0; j <= b.size(); ++j) d[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t cost = a[i - 1] == b[j - 1] ? 0 : 1;
      d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + cost});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
      }
    }
  }
  return d[a.size()][b.size()];
}

}  // namespace

std::string shortened(std::string_view text) {
  std::string out;
  if (text.size() <= kLongestQuote) {
    out = text;
  } else {
    std::size_t head = kLongestQuote - 20;
    while (head > 0 && is_continuation(text[head])) --head;
    std::size_t tail = text.size() - 16;
    while (tail < text.size() && is_continuation(text[tail])) ++tail;
    out = std::string(text.substr(0, head)) + "…" + std::string(text.substr(tail));
  }
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto byte = static_cast<unsigned char>(out[i]);
    if (byte < 0x20U || byte == 0x7FU) out[i] = '?';
    // U+0080 to U+009F, as C2 80 to C2 9F: "??".
    const bool second = i > 0 && is_continuation(out[i]) && byte < 0xA0U && out[i - 1] == '\xC2';
    if (second) out[i - 1] = out[i] = '?';
  }
  return out;
}

bool has_control_character(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x20U || byte == 0x7FU) return true;
    if (byte == 0xC2U && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0U) {
      return true;
    }
  }
  return false;
}

std::string in_quotes(std::string_view text) {
  return fmt::format("\"{}\"", shortened(text));
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

std::string grouped(std::uint64_t n) {
  const std::string digits = std::to_string(n);
  std::string out;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) out.push_back(',');
    out.push_back(digits[i]);
  }
  return out;
}

std::string counted(std::uint64_t n, std::string_view noun) {
  return fmt::format("{} {}{}", grouped(n), noun, n == 1 ? "" : "s");
}

std::string human_bytes(double bytes) {
  if (bytes < 0) return "-" + human_bytes(-bytes);
  static constexpr std::array<const char*, 7> kUnits = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
  std::size_t unit = 0;
  while (bytes >= 999.5 && unit + 1 < kUnits.size()) {
    bytes /= 1000;
    ++unit;
  }
  if (bytes >= 999.5) return fmt::format("{:.0f} {}", bytes, kUnits[unit]);
  return fmt::format("{:.3g} {}", bytes, kUnits[unit]);
}

std::string shortest(double value) {
  std::array<char, 40> buffer{};
  const auto result = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  return {buffer.data(), result.ptr};
}

std::string listed(std::span<const std::string> words, std::size_t limit) {
  std::string out;
  const std::size_t shown = std::min(words.size(), limit);
  for (std::size_t i = 0; i < shown; ++i) {
    if (i > 0) out += i + 1 == words.size() ? " or " : ", ";
    out += words[i];
  }
  if (shown < words.size()) out += ", …";
  return out;
}

std::string nearest(std::string_view word, std::span<const std::string> words) {
  if (word.empty() || word.size() > kLongestCompared) return {};
  const std::string mine = lowered(word);
  std::string best;
  std::size_t best_distance = std::max<std::size_t>(1, word.size() / 3) + 1;
  // The words may be a file's own header, which is untrusted: bounded work.
  for (const std::string& candidate : words.first(std::min(words.size(), kMostCompared))) {
    if (candidate.size() > kLongestCompared) continue;
    const std::string theirs = lowered(candidate);
    std::size_t distance = edit_distance(mine, theirs);
    // "read" for "reads", "shuffle" for "shuffle_shard": a word cut short is a slip too.
    if (mine.size() >= 3 && theirs.starts_with(mine)) distance = std::min<std::size_t>(distance, 1);
    // The same, misspelt: "shufle".
    if (mine.size() >= 4 && theirs.size() > mine.size() + 1) {
      distance = std::min(distance, edit_distance(mine, theirs.substr(0, mine.size() + 1)) + 1);
    }
    if (distance < best_distance) {
      best_distance = distance;
      best = candidate;
    }
  }
  return best;
}

}  // namespace spindle::app
