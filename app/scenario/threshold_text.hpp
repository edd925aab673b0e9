#pragma once
// Thresholds as a scenario writes them: "< 2 %" of a ratio, ">= 100 GB/s" of a rate, ">= 1e6 yr".
// An operator (<, <=, >, >=), then a quantity in the unit that the table of metrics gives, or in
// another of the same kind.

#include <string>
#include <string_view>

#include "app/report/metric_table.hpp"
#include "app/scenario/json_document.hpp"
#include "app/scenario/scenario.hpp"
#include "app/scenario/units.hpp"

namespace spindle::app {

// Precondition of each: `metric` is in the table. Where a threshold is stated is left empty.
Parsed<Threshold> parse_threshold(std::string_view metric, std::string_view text);
Parsed<Threshold> read_threshold(std::string_view metric, const Value& value);

// A valid threshold for a metric of that unit: "< 0.8".
std::string threshold_example(const MetricRow& row);
// A regular expression (ECMA 262) that the thresholds of the metric match.
std::string threshold_pattern(const MetricRow& row);

// A quantity in the metric's unit: "1 MB/yr".
std::string quantity_example(const MetricRow& row);

// What to say of a name that is no metric's.
std::string unknown_metric(std::string_view name);

// Whether `value`, in the metric's unit, is on the right side of the bound. An undefined or
// infinite value never is: results files hold neither.
bool holds(const Threshold& threshold, double value);

}  // namespace spindle::app
