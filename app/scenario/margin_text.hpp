#pragma once
// Margins of gates as a scenario writes them: "0.5 %" of a ratio, "2 GB/s" of a rate. A quantity
// above 0 in the unit that the table of metrics gives, or in another of the same kind; of ratios
// and counts also a bare number.

#include <string>
#include <string_view>

#include "app/report/metric_table.hpp"
#include "app/scenario/json_document.hpp"
#include "app/scenario/scenario.hpp"
#include "app/scenario/units.hpp"

namespace spindle::app {

// Precondition of each: `metric` is in the table. Where a margin is stated is left empty.
Parsed<Gate> parse_margin(std::string_view metric, std::string_view text);
Parsed<Gate> read_margin(std::string_view metric, const Value& value);

// A valid margin for a metric of that unit: "0.02".
std::string margin_example(const MetricRow& row);
// A regular expression (ECMA 262) that the margins of the metric match.
std::string margin_pattern(const MetricRow& row);

}  // namespace spindle::app
