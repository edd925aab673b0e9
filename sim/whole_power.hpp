#pragma once
// base^exponent by squaring: multiplications alone, the same bits on every machine.

#include <cstdint>

namespace spindle::sim {

// 1 for an exponent of 0. Error: about one rounding a multiplication, 2 log2(exponent) of them.
constexpr double whole_power(double base, std::uint32_t exponent) {
  double out = 1;
  for (; exponent > 0; exponent >>= 1U, base *= base) {
    if ((exponent & 1U) != 0) out *= base;
  }
  return out;
}

}  // namespace spindle::sim
