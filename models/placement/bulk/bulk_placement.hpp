#pragma once
// Balls into bins at tens of millions of drives: what every drive holds, and no map of what.
//
// Objects are placed one after the other; what one draws depends on the seed and its number only
// (models/placement/bulk/bulk_draws.hpp), and no clock, thread or hash decides anything. Memory:
// bulk_memory_bytes, 1 to 4 bytes a drive where shards are equal and loads exact. Cost a shard on
// one core at 2e7 drives: docs/theory/placement.md.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "models/placement/bulk/bulk_fleet.hpp"
#include "models/placement/bulk/bulk_options.hpp"
#include "models/placement/bulk/load_summary.hpp"

namespace spindle::models {

// What an empty cohort of drives was given of the writes after the others were filled.
struct CohortResult {
  std::uint64_t drives = 0;
  std::uint64_t writes = 0;        // shards
  std::uint64_t received = 0;      // by the cohort, in shards of mean size
  double multiplier = 0;           // its share of writes / its share of drives
  std::optional<double> expected;  // (1 - (1 - x)^d) / x, where the cohort stays the emptiest
};

// Drives of one capacity.
struct ClassResult {
  double capacity = 0;
  std::uint64_t drives = 0;
  double fill_mean = 0;  // over the drives
};

struct BulkResult {
  std::uint64_t objects = 0;  // placed; those that replaced others count too
  std::uint64_t shards = 0;
  bool is_stopped = false;  // `progress` said so
  bool is_full = false;     // a drive is, or the next object does not fit
  // Objects that were asked for and found no room; 0 with until_full, where none is asked for.
  std::uint64_t unplaced = 0;
  LoadDistribution load;    // mean shards a drive
  std::vector<LoadBar> histogram;
  double effective_load = 0;  // (sum of sizes)^2 / sum of squares / drives, of what is stored
  // Of capacity: `mean` is all that is stored over all capacity. Absent where none was stated.
  std::optional<LoadDistribution> fill;
  // Of fill, or of load where no capacity was stated; 0 in an empty fleet.
  double over = 0;      // max / mean - 1
  double under = 0;     // 1 - min / mean
  double stranded = 0;  // 1 - mean / max
  std::vector<ClassResult> classes;
  std::optional<CohortResult> cohort;
};

class BulkEngine;

// Places what the options ask for. `progress` is called with the share done in [0, 1] every few
// million shards; returning false stops, and the result says so. Throws std::invalid_argument with
// all of bulk_problems, one a line; std::overflow_error where a drive's load leaves its 32 bits.
class BulkPlacement {
 public:
  explicit BulkPlacement(const BulkOptions& options);
  ~BulkPlacement();
  BulkPlacement(const BulkPlacement&) = delete;
  BulkPlacement& operator=(const BulkPlacement&) = delete;

  // Once.
  BulkResult run(const std::function<bool(double)>& progress = {});

  // After run(): what a drive holds, in load_unit() shards of mean size.
  [[nodiscard]] std::uint64_t load(std::uint32_t drive) const;
  [[nodiscard]] double load_unit() const;

 private:
  BulkOptions options_;
  BulkFleet fleet_;
  std::unique_ptr<BulkEngine> engine_;
};

}  // namespace spindle::models
