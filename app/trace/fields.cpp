#include "app/trace/fields.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <numeric>

namespace spindle::app {
namespace {

constexpr std::int64_t kNanosPerSecond = 1'000'000'000;
constexpr double kLatestSecond = 1e15;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

std::string_view trimmed(std::string_view text, char separator) {
  const auto drop = [&](char c) { return c != separator && is_blank(c); };
  while (!text.empty() && drop(text.front())) text.remove_prefix(1);
  while (!text.empty() && drop(text.back())) text.remove_suffix(1);
  return text;
}

// Reads digits from the front; false where there are none or more than `most`.
bool take_digits(std::string_view& text, std::size_t least, std::size_t most, std::int64_t& value) {
  std::size_t count = 0;
  value = 0;
  while (count < text.size() && is_digit(text[count])) {
    if (++count > most) return false;
    value = value * 10 + (text[count - 1] - '0');
  }
  text.remove_prefix(count);
  return count >= least;
}

bool take(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

// Digits after a decimal point as nanoseconds, rounded half up (so 1e9 is possible); takes all.
bool take_fraction(std::string_view& text, std::int64_t& nanoseconds) {
  nanoseconds = 0;
  std::int64_t unit = kNanosPerSecond / 10;
  std::size_t count = 0;
  for (; count < text.size() && is_digit(text[count]); ++count) {
    if (unit > 0) {
      nanoseconds += unit * (text[count] - '0');
      unit /= 10;
    } else if (count == 9 && text[count] >= '5') {
      ++nanoseconds;
    }
  }
  text.remove_prefix(count);
  return count > 0;
}

TraceTime make_time(std::int64_t seconds, std::int64_t nanoseconds, bool is_timestamp) {
  if (nanoseconds >= kNanosPerSecond) {
    nanoseconds -= kNanosPerSecond;
    ++seconds;
  }
  return {seconds, static_cast<std::int32_t>(nanoseconds), is_timestamp};
}

bool is_leap(std::int64_t year) {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

std::int64_t days_in_month(std::int64_t year, std::int64_t month) {
  constexpr std::array<std::int64_t, 12> kDays{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return kDays[static_cast<std::size_t>(month - 1)] + (month == 2 && is_leap(year) ? 1 : 0);
}

// Days since 1970-01-01; year 1 ... 9999.
std::int64_t day_number(std::int64_t year, std::int64_t month, std::int64_t day) {
  const std::int64_t before = year - 1;
  std::int64_t days = before * 365 + before / 4 - before / 100 + before / 400;
  for (std::int64_t m = 1; m < month; ++m) days += days_in_month(year, m);
  constexpr std::int64_t kDaysTo1970 = 719162;
  return days + day - 1 - kDaysTo1970;
}

std::optional<TraceTime> parse_timestamp(std::string_view text) {
  std::int64_t year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, nanoseconds = 0;
  const bool date = take_digits(text, 4, 4, year) && take(text, '-') &&
                    take_digits(text, 2, 2, month) && take(text, '-') &&
                    take_digits(text, 2, 2, day) && (take(text, ' ') || take(text, 'T'));
  if (!date || year < 1 || month < 1 || month > 12 || day < 1 || day > days_in_month(year, month)) {
    return std::nullopt;
  }
  const bool time = take_digits(text, 2, 2, hour) && take(text, ':') &&
                    take_digits(text, 2, 2, minute) && take(text, ':') &&
                    take_digits(text, 2, 2, second);
  if (!time || hour > 23 || minute > 59 || second > 59) return std::nullopt;
  if (take(text, '.') && !take_fraction(text, nanoseconds)) return std::nullopt;
  if (!text.empty()) return std::nullopt;
  const std::int64_t seconds =
      day_number(year, month, day) * 86400 + hour * 3600 + minute * 60 + second;
  return make_time(seconds, nanoseconds, true);
}

// Decimal notation without exponent: exact.
std::optional<TraceTime> parse_decimal_seconds(std::string_view text) {
  const bool negative = !text.empty() && text.front() == '-';
  if (!take(text, '-')) take(text, '+');
  std::int64_t seconds = 0, nanoseconds = 0;
  if (!take_digits(text, 1, 15, seconds)) return std::nullopt;
  if (take(text, '.') && !text.empty() && !take_fraction(text, nanoseconds)) return std::nullopt;
  if (!text.empty()) return std::nullopt;
  if (!negative) return make_time(seconds, nanoseconds, false);
  const std::int64_t borrow = nanoseconds > 0 ? 1 : 0;
  return make_time(-seconds - borrow, borrow * kNanosPerSecond - nanoseconds, false);
}

}  // namespace

bool split_fields(std::string_view line, char separator, std::vector<std::string>& fields) {
  std::size_t count = 0;
  const auto next_field = [&]() -> std::string& {
    if (count == fields.size()) fields.emplace_back();
    return fields[count++];
  };
  std::size_t at = 0;
  for (;;) {
    std::size_t quote = at;
    while (quote < line.size() && line[quote] != separator && is_blank(line[quote])) ++quote;
    if (quote < line.size() && line[quote] == '"') {
      std::string& field = next_field();
      field.clear();
      for (at = quote + 1;; ++at) {
        if (at >= line.size()) return false;  // the quote is left open
        if (line[at] != '"') {
          field.push_back(line[at]);
        } else if (at + 1 < line.size() && line[at + 1] == '"') {
          field.push_back('"');
          ++at;
        } else {
          break;
        }
      }
      for (++at; at < line.size() && line[at] != separator; ++at) {
        if (!is_blank(line[at])) return false;
      }
    } else {
      const std::size_t end = std::min(line.find(separator, at), line.size());
      next_field() = trimmed(line.substr(at, end - at), separator);
      at = end;
    }
    if (at >= line.size()) break;
    ++at;  // the separator
  }
  fields.resize(count);
  return true;
}

std::optional<TraceTime> parse_time(std::string_view text) {
  if (const auto timestamp = parse_timestamp(text)) return timestamp;
  if (const auto decimal = parse_decimal_seconds(text)) return decimal;
  std::string_view problem;
  const std::optional<double> value = parse_number(text, problem);
  if (!value || std::fabs(*value) > kLatestSecond) return std::nullopt;
  const double whole = std::floor(*value);
  const double nanoseconds = std::floor((*value - whole) * 1e9 + 0.5);
  return make_time(static_cast<std::int64_t>(whole), static_cast<std::int64_t>(nanoseconds), false);
}

std::optional<double> parse_number(std::string_view text, std::string_view& problem) {
  problem = "is not a number";
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || end != text.data() + text.size()) return std::nullopt;
  if (error == std::errc::result_out_of_range) {
    problem = "is out of range";
    return std::nullopt;
  }
  if (error != std::errc{}) return std::nullopt;
  if (!std::isfinite(value)) {
    problem = "is not finite";
    return std::nullopt;
  }
  return value;
}

std::string shown(std::string_view text) {
  constexpr std::size_t kLongest = 40;
  std::string out = "'";
  for (const char c : text.substr(0, kLongest)) {
    out.push_back(c >= 0x20 && c < 0x7f ? c : '?');
  }
  if (text.size() > kLongest) out += "...";
  return out + "'";
}

}  // namespace spindle::app
