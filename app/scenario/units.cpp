#include "app/scenario/units.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <limits>

#include "app/scenario/unit_names.hpp"
#include "app/text/wording.hpp"

namespace spindle::app {
namespace {

__extension__ using Wide = unsigned __int128;

constexpr int kMaxDigits = 20;         // of the mantissa: every 64-bit integer has at most 20
constexpr int kExponentLimit = 10000;  // saturates; far beyond any unit
constexpr auto kMaxBytes = static_cast<Wide>(std::numeric_limits<std::uint64_t>::max());
constexpr auto kMaxNanoseconds = static_cast<Wide>(std::numeric_limits<std::int64_t>::max());

// A decimal number: mantissa * 10^exponent.
struct Number {
  Wide mantissa = 0;
  int exponent = 0;
  std::size_t length = 0;  // characters read
};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// digits[.digits][e[+-]digits]; length 0 where the text does not begin with one. Digits beyond the
// 20th significant one are dropped: a relative error below 1e-19.
Number scan_number(std::string_view text) {
  Number number;
  int significant = 0;
  std::size_t i = 0;
  const auto take = [&](bool after_point) {
    if (significant > 0 || text[i] != '0') ++significant;
    if (significant <= kMaxDigits) {
      number.mantissa = number.mantissa * 10 + static_cast<unsigned>(text[i] - '0');
      if (after_point && number.exponent > -kExponentLimit) --number.exponent;
    } else if (!after_point && number.exponent < kExponentLimit) {
      ++number.exponent;
    }
  };
  for (; i < text.size() && is_digit(text[i]); ++i) take(false);
  if (i == 0) return {};
  if (i + 1 < text.size() && text[i] == '.' && is_digit(text[i + 1])) {
    for (++i; i < text.size() && is_digit(text[i]); ++i) take(true);
  }
  if (i + 1 < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    std::size_t j = i + 1;
    const bool negative = text[j] == '-';
    if (text[j] == '-' || text[j] == '+') ++j;
    if (j < text.size() && is_digit(text[j])) {
      int exponent = 0;
      for (; j < text.size() && is_digit(text[j]); ++j) {
        if (exponent < kExponentLimit) exponent = exponent * 10 + (text[j] - '0');
      }
      number.exponent += negative ? -exponent : exponent;
      i = j;
    }
  }
  number.length = i;
  return number;
}

enum class Fit { kFits, kOverflow, kUnderflow };

struct Scaled {
  Fit fit = Fit::kFits;
  std::uint64_t value = 0;
};

// number * factor in integers, rounded to nearest. The product of a mantissa below 10^20 and a
// factor of at most 2^60 fits 128 bits.
Scaled scaled(const Number& number, std::uint64_t factor, Wide limit) {
  Wide product = number.mantissa * factor;
  if (product == 0) return {};
  int exponent = number.exponent;
  for (; exponent > 0; --exponent) {
    if (product > limit) return {Fit::kOverflow, 0};
    product *= 10;
  }
  if (exponent < -38) return {Fit::kUnderflow, 0};
  Wide divisor = 1;
  for (; exponent < 0; ++exponent) divisor *= 10;
  product = product / divisor + (product % divisor >= divisor - product % divisor ? 1 : 0);
  if (product == 0) return {Fit::kUnderflow, 0};
  if (product > limit) return {Fit::kOverflow, 0};
  return {Fit::kFits, static_cast<std::uint64_t>(product)};
}

// number * 10^shift, correctly rounded; infinity on overflow, 0 on underflow.
double to_double(const Number& number, int shift) {
  if (number.mantissa == 0) return 0;
  const std::string text = fmt::format("{}e{}", number.mantissa, number.exponent + shift);
  double value = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  if (result.ec == std::errc()) return value;
  return number.exponent + shift > 0 ? std::numeric_limits<double>::infinity() : 0;
}

// factor = 10^k exactly for units of powers of 1000; -1 otherwise.
int power_of_ten(std::uint64_t factor) {
  int k = 0;
  for (; factor % 10 == 0; factor /= 10) ++k;
  return factor == 1 ? k : -1;
}

// number * factor as a double, without rounding twice where the factor is a power of ten (or of
// two, by which a product is exact).
double times(const Number& number, std::uint64_t factor) {
  const int k = power_of_ten(factor);
  return k >= 0 ? to_double(number, k) : to_double(number, 0) * static_cast<double>(factor);
}

std::string_view example_unit(std::string_view example) {
  example.remove_prefix(scan_number(example).length);
  while (example.starts_with(' ')) example.remove_prefix(1);
  return example;
}

std::string wanted_phrase(Dimension dimension) {
  switch (dimension) {
    case Dimension::kBytes:
      return "an amount of bytes";
    case Dimension::kDuration:
      return "a length of time";
    case Dimension::kByteRate:
      return "bytes per time";
    case Dimension::kFailureRate:
      return "events per time";
    case Dimension::kRatio:
      return "a ratio";
  }
  return {};
}

std::string kind_phrase(Unit::Kind kind) {
  switch (kind) {
    case Unit::Kind::kBytes:
      return "an amount of bytes";
    case Unit::Kind::kTime:
      return "a length of time";
    case Unit::Kind::kByteRate:
      return "bytes per time";
    case Unit::Kind::kFailureRate:
      return "events per time";
    case Unit::Kind::kPercent:
      return "a ratio";
    case Unit::Kind::kNone:
      break;
  }
  return "a bare number";
}

// What is wrong with a text that does not begin with a number.
std::string not_a_number(std::string_view text, std::string_view example) {
  const std::string write = fmt::format(" — write \"{}\"", example);
  if (text.empty()) return "empty text where a quantity is needed" + write;
  if (text.front() == '-') {
    if (text.size() > 1 && is_digit(text[1])) {
      return fmt::format("{} is negative (quantities are 0 or more){}", in_quotes(text), write);
    }
  }
  if (text.front() == '+' && text.size() > 1 && is_digit(text[1])) {
    return fmt::format("{} begins with a sign — write {}", in_quotes(text),
                       in_quotes(text.substr(1)));
  }
  if (text.front() == '.' && text.size() > 1 && is_digit(text[1])) {
    return fmt::format("{} has no digit before the point — write {}", in_quotes(text),
                       in_quotes(fmt::format("0{}", text)));
  }
  std::string start;
  for (const char c : text) {
    const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    if (lower >= 'a' && lower <= 'z') start += lower;
    if (start.size() == 3) break;
  }
  if (start == "nan" || start == "inf") {
    return fmt::format("{} is not a finite number{}", in_quotes(text), write);
  }
  return fmt::format("{} does not begin with a number{}", in_quotes(text), write);
}

std::string unknown_unit(std::string_view number, std::string_view unit, Dimension wanted,
                         std::string_view example) {
  if (unit.front() == ',' || unit.front() == '_' || unit.front() == '\'') {
    return fmt::format(
        "\"{}{}\" has a separator in the number — write the digits together, and "
        "\".\" before decimals, as in \"{}\"",
        shortened(number), shortened(unit), example);
  }
  const UnitGuess guess = guess_unit(unit, wanted);
  std::string message = fmt::format("unknown unit {}", in_quotes(unit));
  if (!guess.why.empty()) message += " (" + guess.why + ")";
  if (guess.unit.empty()) return fmt::format("{} — write \"{}\"", message, example);
  return fmt::format("{} — did you mean \"{} {}\"?", message, shortened(number), guess.unit);
}

struct Quantity {
  Number number;
  Unit unit;
};

// Splits and checks the dimension; `problem` is filled where it fails.
std::optional<Quantity> read_quantity(std::string_view text, Dimension wanted,
                                      std::string_view example, std::string& problem) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  const Number number = scan_number(text);
  if (number.length == 0) {
    problem = not_a_number(text, example);
    return std::nullopt;
  }
  const std::string_view digits = text.substr(0, number.length);
  std::string_view rest = text.substr(number.length);
  while (rest.starts_with(' ')) rest.remove_prefix(1);
  const std::optional<Unit> unit = read_unit(rest);
  if (!unit) {
    problem = unknown_unit(digits, rest, wanted, example);
    return std::nullopt;
  }
  using Kind = Unit::Kind;
  const bool right =
      (wanted == Dimension::kBytes && unit->kind == Kind::kBytes) ||
      (wanted == Dimension::kDuration && unit->kind == Kind::kTime) ||
      (wanted == Dimension::kByteRate && unit->kind == Kind::kByteRate) ||
      (wanted == Dimension::kFailureRate && unit->kind == Kind::kFailureRate) ||
      (wanted == Dimension::kRatio && (unit->kind == Kind::kPercent || unit->kind == Kind::kNone));
  if (right) return Quantity{number, *unit};
  if (unit->kind == Kind::kNone) {
    problem = missing_unit(digits, wanted, example);
    return std::nullopt;
  }
  const bool lacks_per_time = (wanted == Dimension::kByteRate && unit->kind == Kind::kBytes) ||
                              (wanted == Dimension::kFailureRate && unit->kind == Kind::kPercent);
  const std::string per =
      lacks_per_time
          ? fmt::format("{}{}{}", shortened(text), unit->kind == Kind::kPercent ? "/yr" : "/d", "")
          : std::string(example);
  problem = fmt::format(
      "wrong unit: {} is {}, and {} {} needed — write \"{}\"", in_quotes(text),
      kind_phrase(unit->kind), wanted_phrase(wanted),
      wanted == Dimension::kByteRate || wanted == Dimension::kFailureRate ? "are" : "is", per);
  return std::nullopt;
}

std::string out_of_range(std::string_view text, Fit fit, std::string_view least,
                         std::string_view most) {
  if (fit == Fit::kUnderflow) {
    return fmt::format("{} rounds to nothing (the resolution is {}) — write 0 or at least {}",
                       in_quotes(text), least, least);
  }
  return fmt::format("{} is too large to count (the limit is {})", in_quotes(text), most);
}

template <class T>
Parsed<T> fail(std::string problem) {
  return {std::nullopt, std::move(problem)};
}

// number * of / per.
double converted(const Number& number, std::uint64_t of, std::uint64_t per) {
  if (of % per == 0) return times(number, of / per);
  if (per % of == 0) return to_double(number, 0) / static_cast<double>(per / of);
  return times(number, of) / static_cast<double>(per);
}

}  // namespace

Dimension dimension_of_unit(std::string_view unit) {
  if (unit == "1") return Dimension::kRatio;
  switch (read_unit(unit).value().kind) {
    case Unit::Kind::kBytes:
      return Dimension::kBytes;
    case Unit::Kind::kTime:
      return Dimension::kDuration;
    case Unit::Kind::kByteRate:
      return Dimension::kByteRate;
    case Unit::Kind::kFailureRate:
      return Dimension::kFailureRate;
    default:
      return Dimension::kRatio;
  }
}

std::string missing_unit(std::string_view number, Dimension dimension, std::string_view example) {
  const Number read = scan_number(number);
  const double value = to_double(read, 0);
  std::string_view unit = example_unit(example);
  if (dimension == Dimension::kBytes && value >= 1e6) unit = "B";
  if (dimension == Dimension::kFailureRate && unit.starts_with('%') && value < 0.2) unit = "/yr";
  const bool plain = !number.empty() && read.length == number.size();
  return fmt::format(
      "missing unit (a bare number is only for counts and ratios) — write \"{}{}{}\"",
      plain ? number : "1", unit.starts_with('/') ? "" : " ", unit);
}

Parsed<models::Bytes> parse_bytes(std::string_view text, std::string_view example) {
  std::string problem;
  const auto quantity = read_quantity(text, Dimension::kBytes, example, problem);
  if (!quantity) return fail<models::Bytes>(problem);
  const Scaled result = scaled(quantity->number, quantity->unit.byte_factor, kMaxBytes);
  if (result.fit != Fit::kFits) {
    return fail<models::Bytes>(out_of_range(text, result.fit, "1 B", "18.4 EB"));
  }
  return {models::Bytes{result.value}, {}};
}

Parsed<double> parse_many_bytes(std::string_view text, std::string_view example) {
  constexpr double kMost = 1e27;
  std::string problem;
  const auto quantity = read_quantity(text, Dimension::kBytes, example, problem);
  if (!quantity) return fail<double>(problem);
  const double bytes = times(quantity->number, quantity->unit.byte_factor);
  if (bytes > kMost) {
    return fail<double>(fmt::format("{} is too large — at most 1,000,000,000 EB", in_quotes(text)));
  }
  // What 64 bits count is read as it is everywhere else, whole bytes asked for.
  if (bytes >= static_cast<double>(kMaxBytes)) return {bytes, {}};
  const Parsed<models::Bytes> exact = parse_bytes(text, example);
  if (!exact.value) return fail<double>(exact.problem);
  return {exact.value->to_double(), {}};
}

Parsed<sim::Duration> parse_duration(std::string_view text, std::string_view example) {
  std::string problem;
  const auto quantity = read_quantity(text, Dimension::kDuration, example, problem);
  if (!quantity) return fail<sim::Duration>(problem);
  const Scaled result = scaled(quantity->number, quantity->unit.time_factor, kMaxNanoseconds);
  if (result.fit != Fit::kFits) {
    return fail<sim::Duration>(out_of_range(text, result.fit, "1 ns", "292 yr"));
  }
  return {sim::Duration::nanoseconds(static_cast<std::int64_t>(result.value)), {}};
}

Parsed<double> parse_byte_rate(std::string_view text, std::string_view example) {
  std::string problem;
  const auto quantity = read_quantity(text, Dimension::kByteRate, example, problem);
  if (!quantity) return fail<double>(problem);
  // Whole seconds, or whole parts of one: both factors are exact in double.
  const auto time = static_cast<double>(quantity->unit.time_factor);
  const double amount = times(quantity->number, quantity->unit.byte_factor);
  const double rate = time < sim::kNanosecondsPerSecond
                          ? amount * (sim::kNanosecondsPerSecond / time)
                          : amount / (time / sim::kNanosecondsPerSecond);
  if (!std::isfinite(rate)) return fail<double>(fmt::format("{} is too large", in_quotes(text)));
  return {rate, {}};
}

Parsed<double> parse_failure_rate(std::string_view text, std::string_view example) {
  std::string problem;
  const auto quantity = read_quantity(text, Dimension::kFailureRate, example, problem);
  if (!quantity) return fail<double>(problem);
  const double per_time = to_double(quantity->number, quantity->unit.percent ? -2 : 0);
  const double years = static_cast<double>(quantity->unit.time_factor) /
                       (sim::kSecondsPerYear * sim::kNanosecondsPerSecond);
  const double rate = per_time / years;
  if (!std::isfinite(rate)) return fail<double>(fmt::format("{} is too large", in_quotes(text)));
  return {rate, {}};
}

Parsed<double> parse_as(std::string_view text, std::string_view unit, std::string_view example) {
  const Dimension dimension = dimension_of_unit(unit);
  if (dimension == Dimension::kRatio) return parse_ratio(text, example);
  std::string problem;
  const auto quantity = read_quantity(text, dimension, example, problem);
  if (!quantity) return fail<double>(problem);
  const Unit from = quantity->unit;
  const Unit to = read_unit(unit).value();
  const Number& number = quantity->number;
  double value = 0;
  if (dimension == Dimension::kDuration) {
    value = converted(number, from.time_factor, to.time_factor);
  } else {
    // Bytes, bytes per time, or events per time; factors that a unit lacks are 1.
    value =
        from.percent ? to_double(number, -2) : converted(number, from.byte_factor, to.byte_factor);
    value *= static_cast<double>(to.time_factor) / static_cast<double>(from.time_factor);
  }
  if (!std::isfinite(value)) return fail<double>(fmt::format("{} is too large", in_quotes(text)));
  return {value, {}};
}

Parsed<double> parse_ratio(std::string_view text, std::string_view example) {
  std::string problem;
  const auto quantity = read_quantity(text, Dimension::kRatio, example, problem);
  if (!quantity) return fail<double>(problem);
  const bool percent = quantity->unit.kind == Unit::Kind::kPercent;
  const double ratio = to_double(quantity->number, percent ? -2 : 0);
  if (!std::isfinite(ratio)) return fail<double>(fmt::format("{} is too large", in_quotes(text)));
  return {ratio, {}};
}

}  // namespace spindle::app
