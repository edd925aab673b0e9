#include "models/durability/explicit_extents.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace spindle::models {
namespace {

// Draws that may fail before all slots are looked at, which gives the same law.
constexpr int kTries = 32;

void check_shape(const DurabilityFleet& fleet, std::uint32_t shards, std::uint32_t extents) {
  const std::uint64_t racks = std::uint64_t{fleet.zones} * fleet.racks_per_zone;
  if (racks == 0 || fleet.drives < racks || fleet.drives >= std::uint64_t{1} << 31) {
    throw std::invalid_argument(fmt::format(
        "durability: {} drives in {} racks (a rack holds one at least, a fleet fewer than 2^31) — "
        "other drives, zones or racks_per_zone",
        fleet.drives, racks));
  }
  if (extents == 0 || std::uint64_t{extents} * shards >= ExplicitExtents::kNowhere) {
    throw std::invalid_argument(
        fmt::format("durability: {} explicit extents of {} shards (from 1 to 2^32 shards in all) — "
                    "another number of extents",
                    extents, shards));
  }
}

std::uint32_t limit_of(std::uint32_t stated, std::uint32_t shards) {
  return stated == 0 ? shards : std::min(stated, shards);
}

}  // namespace

ExplicitExtents::ExplicitExtents(const DurabilityFleet& fleet, std::uint32_t shards_per_extent,
                                 std::uint32_t extents)
    : slots_(static_cast<std::uint32_t>(fleet.drives)),
      zones_(fleet.zones),
      racks_per_zone_(fleet.racks_per_zone),
      racks_(fleet.zones * fleet.racks_per_zone),
      zone_limit_(limit_of(fleet.max_per_zone, shards_per_extent)),
      rack_limit_(limit_of(fleet.max_per_rack, shards_per_extent)),
      shards_(shards_per_extent),
      extents_(extents) {
  check_shape(fleet, shards_per_extent, extents);
  if (const std::uint64_t room = room_of_an_extent(); room < shards_) {
    throw std::invalid_argument(
        fmt::format("durability: the fleet takes {} shards of an extent that has {} ({} drives in "
                    "{} zones x {} racks, {} a zone, {} a rack) — more zones, racks or drives, or "
                    "a wider spread",
                    room, shards_, slots_, zones_, racks_per_zone_, zone_limit_, rack_limit_));
  }
  slot_of_.assign(std::size_t{extents_} * shards_, kNowhere);
  held_.resize(slots_);
}

std::uint64_t ExplicitExtents::room_of_an_extent() const {
  std::vector<std::uint64_t> in_rack(racks_);
  for (std::uint32_t slot = 0; slot < slots_; ++slot) ++in_rack[rack_of(slot)];
  std::uint64_t room = 0;
  for (std::uint32_t zone = 0; zone < zones_; ++zone) {
    std::uint64_t in_zone = 0;
    for (std::uint32_t rack = 0; rack < racks_per_zone_; ++rack) {
      in_zone += std::min<std::uint64_t>(rack_limit_, in_rack[zone * racks_per_zone_ + rack]);
    }
    room += std::min<std::uint64_t>(zone_limit_, in_zone);
  }
  return room;
}

bool ExplicitExtents::is_legal(std::uint32_t slot, std::uint32_t extent) const {
  const std::uint32_t rack = rack_of(slot);
  std::uint32_t in_rack = 0;
  std::uint32_t in_zone = 0;
  for (const std::uint32_t other : of(extent)) {
    if (other == kNowhere) continue;
    if (other == slot) return false;
    in_rack += rack_of(other) == rack ? 1U : 0U;
    in_zone += zone_of(other) == rack / racks_per_zone_ ? 1U : 0U;
  }
  return in_rack < rack_limit_ && in_zone < zone_limit_;
}

std::uint32_t ExplicitExtents::draw_legal(std::uint32_t extent, sim::RandomStream& random) const {
  for (int i = 0; i < kTries; ++i) {
    const std::uint32_t slot = random.below(slots_);
    if (is_legal(slot, extent)) return slot;
  }
  std::vector<std::uint32_t> legal;
  for (std::uint32_t slot = 0; slot < slots_; ++slot) {
    if (is_legal(slot, extent)) legal.push_back(slot);
  }
  return legal[random.below(static_cast<std::uint32_t>(legal.size()))];
}

void ExplicitExtents::put_anywhere(std::uint32_t shard, sim::RandomStream& random) {
  const std::uint32_t slot = draw_legal(shard / shards_, random);
  slot_of_[shard] = slot;
  held_[slot].push_back(shard);
}

std::vector<std::uint32_t> ExplicitExtents::clear(std::uint32_t slot) {
  for (const std::uint32_t shard : held_[slot]) slot_of_[shard] = kNowhere;
  return std::exchange(held_[slot], {});
}

}  // namespace spindle::models
