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
// for traces below 4 us and series of fewer than 4 samples.
std::vector<std::int64_t> cascade_widths(std::int64_t span_ns, std::int64_t sample_ns);

class CascadeFit {
 public:
  // `widths_ns` as from cascade_widths(). Throws std::invalid_argument where they are none, not
  // above 0, or one is no whole number (2 to Cascade::kMostShares) of the next.
  explicit CascadeFit(std::vector<std::int64_t> widths_ns);

  // Times from 0 on must not fall. Cost: about 10 ns, and O(levels) at the end of a bin.
  void add(std::int64_t time_ns, double amount);

  struct Scale {
    std::int64_t width_ns = 0;
    std::uint64_t bins = 0;   // whole ones
    double peak = 0;          // amount in the fullest bin
    double peak_to_mean = 0;  // 0 without bins or amounts
  };
  struct Result {
    std::vector<Scale> scales;  // the widest first
    double rate_per_s = 0;      // mean over the whole bins of the finest scale
    // Its period is the whole bins of the widest scale. Empty where there are fewer than two of
    // these, more than Cascade::kMostShares, or nothing in them.
    std::optional<Cascade> cascade;
  };
  // Call once; bins that end by `end_ns` count.
  [[nodiscard]] Result finish(std::int64_t end_ns);

 private:
  struct Level {
    std::int64_t width_ns = 0;
    std::int64_t bin = 0;  // the one being filled
    double filling = 0;
    double peak = 0;
    sim::CompensatedSum whole;   // of whole bins
    std::vector<double> parts;   // of the bin being filled: those of the next level that hold load
    std::vector<double> ranked;  // parts by rank, the greatest first, summed over whole bins
  };

  void close_until(std::size_t level, std::int64_t time_ns);
  void close_bin(std::size_t level);
  [[nodiscard]] std::vector<double> shares_below(std::size_t level, double peak_share) const;

  std::vector<Level> levels_;
  std::vector<double> tops_;  // whole bins of the widest scale
};

}  // namespace spindle::models
