#pragma once
// Fractional Gaussian noise with exactly its autocovariance, by circulant embedding (Davies and
// Harte 1987): the reference that estimators of the Hurst parameter are held to.

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstdint>
#include <numbers>
#include <vector>

#include "sim/random_stream.hpp"

namespace spindle::test {

// In place, without scaling; the size is a power of two.
inline void fourier(std::vector<std::complex<double>>& values) {
  const std::size_t n = values.size();
  for (std::size_t i = 1, j = 0; i < n; ++i) {
    std::size_t bit = n >> 1U;
    for (; (j & bit) != 0; bit >>= 1U) j ^= bit;
    j ^= bit;
    if (i < j) std::swap(values[i], values[j]);
  }
  for (std::size_t length = 2; length <= n; length *= 2) {
    const double angle = -2 * std::numbers::pi / static_cast<double>(length);
    for (std::size_t k = 0; k < length / 2; ++k) {
      const auto turn = std::polar(1.0, angle * static_cast<double>(k));
      for (std::size_t i = k; i < n; i += length) {
        const auto odd = turn * values[i + length / 2];
        values[i + length / 2] = values[i] - odd;
        values[i] += odd;
      }
    }
  }
}

// 2^log2_size values of mean 0 and variance 1.
inline std::vector<double> fractional_noise(double hurst, unsigned log2_size, std::uint64_t seed) {
  const std::size_t n = std::size_t{1} << log2_size;
  const auto covariance = [hurst](double lag) {
    const auto power = [hurst](double x) { return std::pow(std::fabs(x), 2 * hurst); };
    return 0.5 * (power(lag + 1) - 2 * power(lag) + power(lag - 1));
  };
  std::vector<std::complex<double>> values(2 * n);
  for (std::size_t i = 0; i < 2 * n; ++i) {
    values[i] = covariance(static_cast<double>(std::min(i, 2 * n - i)));
  }
  fourier(values);
  sim::RandomStream stream(sim::Seed{seed}, 0, sim::Purpose{1}, 0);
  for (auto& value : values) {
    // The circulant of this noise is non-negative (Craigmile 2003); rounding may dip below 0.
    const double deviation = std::sqrt(std::max(0.0, value.real()) / (2 * static_cast<double>(n)));
    const double real = stream.normal();
    const double imaginary = stream.normal();
    value = std::complex<double>(real, imaginary) * deviation;
  }
  fourier(values);
  std::vector<double> out(n);
  for (std::size_t i = 0; i < n; ++i) out[i] = values[i].real();
  return out;
}

}  // namespace spindle::test
