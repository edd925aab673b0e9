#pragma once
// Many tests at a time, with one error rate for all of them together.

#include <cstddef>
#include <vector>

#include "sim/parameter_check.hpp"

namespace spindle::sim {

struct HolmStep {
  bool rejected = false;
  double level = 0;  // at which the hypothesis was tested last
};

// Holm's step-down procedure ("A simple sequentially rejective multiple test procedure", 1979): the
// probability that any true hypothesis of `count` is rejected is at most `level`, however they
// depend on each other. `is_rejected(i, level)` tests hypothesis i alone, and must go on rejecting
// as the level grows.
template <class IsRejected>
std::vector<HolmStep> holm(std::size_t count, double level, IsRejected is_rejected) {
  check_parameter(level > 0 && level < 1, "holm: level", level, "more than 0, less than 1");
  std::vector<HolmStep> steps(count);
  std::size_t left = count;
  for (bool again = true; again && left > 0;) {
    again = false;
    const double share = level / static_cast<double>(left);
    for (std::size_t i = 0; i < count; ++i) {
      if (steps[i].rejected) continue;
      steps[i] = {is_rejected(i, share), share};
      if (!steps[i].rejected) continue;
      again = true;
      --left;
    }
  }
  return steps;
}

}  // namespace spindle::sim
