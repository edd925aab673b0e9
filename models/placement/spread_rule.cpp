#include "models/placement/spread_rule.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <stdexcept>

namespace spindle::models {
namespace {

constexpr std::uint32_t kNoLimit = std::numeric_limits<std::uint32_t>::max();

std::uint32_t limit_or_none(std::uint32_t limit) {
  return limit == 0 ? kNoLimit : limit;
}

// `room` is what all zones together hold under the whole rule, `in_racks` what the smallest zone
// holds under the rack rule alone.
std::optional<std::string> explain(const SpreadRule& rule, std::uint32_t shards,
                                   std::uint32_t zones, std::uint32_t racks_per_zone,
                                   std::uint64_t in_racks, std::uint64_t room) {
  if (shards == 0) return "an extent of 0 shards stores nothing";
  if (room >= shards) return std::nullopt;
  const std::uint64_t per_zone = limit_or_none(rule.max_per_zone);
  if (per_zone * zones < shards) {
    return fmt::format("{} shards need {} zones at {} a zone, but the fleet has {}", shards,
                       (shards + per_zone - 1) / per_zone, per_zone, zones);
  }
  const std::uint64_t share = (std::uint64_t{shards} + zones - 1) / zones;  // of the fullest zone
  const std::uint64_t per_rack = limit_or_none(rule.max_per_rack);
  if (per_rack * racks_per_zone < share) {
    return fmt::format("{} shards need {} racks at {} a rack, but a zone has {}", share,
                       (share + per_rack - 1) / per_rack, per_rack, racks_per_zone);
  }
  return fmt::format("{} shards in one zone need {} drives that may hold them, but a zone has {}",
                     share, share, in_racks);
}

// Shards that the zone's racks hold, drives being distinct; of them those that are not guarded.
struct RackRoom {
  std::uint64_t all = 0;
  std::uint64_t unguarded = 0;
};
RackRoom rack_room(const SpreadRule& rule, const Topology& topology, std::uint32_t zone,
                   std::span<const std::uint8_t> guarded) {
  const DriveRange racks = topology.racks_of_zone(zone);
  RackRoom room;
  for (std::uint32_t rack = racks.first; rack < racks.last; ++rack) {
    const std::uint32_t of_rack =
        std::min(limit_or_none(rule.max_per_rack), topology.drives_of_rack(rack).size());
    room.all += of_rack;
    if (guarded.empty() || guarded[rack] == 0) room.unguarded += of_rack;
  }
  return room;
}

std::uint32_t within_zone(const SpreadRule& rule, std::uint64_t room) {
  return static_cast<std::uint32_t>(
      std::min<std::uint64_t>(limit_or_none(rule.max_per_zone), room));
}

std::string models_of(const Topology& topology) {
  std::string names;
  for (const DriveModel& model : topology.models()) {
    names += names.empty() ? model.name : ", " + model.name;
  }
  return names;
}

// Where the guard rail alone is in the way.
std::optional<std::string> explain_guard(const SpreadRule& rule, std::uint32_t shards,
                                         const Topology& topology) {
  if (rule.guard.platform.empty()) return std::nullopt;
  std::uint64_t unguarded = 0;
  std::uint64_t all = 0;
  for (const ZoneRoom& zone : zone_rooms(rule, topology)) {
    all += zone.all;
    unguarded += zone.unguarded;
  }
  const std::uint64_t at_most = rule.guard.at_most;
  if (unguarded + std::min(at_most, all - unguarded) >= shards) return std::nullopt;
  return fmt::format(
      "{} shards with at most {} on {} drives need {} other drives that may hold "
      "them, but the fleet has {}",
      shards, at_most, rule.guard.platform, shards - at_most, unguarded);
}

}  // namespace

std::vector<std::uint8_t> guarded_racks(const SpreadRule& rule, const Topology& topology) {
  if (rule.guard.platform.empty()) return {};
  std::vector<std::uint8_t> guarded(topology.racks());
  bool is_known = false;
  for (std::uint32_t rack = 0; rack < topology.racks(); ++rack) {
    const DriveModel& model = topology.models()[topology.model_of_rack(rack)];
    guarded[rack] = model.name == rule.guard.platform ? 1 : 0;
    is_known = is_known || guarded[rack] != 0;
  }
  if (is_known) return guarded;
  throw std::invalid_argument(
      fmt::format("placement: a guard rail for \"{}\" (no drives of the fleet are called so) — one "
                  "of: {}",
                  rule.guard.platform, models_of(topology)));
}

std::optional<std::string> why_infeasible(const SpreadRule& rule, std::uint32_t shards,
                                          std::uint32_t zones, std::uint32_t racks_per_zone,
                                          std::uint32_t min_drives_per_rack) {
  const std::uint64_t in_racks = std::uint64_t{racks_per_zone} *
                                 std::min(limit_or_none(rule.max_per_rack), min_drives_per_rack);
  const std::uint64_t room =
      zones * std::min<std::uint64_t>(limit_or_none(rule.max_per_zone), in_racks);
  return explain(rule, shards, zones, racks_per_zone, in_racks, room);
}

std::optional<std::string> why_infeasible(const SpreadRule& rule, std::uint32_t shards,
                                          const Topology& topology) {
  std::uint64_t in_racks = kNoLimit;
  std::uint64_t room = 0;
  for (std::uint32_t zone = 0; zone < topology.zones(); ++zone) {
    const RackRoom of_zone = rack_room(rule, topology, zone, {});
    in_racks = std::min(in_racks, of_zone.all);
    room += within_zone(rule, of_zone.all);
  }
  const auto why =
      explain(rule, shards, topology.zones(), topology.racks() / topology.zones(), in_racks, room);
  return why ? why : explain_guard(rule, shards, topology);
}

std::uint32_t zone_limit(const SpreadRule& rule, const Topology& topology, std::uint32_t zone) {
  const RackRoom room = rack_room(rule, topology, zone, guarded_racks(rule, topology));
  const std::uint64_t guarded = std::min<std::uint64_t>(
      room.all - room.unguarded, rule.guard.platform.empty() ? 0 : rule.guard.at_most);
  return within_zone(rule, room.unguarded + guarded);
}

std::vector<ZoneRoom> zone_rooms(const SpreadRule& rule, const Topology& topology) {
  const std::vector<std::uint8_t> guarded = guarded_racks(rule, topology);
  std::vector<ZoneRoom> rooms;
  for (std::uint32_t zone = 0; zone < topology.zones(); ++zone) {
    const RackRoom room = rack_room(rule, topology, zone, guarded);
    rooms.push_back({within_zone(rule, room.all), within_zone(rule, room.unguarded)});
  }
  return rooms;
}

void draw_zone_counts(std::uint32_t shards, sim::RandomStream& random,
                      std::span<std::uint32_t> out) {
  const auto zones = static_cast<std::uint32_t>(out.size());
  const std::uint32_t base = shards / zones;
  std::uint32_t extra = shards - base * zones;
  // Selection sampling (Knuth, TAOCP 2, algorithm 3.4.2 S): each zone joins with probability
  // (still to choose) / (zones left), so every subset of zones is equally likely.
  for (std::uint32_t zone = 0; zone < zones; ++zone) {
    out[zone] = base;
    if (extra > 0 && random.below(zones - zone) < extra) {
      ++out[zone];
      --extra;
    }
  }
}

bool draw_any_zone_counts(std::uint32_t shards, std::span<const std::uint32_t> limits,
                          sim::RandomStream& random, std::span<std::uint32_t> out) {
  std::fill(out.begin(), out.end(), 0U);
  for (std::uint32_t shard = 0; shard < shards; ++shard) {
    std::uint32_t open = 0;
    for (std::size_t zone = 0; zone < out.size(); ++zone)
      open += out[zone] < limits[zone] ? 1U : 0U;
    if (open == 0) return false;
    std::uint32_t left = random.below(open);
    std::size_t zone = 0;
    while (out[zone] >= limits[zone] || left-- > 0) ++zone;
    ++out[zone];
  }
  return true;
}

bool level_counts(std::uint32_t total, std::span<const std::uint32_t> limits,
                  sim::RandomStream& random, std::span<std::uint32_t> counts) {
  const auto filled_to = [&](std::uint32_t level) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) {
      sum += std::max(counts[i], std::min(limits[i], level));
    }
    return sum;
  };
  if (filled_to(kNoLimit) < total) return false;
  // The highest level that does not overshoot; level 0 leaves `counts` as they are.
  std::uint32_t low = 0;
  std::uint32_t high = total;
  while (low < high) {
    const std::uint32_t middle = low + (high - low + 1) / 2;
    if (filled_to(middle) <= total) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  std::uint64_t sum = 0;
  std::uint32_t candidates = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    counts[i] = std::max(counts[i], std::min(limits[i], low));
    sum += counts[i];
    if (counts[i] == low && limits[i] > low) ++candidates;
  }
  auto extra = static_cast<std::uint32_t>(total - sum);
  for (std::size_t i = 0; i < counts.size() && extra > 0; ++i) {
    if (counts[i] != low || limits[i] <= low) continue;
    if (random.below(candidates--) < extra) {
      ++counts[i];
      --extra;
    }
  }
  return true;
}

bool level_guarded_counts(std::uint32_t total, std::span<const ZoneRoom> rooms,
                          std::uint32_t at_most, sim::RandomStream& random,
                          std::span<std::uint32_t> counts) {
  std::fill(counts.begin(), counts.end(), 0U);
  std::uint32_t left = at_most;
  for (std::uint32_t shard = 0; shard < total; ++shard) {
    std::size_t best = rooms.size();
    std::uint32_t ties = 0;
    for (std::size_t zone = 0; zone < rooms.size(); ++zone) {
      if (counts[zone] >= rooms[zone].all) continue;
      if (counts[zone] >= rooms[zone].unguarded && left == 0) continue;
      if (best == rooms.size() || counts[zone] < counts[best]) {
        best = zone;
        ties = 1;
      } else if (counts[zone] == counts[best] && random.below(++ties) == 0) {
        best = zone;
      }
    }
    if (best == rooms.size()) return false;
    if (counts[best]++ >= rooms[best].unguarded) --left;
  }
  return true;
}

bool guarded_needs(std::span<const std::uint32_t> counts, std::span<const ZoneRoom> rooms,
                   std::uint32_t at_most, std::span<std::uint32_t> needs) {
  std::uint64_t sum = 0;
  for (std::size_t zone = 0; zone < counts.size(); ++zone) {
    needs[zone] = counts[zone] - std::min(counts[zone], rooms[zone].unguarded);
    sum += needs[zone];
  }
  return sum <= at_most;
}

}  // namespace spindle::models
