#pragma once
// What `spindle place` prints.

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/place/fleet_change.hpp"
#include "app/report/text_table.hpp"
#include "models/placement/bulk/bulk_placement.hpp"

namespace spindle::app {

struct PlaceReport {
  const models::BulkOptions& options;
  models::BulkResult result;
  std::string policy;
  double memory_bytes = 0;
  double seconds = 0;  // processor time of placing
  bool with_histogram = false;
  std::optional<ChangeReport> change;

  // Names are those of the design; what is undefined is NaN. All but placements_per_s depend on the
  // options alone.
  [[nodiscard]] std::vector<std::pair<std::string, double>> metrics() const;
  [[nodiscard]] std::string render(Format format) const;

 private:
  [[nodiscard]] std::string render_table(Format format) const;
  [[nodiscard]] std::string render_json() const;
  [[nodiscard]] std::string render_csv() const;
};

}  // namespace spindle::app
