#pragma once
// Summaries of what a run measured: moments of samples, time averages, intervals over replications.

#include <algorithm>
#include <cstdint>
#include <limits>

#include "sim/time.hpp"

namespace spindle::sim {

// Count, mean, variance and extremes of a sample (Welford 1962). Merging (Chan, Golub and LeVeque
// 1979) is not associative in the last bit: merge parts in a fixed order, by cell or replication.
class Moments {
 public:
  Moments() = default;
  // Of a sample summed elsewhere: `squares` is its sum of squared deviations from `mean`.
  Moments(std::uint64_t count, double mean, double squares, double min, double max)
      : count_(count), mean_(mean), squares_(squares), min_(min), max_(max) {}

  void add(double x) {
    ++count_;
    const double delta = x - mean_;
    mean_ += delta / static_cast<double>(count_);
    squares_ += delta * (x - mean_);
    min_ = std::min(min_, x);
    max_ = std::max(max_, x);
  }
  void merge(const Moments& other) {
    if (other.count_ == 0) return;
    const double n = static_cast<double>(count_);
    const double m = static_cast<double>(other.count_);
    const double delta = other.mean_ - mean_;
    count_ += other.count_;
    mean_ += delta * (m / (n + m));
    squares_ += other.squares_ + delta * delta * (n * m / (n + m));
    min_ = std::min(min_, other.min_);
    max_ = std::max(max_, other.max_);
  }

  [[nodiscard]] std::uint64_t count() const { return count_; }
  [[nodiscard]] double mean() const { return mean_; }  // 0 for an empty sample
  // Unbiased (n - 1); 0 for fewer than two values.
  [[nodiscard]] double variance() const {
    return count_ < 2 ? 0.0 : squares_ / static_cast<double>(count_ - 1);
  }
  // Of the values themselves, as a whole population (n); 0 for an empty sample.
  [[nodiscard]] double population_variance() const {
    return count_ == 0 ? 0.0 : squares_ / static_cast<double>(count_);
  }
  [[nodiscard]] double standard_deviation() const;
  [[nodiscard]] double min() const { return min_; }  // +infinity for an empty sample
  [[nodiscard]] double max() const { return max_; }  // -infinity for an empty sample

 private:
  std::uint64_t count_ = 0;
  double mean_ = 0;
  double squares_ = 0;  // sum of squared deviations from the mean
  double min_ = std::numeric_limits<double>::infinity();
  double max_ = -std::numeric_limits<double>::infinity();
};

// Time average of a piecewise constant quantity, e.g. a queue's length (weights by West 1979).
class TimeWeighted {
 public:
  TimeWeighted(Instant start, double value) : since_(start), value_(value), max_(value) {}

  // The quantity becomes `value` at `time`. Precondition: time does not go back.
  void set(Instant time, double value) {
    advance(time);
    value_ = value;
    max_ = std::max(max_, value);
  }
  void add(Instant time, double change) { set(time, value_ + change); }
  // Counts the current value up to `time`; the averages below cover what was counted.
  void advance(Instant time) {
    const double length = (time - since_).to_seconds();
    since_ = time;
    if (length <= 0) return;
    length_ += length;
    const double delta = value_ - mean_;
    mean_ += delta * (length / length_);
    squares_ += length * delta * (value_ - mean_);
  }

  [[nodiscard]] double value() const { return value_; }
  [[nodiscard]] double length_s() const { return length_; }
  [[nodiscard]] double mean() const { return mean_; }  // 0 before any time has passed
  // Over time, of the whole period (no n - 1).
  [[nodiscard]] double variance() const { return length_ > 0 ? squares_ / length_ : 0.0; }
  [[nodiscard]] double max() const { return max_; }  // of all values set, however short

 private:
  Instant since_;
  double value_;
  double max_;
  double length_ = 0;
  double mean_ = 0;
  double squares_ = 0;
};

struct Interval {
  double estimate = 0;
  double low = 0;
  double high = 0;
};

// Two-sided 95 % quantile of Student's t; relative error below 1e-6. Precondition: degrees > 0.
double student_95(std::uint64_t degrees);
// The same for any confidence: t with P(|T| <= t) = confidence; relative error below 1e-8 up to a
// confidence of 0.9999. Throws std::invalid_argument unless 0 < confidence < 1 and degrees > 0.
// About 20 µs up to 1,000 degrees, 50 ns above.
double student_quantile(double confidence, std::uint64_t degrees);

// 95 % interval of the mean over independent, about normal values (one a replication or batch).
// Fewer than two values say nothing: the interval is infinite.
Interval student_interval(const Moments& sample);
Interval student_interval(const Moments& sample, double confidence);
// The same with the normal quantile, for samples large enough that it makes no difference.
Interval normal_interval(const Moments& sample);

// 95 % interval of a Poisson mean of which `count` were seen (Garwood 1936): exact for none (0 to
// -ln 0.025 = 3.69); else by Wilson and Hilferty's cube root, whose upper end is within 0.2 % and
// whose lower end is never above the exact one by more than that.
Interval poisson_interval(double count);

}  // namespace spindle::sim
