#pragma once
// The spread rule of one object after the other: zones of its shards, and which drives they may
// still take.

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "models/placement/bulk/bulk_draws.hpp"
#include "models/placement/bulk/bulk_fleet.hpp"
#include "models/placement/bulk/bulk_options.hpp"

namespace spindle::models {

struct BulkPlace {
  std::uint32_t drive = 0;
  std::uint32_t rack = 0;  // in its zone; 0 where the rule does not ask for racks
};

class ObjectSpread {
 public:
  // Precondition: bulk_problems(options) is empty, and the fleet made of them outlives this.
  ObjectSpread(const BulkOptions& options, const BulkFleet& fleet);

  [[nodiscard]] std::uint32_t shards() const { return shards_; }

  // The zone of every shard of `objects` objects from `first` on, ascending within an object.
  void draw_zones(std::uint64_t first, std::size_t objects, std::span<std::uint32_t> zones);

  // Any open drive of the zone.
  BulkPlace place_in(std::uint32_t zone, PairedIndices& indices) const {
    return place_at(zone, indices.next(zones_[zone].open));
  }

  // Goes to an object, none of whose shards is placed.
  void begin(std::uint64_t object) {
    object_ = object;
    zone_ = kNoZone;
    redraws_.reset();
  }
  // Shards come zone by zone.
  void enter(std::uint32_t zone) {
    if (zone == zone_) return;
    zone_ = zone;
    taken_ = 0;
  }
  [[nodiscard]] bool allows(BulkPlace place) const {
    std::uint32_t in_rack = 0;
    bool is_taken = false;
    for (std::uint32_t i = 0; i < taken_; ++i) {
      in_rack += places_[i].rack == place.rack ? 1U : 0U;
      is_taken = is_taken || places_[i].drive == place.drive;
    }
    return !is_taken && in_rack < rack_limit_;
  }
  // The place itself, or where it is not legal one drawn among the legal ones of the zone.
  BulkPlace legal(BulkPlace place) { return allows(place) ? place : redraw(); }
  void take(BulkPlace place) { places_[taken_++] = place; }

  [[nodiscard]] BulkPlace place_at(std::uint32_t zone, std::uint32_t place) const {
    return {zones_[zone].first + place, asks_racks_ ? zones_[zone].rack_of(place) : 0};
  }
  // Of the object in hand, for places that turned out illegal.
  sim::RandomStream& redraws();

 private:
  static constexpr std::uint32_t kNoZone = 0xffffffffU;

  BulkPlace redraw();

  std::span<const BulkZone> zones_;
  sim::Seed seed_;
  BulkWords zone_words_;
  std::uint32_t shards_;
  std::uint32_t rack_limit_;
  bool asks_racks_;
  std::uint64_t object_ = 0;
  std::uint32_t zone_ = kNoZone;
  std::uint32_t taken_ = 0;  // in this zone
  std::array<BulkPlace, kMostBulkCandidates> places_{};
  std::optional<sim::RandomStream> redraws_;
};

}  // namespace spindle::models
