#include "sim/log_histogram.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <stdexcept>
#include <string>

namespace spindle::sim {
namespace {

// The exponent and the top six mantissa bits of a double are a bucket number that grows with the
// value; numbered from that of kSmallest.
constexpr int kDroppedBits = 52 - 6;
constexpr std::uint64_t kFirstKey =
    std::bit_cast<std::uint64_t>(LogHistogram::kSmallest) >> kDroppedBits;

std::size_t bucket_of(double value) {
  return static_cast<std::size_t>((std::bit_cast<std::uint64_t>(value) >> kDroppedBits) -
                                  kFirstKey);
}

}  // namespace

double LogHistogram::lower_edge(std::size_t bucket) {
  return std::bit_cast<double>((bucket + kFirstKey) << kDroppedBits);
}

void LogHistogram::cover(std::size_t first_bucket, std::size_t last_bucket) {
  const std::size_t first = first_bucket - first_bucket % kBucketsPerOctave;
  const std::size_t end = last_bucket - last_bucket % kBucketsPerOctave + kBucketsPerOctave;
  if (counts_.empty()) {
    first_ = first;
    counts_.resize(end - first);
    return;
  }
  if (end > first_ + counts_.size()) counts_.resize(end - first_);
  if (first < first_) {
    counts_.insert(counts_.begin(), first_ - first, 0);
    first_ = first;
  }
}

void LogHistogram::add(double value, std::uint64_t count) {
  if (!(value >= 0)) {
    throw std::invalid_argument("log histogram: value " + std::to_string(value) +
                                " is not a non-negative number (buckets are logarithmic) — record "
                                "a magnitude");
  }
  if (count == 0) return;
  count_ += count;
  min_ = std::min(min_, value);
  max_ = std::max(max_, value);
  if (value == 0) {
    min_ = 0;  // of either sign
    zeros_ += count;
  } else if (value < kSmallest) {
    underflow_ += count;
  } else if (value >= kLargest) {
    overflow_ += count;
  } else {
    const std::size_t bucket = bucket_of(value);
    if (bucket - first_ >= counts_.size()) cover(bucket, bucket);
    counts_[bucket - first_] += count;
  }
}

void LogHistogram::merge(const LogHistogram& other) {
  count_ += other.count_;
  zeros_ += other.zeros_;
  underflow_ += other.underflow_;
  overflow_ += other.overflow_;
  min_ = std::min(min_, other.min_);
  max_ = std::max(max_, other.max_);
  if (other.counts_.empty()) return;
  cover(other.first_, other.first_ + other.counts_.size() - 1);
  const std::size_t offset = other.first_ - first_;
  for (std::size_t i = 0; i < other.counts_.size(); ++i) counts_[offset + i] += other.counts_[i];
}

double LogHistogram::quantile(double q) const {
  if (count_ == 0) return std::numeric_limits<double>::quiet_NaN();
  // q and the product are each off by up to 2^-53 of their size; that must not reach the next rank.
  const double exact_rank = q * static_cast<double>(count_) * (1 - 0x1p-51);
  const double rank = std::clamp(std::ceil(exact_rank), 1.0, static_cast<double>(count_));
  const auto whole = static_cast<std::uint64_t>(rank);
  if (whole <= 1) return min_;
  if (whole >= count_) return max_;
  return std::clamp(value_of_rank(whole), min_, max_);
}

double LogHistogram::below(double x) const {
  if (x < kSmallest) return static_cast<double>(zeros_);
  std::uint64_t sum = zeros_ + underflow_;
  if (x >= kLargest) return static_cast<double>(count_ - overflow_);
  const std::size_t bucket = bucket_of(x);
  for (std::size_t i = 0; i < counts_.size() && first_ + i < bucket; ++i) sum += counts_[i];
  if (bucket < first_ || bucket >= first_ + counts_.size()) return static_cast<double>(sum);
  const double low = lower_edge(bucket);
  const double share = (x - low) / (lower_edge(bucket + 1) - low);
  return static_cast<double>(sum) + share * static_cast<double>(counts_[bucket - first_]);
}

double LogHistogram::value_of_rank(std::uint64_t rank) const {
  std::uint64_t below = zeros_;
  if (rank <= below) return 0;
  below += underflow_;
  if (rank <= below) return kSmallest;
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    below += counts_[i];
    if (rank <= below) return (lower_edge(first_ + i) + lower_edge(first_ + i + 1)) / 2;
  }
  return max_;
}

}  // namespace spindle::sim
