#include <algorithm>
#include <limits>
#include <stdexcept>

#include "app/report/metric_table.hpp"

namespace spindle::app {

void Metrics::set(const std::string& name, double value) {
  const MetricRow* row = find_metric(name);
  if (row == nullptr) throw std::logic_error("metric not in the table: " + name);
  // Two values of one name would be read as one here and as the other there.
  if (has(name)) throw std::logic_error("metric set twice: " + name);
  const auto later = std::find_if(values_.begin(), values_.end(), [&](const auto& entry) {
    return find_metric(entry.first) > row;
  });
  values_.emplace(later, name, value);
}

void Metrics::forget(std::string_view name) {
  for (auto& [key, value] : values_) {
    const bool is_meant = name.ends_with('.') ? key.starts_with(name) : key == name;
    if (is_meant) value = std::numeric_limits<double>::quiet_NaN();
  }
}

bool Metrics::has(std::string_view name) const {
  return std::any_of(values_.begin(), values_.end(),
                     [&](const auto& entry) { return entry.first == name; });
}

double Metrics::get(std::string_view name) const {
  for (const auto& [key, value] : values_) {
    if (key == name) return value;
  }
  return std::numeric_limits<double>::quiet_NaN();
}

}  // namespace spindle::app
