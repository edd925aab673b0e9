#include "sim/stopping_rule.hpp"

#include <cmath>

#include "sim/math.hpp"
#include "sim/parameter_check.hpp"

namespace spindle::sim {

bool is_precise(const Interval& interval, double relative_error) {
  const double half_width = 0.5 * (interval.high - interval.low);
  return half_width <= relative_error / (1 + relative_error) * std::fabs(interval.estimate);
}

StoppingRule::StoppingRule(const PrecisionGoal& goal) : goal_(goal) {
  check_parameter(goal.relative_error > 0 && goal.relative_error < 1,
                  "stopping rule: relative error", goal.relative_error, "more than 0, less than 1");
  check_parameter(goal.confidence > 0 && goal.confidence < 1, "stopping rule: confidence",
                  goal.confidence, "more than 0, less than 1");
  check_parameter(goal.least >= 2, "stopping rule: least number of values",
                  static_cast<double>(goal.least), "at least 2");
  check_parameter(goal.most >= goal.least, "stopping rule: greatest number of values",
                  static_cast<double>(goal.most), "at least the least number");
  normal_quantile_ = inverse_normal_cdf(0.5 + goal.confidence / 2);
}

Progress StoppingRule::add(double value) {
  if (progress_ != Progress::kGoOn) return progress_;
  values_.add(value);
  if (values_.count() < goal_.least) return progress_;
  // The normal quantile is below Student's, which costs more: most values need only the former.
  const double error = std::sqrt(values_.variance() / static_cast<double>(values_.count()));
  const Interval narrowest = {values_.mean(), values_.mean() - normal_quantile_ * error,
                              values_.mean() + normal_quantile_ * error};
  if (is_precise(narrowest, goal_.relative_error) && is_precise(interval(), goal_.relative_error)) {
    progress_ = Progress::kPrecise;
  } else if (values_.count() >= goal_.most) {
    progress_ = Progress::kExhausted;
  }
  return progress_;
}

}  // namespace spindle::sim
