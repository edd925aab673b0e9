#pragma once
// Seek time by distance for the mechanical drive: a measured table, or the two-piece law.
//
// A table is interpolated linearly between its points and continued by its last segment beyond
// them; below its first point the first time holds. Cost: 3 to 10 ns, no allocation.

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "models/drive/seek.hpp"

namespace spindle::models {

struct SeekPoint {
  std::uint32_t cylinders = 0;  // > 0, ascending
  double seconds = 0;           // not falling
};

class SeekProfile {
 public:
  // The two-piece law; times are multiplied by `scale`.
  explicit SeekProfile(const SeekCurve& law, double scale = 1);
  // Precondition: at least one point, cylinders ascending. Throws std::invalid_argument otherwise.
  explicit SeekProfile(std::span<const SeekPoint> table, double scale = 1);

  // Seconds over `cylinders`; 0 where the arm does not move.
  [[nodiscard]] double seconds(std::uint32_t cylinders) const {
    if (cylinders == 0) return 0;
    if (knots_.empty()) return seek_seconds(law_, static_cast<double>(cylinders));
    std::size_t i = first_knot_[bucket(cylinders)];
    while (knots_[i + 1].from <= cylinders) ++i;
    const Knot& knot = knots_[i];
    return knot.seconds + knot.slope * static_cast<double>(cylinders - knot.from);
  }

 private:
  // Distances below 64 have a bucket each; above, every octave has 32: where to begin to look.
  static constexpr std::uint32_t kExact = 64;
  static constexpr unsigned kOctaveBits = 5;
  static constexpr std::size_t kBuckets = kExact + (32U - 6U) * (1U << kOctaveBits);
  struct Knot {
    std::uint32_t from;
    double seconds;
    double slope;
  };

  static std::uint32_t bucket(std::uint32_t d);

  SeekCurve law_;
  std::vector<Knot> knots_;  // the last is a sentinel beyond all distances; empty: the law
  std::array<std::uint16_t, kBuckets> first_knot_{};
};

inline std::uint32_t SeekProfile::bucket(std::uint32_t d) {
  if (d < kExact) return d;
  const auto octave = static_cast<std::uint32_t>(31 - __builtin_clz(d));
  const std::uint32_t within = (d >> (octave - kOctaveBits)) & ((1U << kOctaveBits) - 1);
  return kExact + (octave - 6) * (1U << kOctaveBits) + within;
}

}  // namespace spindle::models
