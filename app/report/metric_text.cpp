#include "app/report/metric_text.hpp"

#include <cmath>

#include "app/report/text_table.hpp"
#include "app/text/wording.hpp"

namespace spindle::app {
namespace {

bool counts_bytes(const MetricRow& row) {
  const std::string_view unit(row.unit);
  return unit == "B" || unit.starts_with("B/");
}

}  // namespace

std::string metric_text(const MetricRow& row, double value) {
  if (!std::isfinite(value)) return "-";
  if (counts_bytes(row)) return human_bytes(value);
  const bool is_whole = value == std::floor(value) && value >= 0 && value < 1e15;
  return is_whole ? whole(value) : significant(value, 4);
}

std::string metric_unit_text(const MetricRow& row) {
  const std::string_view unit(row.unit);
  if (unit == "1") return "";
  return std::string(counts_bytes(row) ? unit.substr(1) : unit);
}

std::string metric_with_unit(const MetricRow& row, double value) {
  const std::string unit = metric_unit_text(row);
  const bool apart = !unit.empty() && !unit.starts_with('/');
  return metric_text(row, value) + (apart ? " " : "") + unit;
}

std::string metric_as_written(const MetricRow& row, std::string_view written, double value) {
  if (value < 0) return "-" + metric_as_written(row, written, -value);
  if (written.ends_with('%')) return significant(100 * value, 4) + " %";
  return metric_with_unit(row, value);
}

}  // namespace spindle::app
