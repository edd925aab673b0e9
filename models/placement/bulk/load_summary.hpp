#pragma once
// Exact statistics of what drives hold.

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace spindle::models {

// A quantile p of n drives is the ceil(p n)-th smallest value (nearest rank): always one that some
// drive has. All 0 without drives.
struct LoadDistribution {
  double mean = 0;
  double sd = 0;  // divided by n
  double min = 0;
  double p0_1 = 0;
  double p50 = 0;
  double p99 = 0;
  double p99_9 = 0;
  double max = 0;
};

// Drives with a load in [low, high).
struct LoadBar {
  double low = 0;
  double high = 0;
  std::uint64_t drives = 0;
};

struct LoadSummary {
  LoadDistribution load;
  std::vector<LoadBar> histogram;  // bars of one width, 1, 2 or 5 times a power of ten; 60 at most
};

// Hands f the loads, in runs of any length: whole numbers.
using EachLoad = std::function<void(const std::function<void(std::span<const std::uint32_t>)>&)>;

// Of `base` + each load, in units of `unit`: one shard, or a fraction of it. Reads the loads some
// ten times; takes 1 MB, and where they differ by more than 65,535, 4 bytes for each that is near a
// quantile.
LoadSummary summarise(const EachLoad& loads, std::uint64_t base, double unit);

// Of values in any order, which is changed.
LoadDistribution distribution_of(std::vector<double>& values);

}  // namespace spindle::models
