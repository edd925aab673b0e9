#pragma once
// An order of n things in which neighbours lie far apart.

#include <algorithm>
#include <cstdint>
#include <numeric>

namespace spindle::sim {

// Multiples of it modulo n meet every number below n once, and lie apart: near the golden section,
// and coprime to n. Precondition: 0 < n < 2^44.
inline std::uint64_t spreading_stride(std::uint64_t n) {
  std::uint64_t stride = std::max<std::uint64_t>(1, n * 618'034 / 1'000'000);
  while (std::gcd(stride, n) != 1) ++stride;
  return stride;
}

}  // namespace spindle::sim
