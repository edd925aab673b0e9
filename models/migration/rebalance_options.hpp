#pragma once
// Moves that even drives out while the fleet runs.

namespace spindle::models {

enum class RebalanceBy {
  kHeat,  // hot extents go to cooler drives, as many bytes of cold ones come back
  kFill,  // bytes go from fuller drives to emptier ones
};

struct RebalanceOptions {
  RebalanceBy by = RebalanceBy::kHeat;
  double bytes_per_s = 1e6;  // that each drive sends at most, and takes in at most; 0: nothing moves
  // Drives whose heat (fill) is within this share of the fleet's mean are left alone; 0: none is.
  double threshold = 0;
};

}  // namespace spindle::models
