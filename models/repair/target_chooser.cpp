#include "models/repair/target_chooser.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <stdexcept>
#include <string>

namespace spindle::models {
namespace {

constexpr std::uint32_t kTries = 64;  // draws before the zone is enumerated
constexpr std::uint32_t kMostZones = 64;
constexpr std::uint32_t kNoLimit = std::numeric_limits<std::uint32_t>::max();

std::uint32_t limit_or_none(std::uint32_t limit) {
  return limit == 0 ? kNoLimit : limit;
}

}  // namespace

TargetChooser::TargetChooser(const Topology& topology, const SpreadRule& rule,
                             std::uint64_t shard_bytes)
    : topology_(topology),
      zone_limit_(limit_or_none(rule.max_per_zone)),
      rack_limit_(limit_or_none(rule.max_per_rack)),
      guarded_(guarded_racks(rule, topology)),
      guard_limit_(rule.guard.at_most),
      shard_bytes_(shard_bytes) {
  if (topology.zones() > kMostZones) {
    throw std::invalid_argument("repair: " + std::to_string(topology.zones()) +
                                " zones (at most 64 are supported) — fewer zones");
  }
  for (const DriveModel& model : topology.models()) {
    largest_capacity_ = std::max(largest_capacity_, model.capacity.to_double());
  }
}

void TargetChooser::set_zone_limit(std::uint32_t limit) {
  zone_limit_ = limit_or_none(limit);
}

bool TargetChooser::is_legal_in_zone(std::uint32_t drive, std::span<const std::uint32_t> held,
                                     const RepairView& view) const {
  if (view.is_up[drive] == 0 || !has_room(drive, view.used_bytes[drive])) return false;
  const std::uint32_t rack = topology_.rack_of(drive);
  const bool is_guarded = !guarded_.empty() && guarded_[rack] != 0;
  std::uint32_t in_rack = 0;
  std::uint32_t on_guarded = 0;
  for (const std::uint32_t other : held) {
    if (other == drive) return false;
    in_rack += topology_.rack_of(other) == rack ? 1U : 0U;
    on_guarded += is_guarded && guarded_[topology_.rack_of(other)] != 0 ? 1U : 0U;
  }
  return in_rack < rack_limit_ && (!is_guarded || on_guarded < guard_limit_);
}

bool TargetChooser::is_legal(std::uint32_t drive, std::span<const std::uint32_t> held,
                             const RepairView& view) const {
  const std::uint32_t zone = topology_.zone_of(drive);
  std::uint32_t in_zone = 0;
  for (const std::uint32_t other : held) in_zone += topology_.zone_of(other) == zone ? 1U : 0U;
  return in_zone < zone_limit_ && is_legal_in_zone(drive, held, view);
}

std::uint32_t TargetChooser::choose_in_zone(std::uint32_t zone, std::span<const std::uint32_t> held,
                                            const RepairView& view,
                                            sim::RandomStream& random) const {
  const DriveRange range = topology_.drives_of_zone(zone);
  for (std::uint32_t i = 0; i < kTries; ++i) {
    const std::uint32_t drive = range.first + random.below(range.size());
    // Drawn in any case: the number of draws shall not depend on whether models are mixed.
    const double accept = random.uniform() * largest_capacity_;
    if (accept >= topology_.capacity_of(drive).to_double()) continue;
    if (is_legal_in_zone(drive, held, view)) return drive;
  }
  double weight = 0;
  for (std::uint32_t drive = range.first; drive < range.last; ++drive) {
    if (!is_legal_in_zone(drive, held, view)) continue;
    weight += topology_.capacity_of(drive).to_double();
  }
  double left = random.uniform() * weight;
  std::uint32_t last = kNone;
  for (std::uint32_t drive = range.first; drive < range.last; ++drive) {
    if (!is_legal_in_zone(drive, held, view)) continue;
    last = drive;
    left -= topology_.capacity_of(drive).to_double();
    if (left < 0) break;
  }
  return last;  // rounding may leave a remainder
}

std::uint32_t TargetChooser::choose(std::span<const std::uint32_t> held, const RepairView& view,
                                    sim::RandomStream& random) const {
  std::array<std::uint32_t, kMostZones> in_zone{};
  for (const std::uint32_t drive : held) ++in_zone[topology_.zone_of(drive)];
  std::array<bool, kMostZones> tried{};
  for (std::uint32_t round = 0; round < topology_.zones(); ++round) {
    std::uint32_t best = kNone;
    std::uint32_t ties = 0;
    for (std::uint32_t zone = 0; zone < topology_.zones(); ++zone) {
      if (tried[zone] || in_zone[zone] >= zone_limit_ || view.open_drives[zone] == 0) continue;
      if (best == kNone || in_zone[zone] < in_zone[best]) {
        best = zone;
        ties = 1;
      } else if (in_zone[zone] == in_zone[best] && random.below(++ties) == 0) {
        best = zone;  // each of the ties with equal probability
      }
    }
    if (best == kNone) return kNone;
    const std::uint32_t drive = choose_in_zone(best, held, view, random);
    if (drive != kNone) return drive;
    tried[best] = true;
  }
  return kNone;
}

}  // namespace spindle::models
