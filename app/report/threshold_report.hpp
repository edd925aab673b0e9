#pragma once
// A run's metrics held to its scenario's thresholds, and what is said of them.

#include <string>
#include <vector>

#include "app/report/metric_table.hpp"
#include "app/report/text_table.hpp"
#include "app/scenario/json_document.hpp"
#include "app/scenario/reader.hpp"
#include "app/scenario/scenario.hpp"

namespace spindle::app {

struct CheckedThreshold {
  Threshold threshold;
  double value = 0;   // not finite: undefined
  double margin = 0;  // in the metric's unit, how far the value is on the right side of the bound
  bool holds = false;
};

// One a threshold, in the scenario's order.
std::vector<CheckedThreshold> check_thresholds(const std::vector<Threshold>& thresholds,
                                               const Metrics& metrics);
bool all_hold(const std::vector<CheckedThreshold>& checks);

// metric, value, threshold, margin, verdict. kTable, kCsv (full precision) or kMarkdown.
std::string check_table(const std::vector<CheckedThreshold>& checks, Format format);
// {"scenario", "passed", "checks": [{"metric", "value", "threshold", "holds"}]}
Json check_object(const std::string& scenario, const std::vector<CheckedThreshold>& checks);
// "FILE:LINE:COL: thresholds.heat.util.max: 1.31 is not <= 0.8" of a broken one.
Problem broken_threshold(const CheckedThreshold& check);

}  // namespace spindle::app
