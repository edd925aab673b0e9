#pragma once
// What the scalar logarithm (math.cpp) and the vectorised one (random_batch.cpp) must share to give
// the same bits: the constants. docs/theory/kernel.md gives the reduction.

#include <array>
#include <cstddef>
#include <cstdint>

namespace spindle::sim {

// ln 2 = high + low; high has 42 bits, so that k * high is exact for |k| < 2^11.
inline constexpr double kLn2High = 0x1.62e42fefa3800p-1;
inline constexpr double kLn2Low = 0x1.ef35793c76730p-45;

// Bits of sqrt(1/2) and 1: adding their distance carries mantissas above sqrt(2) into the exponent.
inline constexpr std::uint64_t kSqrtHalfBits = 0x3fe6a09e667f3bcdU;
inline constexpr std::uint64_t kOneBits = 0x3ff0000000000000U;
inline constexpr std::uint64_t kMantissaBits = 0x000fffffffffffffU;

// 2/3, 2/5, …: 2 atanh(s) = 2 s + s (2/3 s^2 + 2/5 s^4 + …).
template <std::size_t N>
constexpr std::array<double, N> atanh_series() {
  std::array<double, N> c{};
  for (std::size_t i = 0; i < N; ++i) c[i] = 2.0 / static_cast<double>(2 * i + 3);
  return c;
}
inline constexpr auto kLogSeries = atanh_series<11>();  // enough for |s| <= 0.1716

}  // namespace spindle::sim
