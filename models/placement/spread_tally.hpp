#pragma once
// What the spread rule still allows of one extent, for policies that look for drives in an order of
// their own instead of drawing them: zones by turns, as SpreadSampler::divide splits the extent.

#include <array>
#include <cstdint>
#include <span>

#include "models/placement/spread_sampler.hpp"

namespace spindle::models {

class SpreadTally {
 public:
  // `out`: one entry a shard, grouped by zone. What is referred to must outlive it.
  SpreadTally(const SpreadSampler& sampler, const SpreadSampler::ZoneSplit& split,
              std::span<std::uint32_t> out)
      : sampler_(sampler), split_(split), out_(out) {
    for (const std::uint32_t need : split.needs) kept_for_others_ += need;
  }

  // The i-th zone to be filled, 0 <= i < zones, in this order; its shards are taken next.
  std::uint32_t begin_zone(std::uint32_t i) {
    const std::uint32_t zone = (split_.first + i) % zones();
    if (i == 0) {
      for (std::uint32_t before = 0; before < zone; ++before) placed_ += split_.counts[before];
    } else if (zone == 0) {
      placed_ = 0;
    }
    zone_begin_ = placed_;
    if (!split_.needs.empty()) kept_for_others_ -= split_.needs[zone];
    return zone;
  }
  [[nodiscard]] std::uint32_t zones() const {
    return static_cast<std::uint32_t>(split_.counts.size());
  }
  [[nodiscard]] std::uint32_t count(std::uint32_t zone) const { return split_.counts[zone]; }

  // Whether the guard rail lets another shard of this zone onto its platform.
  [[nodiscard]] bool allows_guarded() const {
    return on_guarded_ + kept_for_others_ < sampler_.rule().guard.at_most;
  }
  [[nodiscard]] std::uint32_t in_rack(std::uint32_t rack) const {
    std::uint32_t held = 0;
    for (std::uint32_t i = zone_begin_; i < placed_; ++i) held += rack_[i] == rack ? 1U : 0U;
    return held;
  }
  // Room aside: no shard is there yet, its rack below the limit, no shard too many on a platform.
  [[nodiscard]] bool allows(std::uint32_t drive, std::uint32_t rack) const {
    if (sampler_.has_guard() && sampler_.is_guarded(rack) && !allows_guarded()) return false;
    for (std::uint32_t i = zone_begin_; i < placed_; ++i) {
      if (out_[i] == drive) return false;
    }
    return in_rack(rack) < sampler_.rack_limit();
  }
  void take(std::uint32_t drive, std::uint32_t rack) {
    rack_[placed_] = rack;
    out_[placed_++] = drive;
    on_guarded_ += sampler_.has_guard() && sampler_.is_guarded(rack) ? 1U : 0U;
  }

 private:
  const SpreadSampler& sampler_;
  SpreadSampler::ZoneSplit split_;
  std::span<std::uint32_t> out_;
  std::array<std::uint32_t, kMaxShards> rack_;
  std::uint32_t placed_ = 0;
  std::uint32_t zone_begin_ = 0;
  std::uint32_t on_guarded_ = 0;
  std::uint32_t kept_for_others_ = 0;  // of the guard rail, for zones to come
};

}  // namespace spindle::models
