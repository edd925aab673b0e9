#include "models/placement/no_room.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace spindle::models {
namespace {

constexpr std::size_t kMostListed = 8;  // zones

std::string list_zones(const std::vector<ZoneRoom>& rooms) {
  if (rooms.size() > kMostListed) return "";
  std::string text;
  for (const ZoneRoom& room : rooms)
    text += fmt::format("{}{}", text.empty() ? "" : " + ", room.all);
  return text + " by zone, ";
}

std::string limit_text(std::uint32_t limit) {
  return limit == 0 ? "any number" : fmt::format("at most {}", limit);
}

}  // namespace

std::string explain_no_room(const PolicyContext& context, const FleetView& view,
                            std::uint64_t shard_bytes) {
  const Topology& topology = context.topology;
  const SpreadRule& rule = context.spread;
  const std::uint32_t per_rack = rule.max_per_rack == 0 ? context.shards : rule.max_per_rack;
  const std::uint32_t per_zone = rule.max_per_zone == 0 ? context.shards : rule.max_per_zone;
  const std::vector<std::uint8_t> guarded = guarded_racks(rule, topology);
  std::vector<ZoneRoom> rooms(topology.zones());
  std::uint64_t open = 0;
  for (std::uint32_t rack = 0; rack < topology.racks(); ++rack) {
    const DriveRange drives = topology.drives_of_rack(rack);
    std::uint32_t open_here = 0;
    for (std::uint32_t drive = drives.first; drive < drives.last; ++drive) {
      const std::uint64_t capacity = topology.capacity_of(drive).value;
      if (shard_bytes <= capacity && view.used_bytes[drive] <= capacity - shard_bytes) ++open_here;
    }
    open += open_here;
    ZoneRoom& room = rooms[topology.zone_of_rack(rack)];
    const std::uint32_t fit = std::min(open_here, per_rack);
    room.all = std::min(per_zone, room.all + fit);
    if (guarded.empty() || guarded[rack] == 0) {
      room.unguarded = std::min(per_zone, room.unguarded + fit);
    }
  }
  std::uint64_t unguarded = 0;
  std::uint64_t all = 0;
  for (const ZoneRoom& room : rooms) {
    unguarded += room.unguarded;
    all += room.all;
  }
  const std::string on_platform =
      guarded.empty() ? ""
                      : fmt::format(", at most {} on {} drives, {} beside them", rule.guard.at_most,
                                    rule.guard.platform, unguarded);
  const std::uint64_t fit =
      guarded.empty() ? all
                      : unguarded + std::min<std::uint64_t>(rule.guard.at_most, all - unguarded);
  const std::string rest =
      fmt::format("{} of {} drives have room for one", open, topology.drives());
  if (fit >= context.shards) {
    return fmt::format(
        "{} shards would find room under the spread rule, but in no set of drives "
        "that the policy may use; {}",
        context.shards, rest);
  }
  return fmt::format(
      "of the {} shards of an extent {} find room under the spread rule ({}{} a "
      "zone, {} a rack{}); {}",
      context.shards, fit, list_zones(rooms), limit_text(rule.max_per_zone),
      limit_text(rule.max_per_rack), on_platform, rest);
}

}  // namespace spindle::models
