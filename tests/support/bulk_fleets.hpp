#pragma once
// Fleets of balls into bins for the oracle tests.

#include <cstdint>
#include <functional>

#include "models/placement/bulk/bulk_placement.hpp"

namespace spindle::test {

// `per_drive` single shards a drive, d choices, and what `change` makes of it.
inline models::BulkOptions bins(
    std::uint32_t drives, double per_drive, std::uint32_t choices,
    const std::function<void(models::BulkOptions&)>& change = [](models::BulkOptions&) {}) {
  models::BulkOptions options;
  options.drives = drives;
  options.per_drive = per_drive;
  options.policy = models::BulkPolicy::kDChoices;
  options.choices = choices;
  options.seed = {1};
  change(options);
  return options;
}

inline models::BulkResult place_bulk(const models::BulkOptions& options) {
  models::BulkPlacement placement(options);
  return placement.run();
}

}  // namespace spindle::test
