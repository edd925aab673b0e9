#include "app/trace/formats/scan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <initializer_list>
#include <limits>

#include "app/trace/fields.hpp"
#include "sim/time.hpp"

namespace spindle::app {
namespace {

// Half of what 64 bits hold, so that two times can be subtracted.
constexpr std::int64_t kLatest = std::numeric_limits<std::int64_t>::max() / 2;

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r';
}

std::string_view without_blanks(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

// The digits after a decimal point as nanoseconds of `unit_ns`, cut below one; empty where there is
// anything but digits.
std::optional<std::int64_t> fraction_ns(std::string_view digits, std::int64_t unit_ns) {
  std::int64_t rest = unit_ns;
  double below = 0;  // units that are no powers of ten leave parts of a nanosecond
  std::int64_t ns = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9') return std::nullopt;
    if (rest % 10 == 0) {
      rest /= 10;
      ns += rest * (c - '0');
    } else if (rest != 0) {
      below += static_cast<double>(rest) * 0.1 * (c - '0');
      rest = 0;
    }
  }
  return ns + static_cast<std::int64_t>(below);
}

std::optional<std::int64_t> scaled_ns(double value, std::int64_t unit_ns) {
  const double ns = value * static_cast<double>(unit_ns);
  if (!(std::fabs(ns) < static_cast<double>(kLatest))) return std::nullopt;
  return static_cast<std::int64_t>(ns);
}

std::optional<std::int64_t> timestamp_ns(std::string_view text) {
  const std::optional<TraceTime> time = parse_time(text);
  if (!time || !time->is_timestamp || std::llabs(time->seconds) > kLatest / sim::kSecond - 1) {
    return std::nullopt;
  }
  return time->seconds * sim::kSecond + time->nanoseconds;
}

}  // namespace

bool split_at(std::string_view line, char separator, LineFields& fields) {
  fields.count = 0;
  const char* at = line.data();
  const char* const end = at + line.size();
  while (fields.count < LineFields::kMost) {
    while (at != end && *at != separator && is_blank(*at)) ++at;
    if (at != end && *at == '"') {
      const char* close = static_cast<const char*>(
          std::memchr(at + 1, '"', static_cast<std::size_t>(end - at) - 1));
      if (close == nullptr) return false;
      fields.at[fields.count++] = {at + 1, static_cast<std::size_t>(close - at) - 1};
      for (at = close + 1; at != end && *at != separator; ++at) {
        if (!is_blank(*at)) return false;
      }
    } else {
      const auto left = static_cast<std::size_t>(end - at);
      const void* found = left == 0 ? nullptr : std::memchr(at, separator, left);
      const char* stop = found == nullptr ? end : static_cast<const char*>(found);
      fields.at[fields.count++] = without_blanks({at, static_cast<std::size_t>(stop - at)});
      at = stop;
    }
    if (at == end) break;
    ++at;
  }
  return true;
}

void split_at_blanks(std::string_view line, LineFields& fields) {
  fields.count = 0;
  std::size_t at = 0;
  while (fields.count < LineFields::kMost) {
    while (at < line.size() && is_blank(line[at])) ++at;
    if (at == line.size()) return;
    const std::size_t begin = at;
    while (at < line.size() && !is_blank(line[at])) ++at;
    fields.at[fields.count++] = line.substr(begin, at - begin);
  }
}

bool is_header(std::string_view line) {
  if (line.empty()) return false;
  const char first = line.front();
  return first == '"' || first == '#' || (first >= 'a' && first <= 'z') ||
         (first >= 'A' && first <= 'Z');
}

std::optional<std::uint64_t> whole_number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<std::int64_t> clock_ns(std::string_view text, std::int64_t unit_ns) {
  const char* const stop = text.data() + text.size();
  std::int64_t units = 0;
  const auto [end, error] = std::from_chars(text.data(), stop, units);
  if (error == std::errc{} && std::llabs(units) < kLatest / unit_ns) {
    if (end == stop) return units * unit_ns;
    if (*end == '.') {
      const std::string_view digits(end + 1, static_cast<std::size_t>(stop - end) - 1);
      if (const auto part = fraction_ns(digits, unit_ns)) {
        return units * unit_ns + (text.front() == '-' ? -*part : *part);
      }
    }
  }
  if (const auto stamp = timestamp_ns(text)) return stamp;
  std::string_view why;
  const std::optional<double> number = parse_number(text, why);
  if (!number) return std::nullopt;
  return scaled_ns(*number, unit_ns);
}

std::uint64_t name_number(std::string_view name) {
  std::uint64_t number = name.size();
  while (!name.empty()) {
    std::uint64_t word = 0;
    const std::size_t part = std::min(name.size(), sizeof word);
    // Bytes in order of their value, the same on every machine.
    for (std::size_t i = 0; i < part; ++i) {
      word |= static_cast<std::uint64_t>(static_cast<unsigned char>(name[i])) << (8 * i);
    }
    number = pair_number(number, word);
    name.remove_prefix(part);
  }
  return number;
}

std::uint64_t pair_number(std::uint64_t first, std::uint64_t second) {
  // Odd, so that the product is one to one: 2^64 / golden ratio.
  return models::scattered((first + 1) * 0x9e3779b97f4a7c15U ^ second);
}

std::optional<models::TraceOp> op_of(std::string_view word) {
  constexpr std::size_t kLongest = 8;
  std::array<char, kLongest> lower{};
  if (word.size() > kLongest) return std::nullopt;
  for (std::size_t i = 0; i < word.size(); ++i) {
    lower[i] =
        word[i] >= 'A' && word[i] <= 'Z' ? static_cast<char>(word[i] + ('a' - 'A')) : word[i];
  }
  const std::string_view name(lower.data(), word.size());
  const auto is_one_of = [name](std::initializer_list<std::string_view> words) {
    return std::find(words.begin(), words.end(), name) != words.end();
  };
  if (is_one_of({"r", "read", "get", "gets", "load"})) return models::TraceOp::kRead;
  if (is_one_of({"w", "write", "put", "set", "add", "replace", "copy", "store"})) {
    return models::TraceOp::kWrite;
  }
  if (is_one_of({"delete", "remove", "head", "list", "stat", "trim"})) {
    return models::TraceOp::kOther;
  }
  return std::nullopt;
}

bool too_few_fields(const LineFields& fields, std::size_t needed, std::string_view columns,
                    std::string& problem) {
  if (fields.count >= needed) return false;
  problem = fmt::format("{} of {} fields ({}) — complete the line (is the file cut short?)",
                        fields.count, needed, columns);
  return true;
}

bool no_time(std::string_view text, std::string& problem) {
  problem = fmt::format(
      "time {} is neither YYYY-MM-DD HH:MM:SS nor a number within 146 years of 0 — check the time "
      "and "
      "its unit",
      shown(text));
  return false;
}

bool no_whole(std::string_view what, std::string_view text, std::string& problem) {
  problem = fmt::format("{} {} is no whole number from 0 on", what, shown(text));
  return false;
}

}  // namespace spindle::app
