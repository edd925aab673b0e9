#include "app/scenario/threshold_text.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <optional>

#include "app/text/wording.hpp"

namespace spindle::app {
namespace {

constexpr std::string_view kOperatorCharacters = "<>=!~";

struct Operator {
  std::string_view text;
  Comparison comparison;
};

constexpr std::array kOperators = {
    Operator{"<", Comparison::kLess},
    Operator{"<=", Comparison::kLessOrEqual},
    Operator{">", Comparison::kGreater},
    Operator{">=", Comparison::kGreaterOrEqual},
};

// What else is written for them.
struct OperatorAlias {
  std::string_view text;
  std::string_view meant;
};

constexpr std::array kAliases = {
    OperatorAlias{"=<", "<="},
    OperatorAlias{"=>", ">="},
    OperatorAlias{"<<", "<"},
    OperatorAlias{">>", ">"},
    OperatorAlias{"\xE2\x89\xA4", "<="},  // less-than or equal to
    OperatorAlias{"\xE2\x89\xA5", ">="},  // greater-than or equal to
};

// How a threshold of each unit is written.
struct UnitExample {
  std::string_view unit;
  std::string_view sign;
  std::string_view quantity;
};

constexpr std::array kExamples = {
    UnitExample{"1", "<", "0.8"},        UnitExample{"1/yr", "<", "1e-9 /yr"},
    UnitExample{"yr", ">=", "1e6 yr"},   UnitExample{"B/yr", "<", "1 MB/yr"},
    UnitExample{"B/s", ">=", "50 GB/s"}, UnitExample{"1/s", ">=", "100 /s"},
};

// Every other unit is its own example.
UnitExample example_for(std::string_view unit) {
  for (const UnitExample& example : kExamples) {
    if (example.unit == unit) return example;
  }
  return {unit, "<", {}};
}

std::string example_quantity(std::string_view unit) {
  const UnitExample example = example_for(unit);
  return example.quantity.empty() ? fmt::format("1 {}", unit) : std::string(example.quantity);
}

// The operator that the text begins with, known or not: "=<" of "=< 2".
std::string_view leading_operator(std::string_view text) {
  for (const OperatorAlias& alias : kAliases) {
    if (text.starts_with(alias.text)) return text.substr(0, alias.text.size());
  }
  return text.substr(0, std::min(text.find_first_not_of(kOperatorCharacters), text.size()));
}

std::string operator_problem(std::string_view text, std::string_view sign, const MetricRow& row) {
  if (sign.empty()) {
    const bool quantity = parse_as(text, row.unit, "").value.has_value();
    return fmt::format(
        "{} does not begin with <, <=, > or >= — write \"{}\"", in_quotes(text),
        quantity ? fmt::format("{} {}", example_for(row.unit).sign, text) : threshold_example(row));
  }
  for (const OperatorAlias& alias : kAliases) {
    if (alias.text != sign) continue;
    return fmt::format("unknown operator \"{}\" (known: <, <=, >, >=) — did you mean \"{}\"?", sign,
                       alias.meant);
  }
  return fmt::format("unknown operator {} (known: <, <=, >, >=) — write \"{}\"", in_quotes(sign),
                     threshold_example(row));
}

Parsed<Threshold> fail(std::string problem) {
  return {std::nullopt, std::move(problem)};
}

}  // namespace

Parsed<Threshold> parse_threshold(std::string_view metric, std::string_view text) {
  const MetricRow& row = *find_metric(metric);
  text = trimmed(text);
  if (text.empty()) return fail(fmt::format("empty text — write \"{}\"", threshold_example(row)));
  const std::string_view sign = leading_operator(text);
  for (const Operator& known : kOperators) {
    if (known.text != sign) continue;
    const std::string example = example_quantity(row.unit);
    const Parsed<double> bound = parse_as(trimmed(text.substr(sign.size())), row.unit, example);
    if (!bound.value) return fail(fmt::format("after \"{}\": {}", sign, bound.problem));
    Threshold threshold;
    threshold.metric = metric;
    threshold.text = text;
    threshold.comparison = known.comparison;
    threshold.bound = *bound.value;
    return {std::move(threshold), {}};
  }
  return fail(operator_problem(text, sign, row));
}

Parsed<Threshold> read_threshold(std::string_view metric, const Value& value) {
  if (value.type == Value::Type::kText) return parse_threshold(metric, value.text);
  const MetricRow& row = *find_metric(metric);
  return fail(fmt::format("must be an operator and a bound in double quotes, got {} — write \"{}\"",
                          describe(value), threshold_example(row)));
}

std::string threshold_example(const MetricRow& row) {
  return fmt::format("{} {}", example_for(row.unit).sign, example_quantity(row.unit));
}

std::string threshold_pattern(const MetricRow& row) {
  constexpr std::string_view kStart = "^ *";
  return "^ *[<>]=? *" + quantity_pattern(dimension_of_unit(row.unit), false).substr(kStart.size());
}

std::string quantity_example(const MetricRow& row) {
  return example_quantity(row.unit);
}

std::string unknown_metric(std::string_view name) {
  std::vector<std::string> known;
  std::vector<std::string> endings;  // the metrics that end in the name: "skew.over"
  for (const MetricRow& row : metric_table()) {
    known.emplace_back(row.name);
    if (known.back().ends_with(fmt::format(".{}", name))) endings.push_back(known.back());
  }
  if (!endings.empty()) {
    return fmt::format("unknown metric — did you mean {}?", listed(endings, 3));
  }
  const std::string near = nearest(name, known);
  if (!near.empty()) return fmt::format("unknown metric — did you mean \"{}\"?", near);
  return "unknown metric — `spindle list metrics` names them all";
}

bool holds(const Threshold& threshold, double value) {
  if (!std::isfinite(value)) return false;
  switch (threshold.comparison) {
    case Comparison::kLess:
      return value < threshold.bound;
    case Comparison::kLessOrEqual:
      return value <= threshold.bound;
    case Comparison::kGreater:
      return value > threshold.bound;
    case Comparison::kGreaterOrEqual:
      return value >= threshold.bound;
  }
  return false;
}

}  // namespace spindle::app
