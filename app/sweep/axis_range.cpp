#include "app/sweep/axis_range.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include "app/text/wording.hpp"
#include "sim/math.hpp"

namespace spindle::app {
namespace {

// Digits that people read, and that make a short column; ranges are not cut finer.
double to_six_digits(double x) {
  const std::string text = fmt::format("{:.6g}", x);
  double rounded = x;
  std::from_chars(text.data(), text.data() + text.size(), rounded);
  return rounded;
}

// The number that a quantity begins with, and the unit behind it.
struct Written {
  double number = 0;
  std::string unit;
};

Written written(const Value& value) {
  if (value.type == Value::Type::kNumber) return {value.number, {}};
  std::string_view text = value.text;
  const auto skip_blanks = [&] {
    while (text.starts_with(' ')) text.remove_prefix(1);
  };
  Written out;
  skip_blanks();
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out.number);
  if (error == std::errc()) text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  skip_blanks();
  while (text.ends_with(' ')) text.remove_suffix(1);
  out.unit = text;
  return out;
}

}  // namespace

std::optional<Measure> measure_of(const Value& value) {
  if (value.type == Value::Type::kNumber) return Measure{Dimension::kRatio, value.number};
  if (value.type != Value::Type::kText || value.text.empty()) return std::nullopt;
  const char first = value.text[value.text.find_first_not_of(' ') % value.text.size()];
  if (first < '.' || first > '9') return std::nullopt;  // a word: no need to try
  if (const auto ratio = parse_ratio(value.text); ratio.value)
    return Measure{Dimension::kRatio, *ratio.value};
  if (const auto bytes = parse_bytes(value.text); bytes.value) {
    return Measure{Dimension::kBytes, bytes.value->to_double()};
  }
  if (const auto time = parse_duration(value.text); time.value) {
    return Measure{Dimension::kDuration, time.value->to_seconds()};
  }
  if (const auto rate = parse_byte_rate(value.text); rate.value) {
    return Measure{Dimension::kByteRate, *rate.value};
  }
  if (const auto rate = parse_failure_rate(value.text); rate.value) {
    return Measure{Dimension::kFailureRate, *rate.value};
  }
  return std::nullopt;
}

std::optional<AxisRange> AxisRange::read(const Value& from, const Value& to, bool log, bool whole,
                                         std::string& problem) {
  const std::optional<Measure> a = measure_of(from);
  const std::optional<Measure> b = measure_of(to);
  for (const auto& [end, measure] : {std::pair(&from, &a), std::pair(&to, &b)}) {
    if (*measure) continue;
    problem =
        fmt::format("{} is neither a number nor a quantity — write \"1 GB\", or 3", describe(*end));
    return std::nullopt;
  }
  if (a->dimension != b->dimension) {
    problem = fmt::format(
        "from {} to {} is no range (they measure different things) — write both "
        "in units of one kind",
        describe(from), describe(to));
    return std::nullopt;
  }
  if (!(a->value < b->value)) {
    problem = fmt::format(
        "from {} to {} is no range (the end must be the greater) — let it end above its start, or "
        "state one value",
        describe(from), describe(to));
    return std::nullopt;
  }
  if (log && !(a->value > 0)) {
    problem = "a log scale cannot start at 0 or below — start above 0, or leave `scale` out";
    return std::nullopt;
  }
  AxisRange range;
  range.from_value_ = from;
  range.to_value_ = to;
  const Written start = written(from);
  const Written end = written(to);
  range.unit_ = a->value != 0 ? start.unit : end.unit;
  range.from_ = start.number;
  range.to_ = a->value != 0 ? start.number * (b->value / a->value) : end.number;
  range.log_ = log;
  range.whole_ = whole && range.unit_.empty();
  return range;
}

double AxisRange::number_at(double share) const {
  if (!log_) return from_ + share * (to_ - from_);
  return from_ * sim::exp(share * sim::log(to_ / from_));
}

Value AxisRange::as_value(double number) const {
  const std::string digits = whole_ ? fmt::format("{:.0f}", number) : shortest(number);
  Value value = unit_.empty() ? *parse_document(digits).value
                              : text_value(fmt::format("{} {}", digits, unit_));
  set_origin(value, from_value_.origin);
  return value;
}

Value AxisRange::at(double share) const {
  if (!whole_) return as_value(to_six_digits(number_at(share)));
  const double number =
      log_ ? std::round(number_at(share)) : std::floor(from_ + share * (to_ - from_ + 1));
  return as_value(std::clamp(number, std::ceil(from_), std::floor(to_)));
}

std::vector<Value> AxisRange::steps(std::size_t count) const {
  std::vector<Value> out{from_value_};
  for (std::size_t i = 1; i + 1 < count; ++i) {
    const double number = number_at(static_cast<double>(i) / static_cast<double>(count - 1));
    Value value = as_value(whole_ ? std::round(number) : to_six_digits(number));
    if (value.text != out.back().text) out.push_back(std::move(value));
  }
  if (out.back().text == to_value_.text) out.pop_back();
  out.push_back(to_value_);
  return out;
}

}  // namespace spindle::app
