#include "app/report/threshold_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "app/report/json_number.hpp"
#include "app/report/metric_text.hpp"
#include "app/scenario/threshold_text.hpp"
#include "app/text/wording.hpp"

namespace spindle::app {
namespace {

std::string quantity_text(const CheckedThreshold& check, double value) {
  return metric_as_written(*find_metric(check.threshold.metric), check.threshold.text, value);
}

std::string value_text(const CheckedThreshold& check) {
  if (!std::isfinite(check.value)) return "undefined";
  const MetricRow& row = *find_metric(check.threshold.metric);
  std::string text = quantity_text(check, check.value);
  // Rounding must put the value neither on the bound nor beyond it: "0.8 is not <= 0.8".
  const Parsed<double> shown = parse_as(text, row.unit, "");
  const bool moved = shown.value && (holds(check.threshold, *shown.value) != check.holds ||
                                     (*shown.value == check.threshold.bound) !=
                                         (check.value == check.threshold.bound));
  if (!moved) return text;
  const std::string unit = std::string_view(row.unit) == "1" ? "" : fmt::format(" {}", row.unit);
  return shortest(check.value) + unit;
}

std::string margin_text(const CheckedThreshold& check) {
  if (!std::isfinite(check.value)) return "-";
  return (check.margin > 0 ? "+" : "") + quantity_text(check, check.margin);
}

std::string check_csv(const std::vector<CheckedThreshold>& checks) {
  std::string out = "metric,unit,value,threshold,margin,verdict\n";
  for (const CheckedThreshold& check : checks) {
    const bool defined = std::isfinite(check.value);
    out += fmt::format(
        "{},{},{},{},{},{}\n", check.threshold.metric, find_metric(check.threshold.metric)->unit,
        defined ? fmt::format("{}", check.value) : "", check.threshold.text,
        defined ? fmt::format("{}", check.margin) : "", check.holds ? "ok" : "BROKEN");
  }
  return out;
}

}  // namespace

std::vector<CheckedThreshold> check_thresholds(const std::vector<Threshold>& thresholds,
                                               const Metrics& metrics) {
  std::vector<CheckedThreshold> checks;
  for (const Threshold& threshold : thresholds) {
    const double value = metrics.get(threshold.metric);
    const bool upper = threshold.comparison == Comparison::kLess ||
                       threshold.comparison == Comparison::kLessOrEqual;
    const double margin = upper ? threshold.bound - value : value - threshold.bound;
    checks.push_back({threshold, value, margin, holds(threshold, value)});
  }
  return checks;
}

bool all_hold(const std::vector<CheckedThreshold>& checks) {
  return std::all_of(checks.begin(), checks.end(),
                     [](const CheckedThreshold& check) { return check.holds; });
}

std::string check_table(const std::vector<CheckedThreshold>& checks, Format format) {
  if (format == Format::kCsv) return check_csv(checks);
  TextTable table({{"metric", false}, {"value"}, {"threshold"}, {"margin"}, {"verdict", false}});
  for (const CheckedThreshold& check : checks) {
    table.add_row({check.threshold.metric, value_text(check), check.threshold.text,
                   margin_text(check), check.holds ? "ok" : "BROKEN"});
  }
  return table.render(format);
}

Json check_object(const std::string& scenario, const std::vector<CheckedThreshold>& checks) {
  Json rows = Json::array();
  for (const CheckedThreshold& check : checks) {
    rows.push_back({{"metric", check.threshold.metric},
                    {"value", json_number(check.value)},
                    {"threshold", check.threshold.text},
                    {"holds", check.holds}});
  }
  return {{"scenario", scenario}, {"passed", all_hold(checks)}, {"checks", rows}};
}

Problem broken_threshold(const CheckedThreshold& check) {
  const Threshold& threshold = check.threshold;
  const std::string value = value_text(check) + (std::isfinite(check.value) ? " is" : ", and so");
  return {threshold.file, threshold.line, threshold.column, "thresholds." + threshold.metric,
          fmt::format("{} not {}", value, threshold.text)};
}

}  // namespace spindle::app
