#pragma once
// Simulated time: int64 nanoseconds since the start of the run.
//
// Range: a horizon beyond 200 years is a scenario error, so that sums of an instant and a duration
// never overflow (int64 holds 292 years). A drawn time beyond the horizon becomes Instant::never()
// before conversion: a lifetime of mean 100 years would overflow otherwise.

#include <compare>
#include <cstdint>
#include <limits>

namespace spindle::sim {

inline constexpr double kNanosecondsPerSecond = 1e9;
inline constexpr std::int64_t kMillisecond = 1'000'000;  // in nanoseconds
inline constexpr std::int64_t kSecond = 1000 * kMillisecond;
inline constexpr std::int64_t kMinute = 60 * kSecond;
inline constexpr std::int64_t kHour = 60 * kMinute;
inline constexpr std::int64_t kDay = 24 * kHour;
inline constexpr double kSecondsPerHour = 3600.0;
inline constexpr double kSecondsPerDay = 86400.0;
// The field quotes annual failure rates over 8,760 hours (365 days), and so do we.
inline constexpr double kHoursPerYear = 8760.0;
inline constexpr double kSecondsPerYear = kHoursPerYear * kSecondsPerHour;

class Duration {
 public:
  constexpr Duration() = default;
  static constexpr Duration nanoseconds(std::int64_t ns) { return Duration(ns); }
  // Rounds to the nearest nanosecond; precondition: |s| < 292 years.
  static constexpr Duration seconds(double s) {
    const double ns = s * kNanosecondsPerSecond;
    return Duration(static_cast<std::int64_t>(ns < 0 ? ns - 0.5 : ns + 0.5));
  }
  static constexpr Duration hours(double h) { return seconds(h * kSecondsPerHour); }
  static constexpr Duration days(double d) { return seconds(d * kSecondsPerDay); }

  [[nodiscard]] constexpr std::int64_t ns() const { return ns_; }
  [[nodiscard]] constexpr double to_seconds() const {
    return static_cast<double>(ns_) / kNanosecondsPerSecond;
  }
  constexpr auto operator<=>(const Duration&) const = default;
  friend constexpr Duration operator+(Duration a, Duration b) { return Duration(a.ns_ + b.ns_); }
  friend constexpr Duration operator-(Duration a, Duration b) { return Duration(a.ns_ - b.ns_); }
  friend constexpr Duration operator*(std::int64_t n, Duration d) { return Duration(n * d.ns_); }

 private:
  constexpr explicit Duration(std::int64_t ns) : ns_(ns) {}
  std::int64_t ns_ = 0;
};

class Instant {
 public:
  constexpr Instant() = default;  // the start of the run
  static constexpr Instant from_ns(std::int64_t ns) { return Instant(ns); }
  static constexpr Instant never() { return Instant(std::numeric_limits<std::int64_t>::max()); }

  [[nodiscard]] constexpr std::int64_t ns() const { return ns_; }
  [[nodiscard]] constexpr double to_seconds() const {
    return static_cast<double>(ns_) / kNanosecondsPerSecond;
  }
  constexpr auto operator<=>(const Instant&) const = default;
  friend constexpr Instant operator+(Instant t, Duration d) { return Instant(t.ns_ + d.ns()); }
  friend constexpr Duration operator-(Instant a, Instant b) {
    return Duration::nanoseconds(a.ns_ - b.ns_);
  }

 private:
  constexpr explicit Instant(std::int64_t ns) : ns_(ns) {}
  std::int64_t ns_ = 0;
};

}  // namespace spindle::sim
