#pragma once
// An interval for the mean of one long, correlated sequence, e.g. the waits of successive
// customers.
//
// Neighbouring values are averaged in batches of equal length; long batches are about independent
// and normal, so Student's interval over them holds (Conway 1963; Law and Kelton, 9.5.3). Nobody
// needs to know the length of the run beforehand: when the number of batches reaches twice the
// least, pairs are merged and batches become twice as long, so there are always between `least` and
// 2 `least` - 1 complete ones once there were `least`. Deterministic in the order of values.
// Memory: 16 bytes a batch; a value costs about a nanosecond.

#include <cstdint>
#include <vector>

#include "sim/statistics.hpp"

namespace spindle::sim {

class BatchMeans {
 public:
  // `least` from 4 to 2^20; `batch_length` (of the first batches) at least 1. Throws
  // std::invalid_argument otherwise. Few batches give wide intervals, many short ones too narrow
  // intervals: 20 to 40 is the usual advice (Schmeiser 1982).
  explicit BatchMeans(std::uint32_t least = 32, std::uint64_t batch_length = 1);

  void add(double x) {
    sum_ += x;
    if (++filled_ == batch_length_) close_batch();
  }

  [[nodiscard]] std::uint64_t count() const {  // of values
    return batch_length_ * means_.size() + filled_;
  }
  [[nodiscard]] std::uint64_t batch_length() const { return batch_length_; }
  // Means of the complete batches; what follows the last of them does not count.
  [[nodiscard]] Moments batches() const;
  // Of the mean; infinite below two complete batches. 0 < confidence < 1.
  [[nodiscard]] Interval interval(double confidence = 0.95) const;
  // Correlation of neighbouring batches: near 0 (standard error 1/sqrt(batches)) where they are
  // long enough; clearly above, the interval is too narrow. 0 below three batches or without
  // variance.
  [[nodiscard]] double lag_1() const;

 private:
  void close_batch();

  std::uint32_t least_;
  std::uint64_t batch_length_;
  std::uint64_t filled_ = 0;  // values in the batch that is open
  double sum_ = 0;            // of them
  std::vector<double> means_;
};

}  // namespace spindle::sim
