#pragma once
// Strong units of storage. Times are sim::Duration and sim::Instant.

#include <compare>
#include <cstdint>

namespace spindle::models {

struct Bytes {
  std::uint64_t value = 0;
  constexpr auto operator<=>(const Bytes&) const = default;
  [[nodiscard]] constexpr double to_double() const { return static_cast<double>(value); }
  friend constexpr Bytes operator+(Bytes a, Bytes b) { return {a.value + b.value}; }
  friend constexpr Bytes operator-(Bytes a, Bytes b) { return {a.value - b.value}; }
  friend constexpr Bytes operator*(std::uint64_t n, Bytes b) { return {n * b.value}; }
};

// Events (requests, failures) per second.
struct Rate {
  double per_second = 0;
  constexpr auto operator<=>(const Rate&) const = default;
};

}  // namespace spindle::models
