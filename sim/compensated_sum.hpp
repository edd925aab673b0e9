#pragma once
// Neumaier's compensated sum (ZAMM 54, 1974): the error of n non-negative terms is about one ulp,
// however many there are.

#include <cmath>

namespace spindle::sim {

class CompensatedSum {
 public:
  void add(double term) {
    const double sum = sum_ + term;
    rest_ += std::fabs(sum_) >= std::fabs(term) ? (sum_ - sum) + term : (term - sum) + sum_;
    sum_ = sum;
  }
  [[nodiscard]] double value() const { return sum_ + rest_; }

 private:
  double sum_ = 0;
  double rest_ = 0;
};

}  // namespace spindle::sim
