#pragma once
// A load that arrives at instants, summed over bins of equal width, in one pass and constant
// memory: peak, index of dispersion, and how its variance and entropy change with the scale.
// Estimators and their range of validity: docs/theory/tenants.md.

#include <array>
#include <cstdint>
#include <optional>

#include "sim/statistics.hpp"

namespace spindle::models {

// Bins of one width from time 0 on; only those that are over count.
class BinnedLoad {
 public:
  // Precondition: width_ns > 0.
  explicit BinnedLoad(std::int64_t width_ns) : width_ns_(width_ns) {}

  // Times must not fall. Cost: constant, whatever lies between two of them.
  void add(std::int64_t time_ns, double amount);
  // Ends the load: bins up to `end_ns` count.
  void finish(std::int64_t end_ns) { close_until(end_ns / width_ns_); }

  [[nodiscard]] std::uint64_t bins() const { return moments_.count(); }
  // NaN without bins, or where all are empty.
  [[nodiscard]] double peak_to_mean() const;
  // Variance over mean of the bins (n - 1 in the variance's denominator); NaN for fewer than two.
  [[nodiscard]] double dispersion() const;

 private:
  void close_until(std::int64_t bin);

  std::int64_t width_ns_;
  std::int64_t bin_ = 0;  // the one being filled
  double filling_ = 0;
  sim::Moments moments_;
};

// The same load on scales of w, 2w, 4w, …: at each, neighbours a and b of every pair of bins.
class DyadicLoad {
 public:
  // A bin every 1/per_second s, or every sample_ns where that is above 0.
  // `are_counts`: amounts are numbers of requests, whose chance within bins is to be told from the
  // load's own variation.
  DyadicLoad(std::int64_t per_second, std::int64_t sample_ns, bool are_counts);

  void add(std::int64_t time_ns, double amount);  // as BinnedLoad::add; constant on average
  void finish(std::int64_t end_ns);

  // Scales over which a slope was taken, in seconds.
  struct Estimate {
    double value = 0;
    double from_s = 0;
    double to_s = 0;
  };
  // The finest scale whose bins hold 10 requests on average, below which chance drowns the load's
  // own variation; of amounts that are no counts the finest of all.
  [[nodiscard]] std::size_t first_scale() const;
  // Haar wavelet estimate of the Hurst parameter (Abry and Veitch 1998), and bias b of the b-model
  // by its entropy plot (Wang et al. 2002); both over the scales from `first` on that have 8 pairs
  // or more; the Hurst parameter's without those below which the load is smooth. Empty for fewer
  // than three such scales, or where the load does not vary.
  [[nodiscard]] std::optional<Estimate> hurst(std::size_t first) const;
  [[nodiscard]] std::optional<Estimate> bias(std::size_t first) const;

 private:
  struct Scale {
    bool has_left = false;
    double left = 0;  // of a pair whose right bin is not over
    std::uint64_t pairs = 0;
    double total = 0;
    double squares = 0;  // sum of (a - b)^2
    double bits = 0;     // sum of (a + b) h(a / (a + b))
  };
  static constexpr std::size_t kScales = 64;
  struct Range {
    std::size_t first = 0;
    std::size_t last = 0;  // one past
  };

  [[nodiscard]] std::int64_t bin_of(std::int64_t time_ns) const;
  [[nodiscard]] double width_s(std::size_t scale) const;
  [[nodiscard]] std::optional<Range> usable(std::size_t first) const;
  [[nodiscard]] double mean_square(std::size_t scale) const {
    return scales_[scale].squares / static_cast<double>(scales_[scale].pairs);
  }
  [[nodiscard]] double half_slope(const Range& range) const;
  void close_until(std::int64_t bin);
  std::optional<double> pair_up(Scale& scale, double right) const;

  std::int64_t per_second_;
  std::int64_t sample_ns_;
  bool are_counts_;
  std::int64_t bin_ = 0;
  double filling_ = 0;
  std::array<Scale, kScales> scales_{};
};

}  // namespace spindle::models
