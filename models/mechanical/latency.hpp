#pragma once
// Times of requests, summed up: count, mean, quantiles. Sums are of whole nanoseconds, so neither
// the order of adding nor that of merging shows in any bit.

#include <cstdint>

#include "sim/digest.hpp"
#include "sim/log_histogram.hpp"
#include "sim/time.hpp"

namespace spindle::models {

class LatencySummary {
 public:
  // Precondition: not negative.
  void add(sim::Duration time) {
    const auto ns = static_cast<std::uint64_t>(time.ns());
    seconds_ += ns / kSecond;
    nanoseconds_ += ns % kSecond;
    histogram_.add(time.to_seconds());
  }
  void merge(const LatencySummary& other);
  void add_to(sim::Digest& digest) const;

  [[nodiscard]] std::uint64_t count() const { return histogram_.count(); }
  [[nodiscard]] double sum_s() const;
  [[nodiscard]] double mean_s() const;  // NaN where empty
  // Within LogHistogram::kRelativeError; NaN where empty.
  [[nodiscard]] double quantile_s(double q) const { return histogram_.quantile(q); }
  [[nodiscard]] const sim::LogHistogram& histogram() const { return histogram_; }

 private:
  static constexpr std::uint64_t kSecond = 1'000'000'000;
  // Two sums: one of nanoseconds would overflow at 584 years of waiting, all requests together.
  std::uint64_t seconds_ = 0;
  std::uint64_t nanoseconds_ = 0;
  sim::LogHistogram histogram_;
};

}  // namespace spindle::models
