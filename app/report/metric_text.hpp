#pragma once
// Values of metrics for people: bytes with a decimal unit, whole numbers grouped, the rest to four
// digits.

#include <string>
#include <string_view>

#include "app/report/metric_table.hpp"

namespace spindle::app {

// "0.198", "75,000", "4.5 PB"; "-" where undefined. Of bytes it holds the bytes' unit.
std::string metric_text(const MetricRow& row, double value);
// The unit that metric_text leaves to be said: "/s" of "B/s", nothing of ratios.
std::string metric_unit_text(const MetricRow& row);
// Both: "0.198", "98 GB/s", "2e+06 yr".
std::string metric_with_unit(const MetricRow& row, double value);
// The same of a value of either sign, and in per cent where `written`, what it is held to, is so.
std::string metric_as_written(const MetricRow& row, std::string_view written, double value);

}  // namespace spindle::app
