#pragma once
// How a drive's log-structured store makes room: what is written goes to the end of a log of
// segments, deletes leave holes, and cleaning copies what still lives out of segments to reuse
// them.

#include <cstdint>
#include <optional>

namespace spindle::models {

enum class CleaningOrder {
  kOldestFirst,  // segments in the order in which they were written
  kGreedy,       // the segment with the least live data
  kCostBenefit,  // the greatest (1 - u) * age / (1 + u)
};

struct StoreOptions {
  CleaningOrder cleaning = CleaningOrder::kOldestFirst;
  // Live bytes / bytes of the log, in (0, 1); empty: what the fleet is planned to be filled.
  std::optional<double> fullness;
  // This share of the live bytes gets that share of the overwrites; 0 of both: all alike.
  double hot_data = 0;
  double hot_writes = 0;
};

}  // namespace spindle::models
