#pragma once
// The spread rule: how many shards of one extent a failure domain may hold.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "models/fleet/topology.hpp"
#include "sim/random_stream.hpp"

namespace spindle::models {

// Which zones the shards of an extent take, within the limits.
enum class ZoneDraw {
  kEven,  // as even as the number of zones allows
  kAny,   // each shard a zone at random: the limit alone protects from the loss of a zone
};

// At most `at_most` shards of an extent on the drives of one model: so a new platform is let in one
// shard after the other. A domain like zone and rack, so that every policy keeps to it.
struct GuardRail {
  std::string platform;  // a drive model's name; empty: no guard rail
  std::uint32_t at_most = 0;
};

struct SpreadRule {
  std::uint32_t max_per_zone = 3;  // 0: no limit
  std::uint32_t max_per_rack = 1;  // 0: no limit; a drive never holds two shards of an extent
  ZoneDraw zones = ZoneDraw::kEven;
  GuardRail guard = {};
};

// Per rack 1 where its drives are of the guard rail's platform, else 0; empty without a guard rail.
// Throws std::invalid_argument where no drive model of the fleet has that name.
std::vector<std::uint8_t> guarded_racks(const SpreadRule& rule, const Topology& topology);

// Shards of one extent that a zone can hold, and how many of them beside the guarded racks.
struct ZoneRoom {
  std::uint32_t all = 0;
  std::uint32_t unguarded = 0;
};

// Why `shards` shards of an extent cannot be placed under the rule on this shape ("5 shards need 5
// racks at 1 a rack, but a zone has 4"), or nothing where they can. Called by the scenario reader
// before anything is built. Racks may differ by one drive: the smallest one speaks for all.
std::optional<std::string> why_infeasible(const SpreadRule& rule, std::uint32_t shards,
                                          std::uint32_t zones, std::uint32_t racks_per_zone,
                                          std::uint32_t min_drives_per_rack);
// The same, exact for a built fleet. Called by every policy's constructor.
std::optional<std::string> why_infeasible(const SpreadRule& rule, std::uint32_t shards,
                                          const Topology& topology);

// Shards that an empty zone can hold under the rule.
std::uint32_t zone_limit(const SpreadRule& rule, const Topology& topology, std::uint32_t zone);
// The same of every zone by platform, the guard rail aside. One room a zone.
std::vector<ZoneRoom> zone_rooms(const SpreadRule& rule, const Topology& topology);

// Shards per zone for one extent: as even as the number of zones allows, the remainder to zones
// drawn at random, every choice of them equally likely. `out` has one entry a zone; their sum is
// `shards`. A feasible rule never forbids this split, a full or a smaller zone may: level_counts.
void draw_zone_counts(std::uint32_t shards, sim::RandomStream& random,
                      std::span<std::uint32_t> out);

// Shards per zone, each in a zone drawn with equal probability among those below their limits.
// False where the limits hold fewer than `shards` (`out` is then unspecified).
bool draw_any_zone_counts(std::uint32_t shards, std::span<const std::uint32_t> limits,
                          sim::RandomStream& random, std::span<std::uint32_t> out);

// Raises `counts` until they sum to `total`, always the lowest entry that is below its limit, ties
// at random: as even as the limits allow. False where the limits do not allow it (counts are then
// unspecified). Precondition: the sum of `counts` is at most `total`.
bool level_counts(std::uint32_t total, std::span<const std::uint32_t> limits,
                  sim::RandomStream& random, std::span<std::uint32_t> counts);

// As level_counts from nothing, where at most `at_most` shards of all zones together may be on
// guarded racks. What the zones can take is a polymatroid, so that adding one shard after the other
// finds a split wherever there is one. O(total * zones).
bool level_guarded_counts(std::uint32_t total, std::span<const ZoneRoom> rooms,
                          std::uint32_t at_most, sim::RandomStream& random,
                          std::span<std::uint32_t> counts);

// Writes to `needs` how many of each zone's shards find room on guarded racks only; false where
// that is more than `at_most` in all.
bool guarded_needs(std::span<const std::uint32_t> counts, std::span<const ZoneRoom> rooms,
                   std::uint32_t at_most, std::span<std::uint32_t> needs);

}  // namespace spindle::models
