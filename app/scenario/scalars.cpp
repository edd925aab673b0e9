#include "app/scenario/scalars.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "app/scenario/units.hpp"
#include "app/text/wording.hpp"

namespace spindle::app {
namespace {

constexpr std::size_t kLongestName = 100;

// Code points of UTF-8 text, which is well-formed here.
std::size_t length_of(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

std::string wanted(const Field& field) {
  switch (field.kind) {
    case Kind::kWord:
      return "one of " + listed(field.words);
    case Kind::kInteger:
      return "a whole number";
    case Kind::kNumber:
      return "a number";
    case Kind::kRatio:
      return "a number, or a percentage such as \"12 %\"";
    case Kind::kColumn:
      return "a column's name, or its number from 1";
    case Kind::kEnd:
      return "a number, or a quantity in double quotes";
    case Kind::kBytes:
    case Kind::kManyBytes:
    case Kind::kDuration:
    case Kind::kByteRate:
    case Kind::kFailureRate:
      return "a quantity with its unit in double quotes";
    default:
      return "text in double quotes";
  }
}

std::string wrong_type(const Value& value, const Field& field) {
  if (value.type == Value::Type::kNull && !field.required) {
    return fmt::format("must be {}, got null — leave the key out for the default", wanted(field));
  }
  const std::string write = field.example.empty() ? "" : " — write " + field.example;
  return fmt::format("must be {}, got {}{}", wanted(field), describe(value), write);
}

Dimension dimension_of(Kind kind) {
  switch (kind) {
    case Kind::kBytes:
    case Kind::kManyBytes:
      return Dimension::kBytes;
    case Kind::kDuration:
      return Dimension::kDuration;
    case Kind::kByteRate:
      return Dimension::kByteRate;
    case Kind::kFailureRate:
      return Dimension::kFailureRate;
    default:
      return Dimension::kRatio;
  }
}

std::string in_digits(double x) {
  const double size = std::abs(x);
  if (std::floor(x) != x || size >= 1e17) return shortest(x);
  return fmt::format("{}{}", x < 0 ? "-" : "", grouped(static_cast<std::uint64_t>(size)));
}

std::string max_in_words(const Field& field) {
  const std::string text = field.range.max_text;
  return text.empty() ? in_digits(field.range.max) : text;
}

std::string min_in_words(const Field& field) {
  const std::string text = field.range.min_text;
  return text.empty() ? in_digits(field.range.min) : text;
}

// Empty where the value is in range; `shown` is the value as the user wrote it.
std::string range_problem(double x, const std::string& shown, const Field& field) {
  const Range& range = field.range;
  if (range.min == range.max && x != range.min) {
    return fmt::format("{} is not known to this program (it reads {} only) — write {}", shown,
                       in_digits(range.min), in_digits(range.min));
  }
  if (x < range.min || (range.above_min && x <= range.min)) {
    if (range.min == 0 && x < 0)
      return fmt::format("{} is negative — write {}", shown, field.example);
    return fmt::format("{} is too small (it must be {} {}) — write {}", shown,
                       range.above_min ? "more than" : "at least", min_in_words(field),
                       field.example);
  }
  if (x <= range.max) return {};
  if (field.kind == Kind::kRatio && range.max == 1 && x <= 100) {
    return fmt::format("{} is too large (a ratio is at most 1) — did you mean \"{} %\"?", shown,
                       shortest(x));
  }
  return fmt::format("{} is too large (at most {})", shown, max_in_words(field));
}

// The example with its quotes taken off.
std::string bare_example(const Field& field) {
  return field.example.size() >= 2 && field.example.front() == '"'
             ? field.example.substr(1, field.example.size() - 2)
             : field.example;
}

std::optional<double> read_quantity(std::string_view text, const Field& field,
                                    std::string& problem) {
  const std::string example = bare_example(field);
  const auto take = [&](const auto& parsed, auto convert) -> std::optional<double> {
    problem = parsed.problem;
    if (!parsed.value) return std::nullopt;
    return convert(*parsed.value);
  };
  const auto same = [](double x) { return x; };
  switch (field.kind) {
    case Kind::kBytes:
      return take(parse_bytes(text, example), [](models::Bytes b) { return b.to_double(); });
    case Kind::kManyBytes:
      return take(parse_many_bytes(text, example), same);
    case Kind::kDuration:
      return take(parse_duration(text, example), [](sim::Duration d) { return d.to_seconds(); });
    case Kind::kByteRate:
      return take(parse_byte_rate(text, example), same);
    case Kind::kFailureRate:
      return take(parse_failure_rate(text, example), same);
    default:
      return take(parse_ratio(text), same);
  }
}

std::optional<Json> read_text(const Value& value, const Field& field, std::string& problem) {
  if (value.type != Value::Type::kText) {
    problem = wrong_type(value, field);
    return std::nullopt;
  }
  if (value.text.empty()) {
    problem = fmt::format("empty text — write {}", field.example);
    return std::nullopt;
  }
  if (has_control_character(value.text)) {
    problem = fmt::format("a control character in {} (such as a line break) — remove it",
                          in_quotes(value.text));
    return std::nullopt;
  }
  if (const std::size_t length = length_of(value.text); length > kLongestText) {
    problem = fmt::format("{} is too long ({}, at most {})", in_quotes(value.text),
                          counted(length, "character"), grouped(kLongestText));
    return std::nullopt;
  }
  if (field.kind != Kind::kName) return value.text;
  if (value.text.size() > kLongestName) {
    problem = fmt::format("{} is too long (at most {} characters: it names a folder)",
                          in_quotes(value.text), kLongestName);
    return std::nullopt;
  }
  std::string mended;
  for (char c : value.text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    const bool allowed = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    if (allowed) mended += c;
    if (!allowed && !mended.empty() && mended.back() != '-') mended += '-';
  }
  if (mended == value.text) return value.text;
  problem = fmt::format(
      "{} is not a name (small letters, digits and hyphens: it names a folder) — "
      "write {}",
      in_quotes(value.text), mended.empty() ? field.example : in_quotes(mended));
  return std::nullopt;
}

std::optional<Json> read_word(const Value& value, const Field& field, std::string& problem) {
  if (value.type != Value::Type::kText) {
    problem = wrong_type(value, field);
    return std::nullopt;
  }
  for (const std::string& word : field.words) {
    if (word == value.text) return value.text;
  }
  const std::string near = nearest(value.text, field.words);
  problem = fmt::format("unknown {} {} (known: {})", field.name, in_quotes(value.text),
                        listed(field.words, 24));
  if (!near.empty()) problem += fmt::format(" — did you mean \"{}\"?", near);
  return std::nullopt;
}

std::optional<Json> read_integer(const Value& value, const Field& field, std::string& problem) {
  const bool fraction =
      value.type == Value::Type::kNumber && std::floor(value.number) != value.number;
  if (value.type != Value::Type::kNumber || fraction) {
    problem = wrong_type(value, field);
    return std::nullopt;
  }
  problem = range_problem(value.number, shortened(value.text), field);
  // Beyond 2^53 doubles skip integers: compare as integers too.
  if (problem.empty() && static_cast<double>(value.whole) <= field.range.max &&
      value.whole > static_cast<std::uint64_t>(field.range.max)) {
    problem =
        fmt::format("{} is too large (at most {})", shortened(value.text), max_in_words(field));
  }
  if (!problem.empty()) return std::nullopt;
  return value.whole;
}

std::optional<Json> read_column(const Value& value, const Field& field, std::string& problem) {
  if (value.type == Value::Type::kText) return read_text(value, field, problem);
  if (value.type != Value::Type::kNumber || !value.is_whole || value.whole == 0 ||
      value.whole > 1'000'000) {
    problem = wrong_type(value, field);
    return std::nullopt;
  }
  return value.whole;
}

}  // namespace

std::optional<Json> read_scalar(const Value& value, const Field& field, std::string& problem) {
  const bool number = value.type == Value::Type::kNumber;
  switch (field.kind) {
    case Kind::kText:
    case Kind::kName:
      return read_text(value, field, problem);
    case Kind::kWord:
      return read_word(value, field, problem);
    case Kind::kInteger:
      return read_integer(value, field, problem);
    case Kind::kColumn:
      return read_column(value, field, problem);
    case Kind::kEnd:
      if (number) return to_json(value);
      return read_text(value, field, problem);
    case Kind::kNumber:
    case Kind::kRatio:
      if (number) {
        problem = range_problem(value.number, shortened(value.text), field);
        if (!problem.empty()) return std::nullopt;
        return to_json(value);
      }
      if (field.kind == Kind::kRatio && value.type == Value::Type::kText) break;
      problem = wrong_type(value, field);
      return std::nullopt;
    default:
      if (number && value.number < 0) {
        problem = fmt::format("{} is negative — write {}", shortened(value.text), field.example);
        return std::nullopt;
      }
      if (number) {
        problem = missing_unit(value.text, dimension_of(field.kind), bare_example(field));
        return std::nullopt;
      }
      if (value.type == Value::Type::kText) break;
      problem = wrong_type(value, field);
      return std::nullopt;
  }
  // A quantity in text.
  for (const std::string& word : field.words) {
    if (word == value.text) return value.text;
  }
  for (const Slip& slip : field.slips) {
    if (slip.text != value.text) continue;
    problem =
        fmt::format("{} is no quantity ({}) — {}", in_quotes(value.text), slip.why, slip.mend);
    return std::nullopt;
  }
  const std::optional<double> quantity = read_quantity(value.text, field, problem);
  if (!quantity) {
    if (!field.words.empty()) {
      problem += fmt::format(" (or write \"{}\")", listed(field.words));
    }
    return std::nullopt;
  }
  problem = range_problem(*quantity, in_quotes(value.text), field);
  if (!problem.empty()) return std::nullopt;
  return value.text;
}

}  // namespace spindle::app
