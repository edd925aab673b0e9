#pragma once
// Finds the cascade (models/tenant/cascade.hpp) whose peaks over bins of given widths are those of
// a load that arrives at instants, in one pass. How, and what such a twin does not reproduce:
// docs/theory/tenants.md.

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "models/tenant/cascade.hpp"
#include "sim/compensated_sum.hpp"

namespace spindle::models {

// Widths of bins that suit a trace of that span, the widest first, each a whole number of the next:
// days, hours, minutes and seconds, or, of a short trace, three neighbouring powers of ten; of a
// series (sample_ns > 0) its samples are the finest. The span holds at least 4 of the widest, but
// for traces below 4 us and series of fewer than 4 samples. Of requests, a width whose whole bins
// leave out more than a tenth of the span gives way to the next, where that leaves out less.
std::vector<std::int64_t> cascade_widths(std::int64_t span_ns, std::int64_t sample_ns);

class CascadeFit {
 public:
  // `widths_ns` as from cascade_widths(); the load lasts from 0 to `end_ns`. Throws
  // std::invalid_argument where widths are none, not above 0, or one is no whole number (2 to
  // Cascade::kMostShares) of the next.
  CascadeFit(std::vector<std::int64_t> widths_ns, std::int64_t end_ns);

  // Times from 0 on must not fall. Cost: about 10 ns, and O(levels) at the end of a bin.
  void add(std::int64_t time_ns, double amount);

  struct Scale {
    std::int64_t width_ns = 0;
    std::uint64_t bins = 0;   // of the fitted span
    double peak = 0;          // amount in the fullest of them
    double peak_to_mean = 0;  // 0 without bins or amounts
    double load_peak = 0;     // amount in the fullest whole bin of all the load
  };
  struct Result {
    std::vector<Scale> scales;  // the widest first
    // The whole bins of the widest scale: shares, peaks and mean are all of this span, or a peak
    // could stand against a mean, and a share of a bin, that it is no part of.
    std::int64_t fitted_ns = 0;
    double fitted = 0;      // amount in it
    double all = 0;         // amount that was added
    double rate_per_s = 0;  // mean over the fitted span
    // Its period is the fitted span. Empty where there are fewer than two of
    // these, more than Cascade::kMostShares, or nothing in them.
    std::optional<Cascade> cascade;
  };
  // Call once; bins that end by the load's end count.
  [[nodiscard]] Result finish();

 private:
  struct Level {
    std::int64_t width_ns = 0;
    std::int64_t bin = 0;  // the one being filled
    double filling = 0;
    double peak = 0;             // of bins in the fitted span
    double load_peak = 0;        // of all whole bins
    sim::CompensatedSum whole;   // of bins in the fitted span
    std::vector<double> parts;   // of the bin being filled: those of the next level that hold load
    std::vector<double> ranked;  // parts by rank, the greatest first, summed likewise
  };

  void close_until(std::size_t level, std::int64_t time_ns);
  void close_bin(std::size_t level);
  [[nodiscard]] std::vector<double> shares_below(std::size_t level, double peak_share) const;

  std::int64_t end_ns_;
  std::int64_t fitted_ns_ = 0;
  sim::CompensatedSum all_;
  std::vector<Level> levels_;
  std::vector<double> tops_;  // whole bins of the widest scale that hold load
};

}  // namespace spindle::models
