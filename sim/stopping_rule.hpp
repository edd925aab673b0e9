#pragma once
// When a study has enough replications (or batches): its interval is narrow enough.
//
// The sequential procedure of Law and Kelton, 9.4.1 (after Chow and Robbins 1965): after every
// value from `least` on, stop as soon as the half width of Student's interval is at most e/(1 + e)
// of the estimate's size, which bounds the relative error against the true mean by e with about the
// stated confidence. Stopping at the first narrow interval favours samples whose variance came out
// small; `least` keeps that bias down (docs/theory/kernel.md gives measured coverages).
//
// The decision depends on the values and their order alone. Replications that run in parallel are
// added in the order of their numbers, and those beyond the stopping point are not used: so the
// result does not depend on the number of threads.

#include <cstdint>

#include "sim/statistics.hpp"

namespace spindle::sim {

struct PrecisionGoal {
  double relative_error = 0.05;    // e above: 0 < e < 1
  double confidence = 0.95;        // 0 < confidence < 1
  std::uint64_t least = 20;        // values before the first decision, at least 2
  std::uint64_t most = 1'000'000;  // values after which to give up, at least `least`
};

// Whether the interval's half width is at most e/(1 + e) of |estimate|; never for an estimate of 0
// unless the width is 0 too.
bool is_precise(const Interval& interval, double relative_error);

enum class Progress {
  kGoOn,
  kPrecise,    // the goal is reached
  kExhausted,  // `most` values, and the goal is not reached
};

class StoppingRule {
 public:
  // Throws std::invalid_argument for a goal out of range.
  explicit StoppingRule(const PrecisionGoal& goal);

  // Counts one independent value. Once the result is not kGoOn, further values are ignored.
  Progress add(double value);
  [[nodiscard]] Progress progress() const { return progress_; }
  [[nodiscard]] const Moments& values() const { return values_; }
  [[nodiscard]] Interval interval() const { return student_interval(values_, goal_.confidence); }

 private:
  PrecisionGoal goal_;
  double normal_quantile_ = 0;
  Moments values_;
  Progress progress_ = Progress::kGoOn;
};

}  // namespace spindle::sim
