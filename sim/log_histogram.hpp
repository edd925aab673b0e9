#pragma once
// A mergeable histogram of non-negative doubles with buckets of equal relative width.
//
// Every octave [2^e, 2^(e+1)) has 64 equal buckets, so a bucket's midpoint is within 1/128 (0.79 %)
// of every value in it. Counts are integers: merging is exact, and neither the order of values nor
// of merges shows. Range 2^-64 … 2^64 (5.4e-20 … 1.8e19, in whatever unit); smaller and larger
// values fall into an underflow and an overflow bucket, zeros into a bucket of their own.
// Memory: 512 bytes an octave between the smallest and the largest seen, at most 64 KiB.

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace spindle::sim {

class LogHistogram {
 public:
  static constexpr double kRelativeError = 1.0 / 128;
  static constexpr double kSmallest = 0x1p-64;
  static constexpr double kLargest = 0x1p64;  // exclusive

  // Throws std::invalid_argument for a negative value or NaN. Infinity counts as overflow.
  void add(double value, std::uint64_t count = 1);
  void merge(const LogHistogram& other);

  [[nodiscard]] std::uint64_t count() const { return count_; }
  [[nodiscard]] double min() const { return min_; }  // exact; +infinity where empty
  [[nodiscard]] double max() const { return max_; }  // exact; 0 where empty

  // The value of rank k = max(1, ceil(q n)) in ascending order (the inverse of the empirical
  // distribution function), within kRelativeError; exact for zeros and for ranks 1 and n. A rank
  // that falls into underflow gives 2^-64 at most, into overflow the maximum. q n is rounded
  // so that 0.07 of 100 values is the 7th. NaN where empty. Precondition: 0 <= q <= 1.
  [[nodiscard]] double quantile(double q) const;
  // How many values are below x, those of x's own bucket counted in proportion (as if they were
  // spread evenly over it): for x from 2^-64 on continuous and never falling. Cost: O(buckets).
  // Precondition: x > 0.
  [[nodiscard]] double below(double x) const;
  // How many values were 0, above 0 but below 2^-64, and 2^64 or more.
  [[nodiscard]] std::uint64_t zeros() const { return zeros_; }
  [[nodiscard]] std::uint64_t underflow() const { return underflow_; }
  [[nodiscard]] std::uint64_t overflow() const { return overflow_; }

  // Calls fn(low, high, count) for every bucket that holds values, ascending: zeros as [0, 0],
  // underflow as [0, 2^-64], overflow as [2^64, infinity].
  template <class Fn>
  void for_each_bucket(Fn&& fn) const {
    if (zeros_ > 0) fn(0.0, 0.0, zeros_);
    if (underflow_ > 0) fn(0.0, kSmallest, underflow_);
    for (std::size_t i = 0; i < counts_.size(); ++i) {
      if (counts_[i] > 0) fn(lower_edge(first_ + i), lower_edge(first_ + i + 1), counts_[i]);
    }
    if (overflow_ > 0) fn(kLargest, std::numeric_limits<double>::infinity(), overflow_);
  }

  // Equal contents, however they came about.
  bool operator==(const LogHistogram& other) const = default;

 private:
  static constexpr std::size_t kBucketsPerOctave = 64;

  [[nodiscard]] static double lower_edge(std::size_t bucket);
  void cover(std::size_t first_bucket, std::size_t last_bucket);
  [[nodiscard]] double value_of_rank(std::uint64_t rank) const;

  std::uint64_t count_ = 0;
  std::uint64_t zeros_ = 0;
  std::uint64_t underflow_ = 0;
  std::uint64_t overflow_ = 0;
  double min_ = std::numeric_limits<double>::infinity();
  double max_ = 0;
  // Buckets first_ … first_ + counts_.size() - 1 of the whole range; whole octaves.
  std::size_t first_ = 0;
  std::vector<std::uint64_t> counts_;
};

}  // namespace spindle::sim
