#include "models/drive/seek_profile.hpp"

#include <limits>
#include <stdexcept>

namespace spindle::models {

SeekProfile::SeekProfile(const SeekCurve& law, double scale) : law_(law) {
  law_.short_base_s *= scale;
  law_.short_s_per_sqrt_cylinder *= scale;
  law_.long_base_s *= scale;
  law_.long_s_per_cylinder *= scale;
}

SeekProfile::SeekProfile(std::span<const SeekPoint> table, double scale) {
  if (table.empty() || table.size() > std::numeric_limits<std::uint16_t>::max()) {
    throw std::invalid_argument("seek table: needs 1 to 65,535 points");
  }
  // Below the first point its time holds: an arm that moves at all takes that long.
  knots_.push_back({0, table.front().seconds * scale, 0});
  for (std::size_t i = 0; i < table.size(); ++i) {
    const SeekPoint& here = table[i];
    if (here.cylinders <= knots_.back().from) {
      throw std::invalid_argument("seek table: distances must ascend from 1");
    }
    double slope = i == 0 ? 0 : knots_.back().slope;
    if (i + 1 < table.size() && table[i + 1].cylinders > here.cylinders) {
      slope = (table[i + 1].seconds - here.seconds) * scale /
              static_cast<double>(table[i + 1].cylinders - here.cylinders);
    }
    knots_.push_back({here.cylinders, here.seconds * scale, slope});
  }
  knots_.push_back({std::numeric_limits<std::uint32_t>::max(), 0, 0});

  // The knot at or before the least distance of each bucket.
  std::size_t knot = 0;
  for (std::uint32_t b = 0; b < kBuckets; ++b) {
    std::uint64_t least = b;
    if (b >= kExact) {
      const std::uint32_t octave = 6 + (b - kExact) / (1U << kOctaveBits);
      const std::uint32_t within = (b - kExact) % (1U << kOctaveBits);
      least = (std::uint64_t{1} << octave) + (std::uint64_t{within} << (octave - kOctaveBits));
    }
    while (knot + 2 < knots_.size() && knots_[knot + 1].from <= least) ++knot;
    first_knot_[b] = static_cast<std::uint16_t>(knot);
  }
}

}  // namespace spindle::models
