#include "app/scenario/margin_text.hpp"

#include <fmt/format.h>

#include "app/scenario/threshold_text.hpp"
#include "app/text/wording.hpp"

namespace spindle::app {

Parsed<Gate> parse_margin(std::string_view metric, std::string_view text) {
  const MetricRow& row = *find_metric(metric);
  if (text.find_first_of("<>=") != std::string_view::npos) {
    return {std::nullopt,
            fmt::format("{} is a bound (a margin is how far the metric may move either "
                        "way) — write \"{}\", or state it in thresholds",
                        in_quotes(text), margin_example(row))};
  }
  const Parsed<double> margin = parse_as(text, row.unit, margin_example(row));
  if (!margin.value) return {std::nullopt, margin.problem};
  if (!(*margin.value > 0)) {
    return {std::nullopt,
            fmt::format("{} is no margin (it must be above 0: no number of runs shows "
                        "that two means are exactly equal) — write \"{}\"",
                        in_quotes(text), margin_example(row))};
  }
  Gate gate;
  gate.metric = metric;
  gate.text = text;
  gate.margin = *margin.value;
  return {std::move(gate), {}};
}

Parsed<Gate> read_margin(std::string_view metric, const Value& value) {
  if (value.type == Value::Type::kText || value.type == Value::Type::kNumber) {
    return parse_margin(metric, value.text);
  }
  return {std::nullopt, fmt::format("must be a quantity, got {} — write \"{}\"", describe(value),
                                    margin_example(*find_metric(metric)))};
}

std::string margin_example(const MetricRow& row) {
  return std::string_view(row.unit) == "1" ? "0.02" : quantity_example(row);
}

std::string margin_pattern(const MetricRow& row) {
  return quantity_pattern(dimension_of_unit(row.unit), true);
}

}  // namespace spindle::app
