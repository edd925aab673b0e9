#include "models/placement/set_partition.hpp"

#include <algorithm>
#include <limits>

namespace spindle::models {
namespace {

constexpr std::uint32_t kAnyNumber = std::numeric_limits<std::uint32_t>::max();

// The even split; where it has a remainder, the zones with most drives left take it.
std::vector<std::uint32_t> split(std::uint32_t shards, const std::vector<ZoneStock>& stock,
                                 const std::vector<std::uint32_t>& limits) {
  std::vector<std::uint32_t> counts(stock.size(), 0);
  for (std::uint32_t i = 0; i < shards; ++i) {
    std::size_t best = stock.size();
    for (std::size_t zone = 0; zone < stock.size(); ++zone) {
      if (counts[zone] >= std::min(limits[zone], stock[zone].left())) continue;
      if (best == stock.size() || counts[zone] < counts[best] ||
          (counts[zone] == counts[best] && stock[zone].left() > stock[best].left())) {
        best = zone;
      }
    }
    if (best == stock.size()) return {};
    ++counts[best];
  }
  return counts;
}

// The next set, empty where there is none.
std::vector<std::uint32_t> next_set(std::uint32_t shards, std::vector<ZoneStock>& stock,
                                    const std::vector<std::uint32_t>& limits,
                                    sim::RandomStream& random) {
  const auto counts = split(shards, stock, limits);
  std::vector<std::uint32_t> set;
  if (counts.empty()) return set;
  for (std::size_t zone = 0; zone < stock.size(); ++zone) {
    if (!stock[zone].take(counts[zone], kAnyNumber, random, set)) return {};
  }
  return set;
}

// The same under a guard rail: zones take their turns from a random one on, and what the others
// need of it is kept for them.
std::vector<std::uint32_t> next_guarded_set(std::uint32_t shards, std::uint32_t at_most,
                                            const std::vector<std::uint8_t>& guarded,
                                            const Topology& topology, std::vector<ZoneStock>& stock,
                                            const std::vector<std::uint32_t>& limits,
                                            sim::RandomStream& random) {
  const auto zones = static_cast<std::uint32_t>(stock.size());
  std::vector<ZoneRoom> rooms;
  for (std::uint32_t zone = 0; zone < zones; ++zone) {
    rooms.push_back(stock[zone].room(limits[zone]));
  }
  std::vector<std::uint32_t> counts(zones);
  std::vector<std::uint32_t> needs(zones);
  if (!level_guarded_counts(shards, rooms, at_most, random, counts)) return {};
  guarded_needs(counts, rooms, at_most, needs);
  std::uint32_t left = at_most;
  for (const std::uint32_t need : needs) left -= need;
  std::vector<std::vector<std::uint32_t>> taken(zones);
  const std::uint32_t first = random.below(zones);
  for (std::uint32_t i = 0; i < zones; ++i) {
    const std::uint32_t zone = (first + i) % zones;
    left += needs[zone];
    if (!stock[zone].take(counts[zone], left, random, taken[zone])) return {};
    left -= static_cast<std::uint32_t>(
        std::count_if(taken[zone].begin(), taken[zone].end(),
                      [&](std::uint32_t drive) { return guarded[topology.rack_of(drive)] != 0; }));
  }
  std::vector<std::uint32_t> set;
  for (const auto& drives : taken) set.insert(set.end(), drives.begin(), drives.end());
  return set;
}

}  // namespace

ZoneStock::ZoneStock(const Topology& topology, std::uint32_t zone, std::uint32_t rack_limit,
                     std::span<const std::uint8_t> guarded, sim::RandomStream& random)
    : rack_limit_(rack_limit) {
  const DriveRange racks = topology.racks_of_zone(zone);
  if (!guarded.empty()) guarded_ = guarded.subspan(racks.first, racks.size());
  for (std::uint32_t rack = racks.first; rack < racks.last; ++rack) {
    const DriveRange range = topology.drives_of_rack(rack);
    std::vector<std::uint32_t>& drives = drives_.emplace_back();
    for (std::uint32_t drive = range.first; drive < range.last; ++drive) drives.push_back(drive);
    for (std::uint32_t i = range.size(); i > 1; --i) {
      std::swap(drives[i - 1], drives[random.below(i)]);
    }
    left_ += range.size();
    racks_.push({range.size(), random.next_u32(), rack - racks.first});
  }
}

bool ZoneStock::take(std::uint32_t count, std::uint32_t guarded_count, sim::RandomStream& random,
                     std::vector<std::uint32_t>& set) {
  std::vector<std::pair<std::uint32_t, std::uint32_t>> taken;  // rack, drives in this set
  while (count > 0 && !racks_.empty()) {
    const std::uint32_t rack = std::get<2>(racks_.top());
    racks_.pop();
    if (is_guarded(rack)) {
      if (guarded_count == 0) {
        held_.push_back(rack);
        continue;
      }
      --guarded_count;
    }
    set.push_back(drives_[rack].back());
    drives_[rack].pop_back();
    --left_;
    --count;
    auto mine = std::find_if(taken.begin(), taken.end(),
                             [&](const auto& entry) { return entry.first == rack; });
    if (mine == taken.end()) mine = taken.insert(taken.end(), {rack, 0});
    if (++mine->second < rack_limit_) {
      give_back(rack, random);
    } else {
      held_.push_back(rack);
    }
  }
  for (const std::uint32_t rack : held_) give_back(rack, random);
  held_.clear();
  return count == 0;
}

ZoneRoom ZoneStock::room(std::uint32_t limit) const {
  std::uint64_t all = 0;
  std::uint64_t unguarded = 0;
  for (std::uint32_t rack = 0; rack < drives_.size(); ++rack) {
    const auto size = static_cast<std::uint32_t>(drives_[rack].size());
    all += std::min(rack_limit_, size);
    if (!is_guarded(rack)) unguarded += std::min(rack_limit_, size);
  }
  return {static_cast<std::uint32_t>(std::min<std::uint64_t>(limit, all)),
          static_cast<std::uint32_t>(std::min<std::uint64_t>(limit, unguarded))};
}

void ZoneStock::give_back(std::uint32_t rack, sim::RandomStream& random) {
  const auto size = static_cast<std::uint32_t>(drives_[rack].size());
  if (size > 0) racks_.push({size, random.next_u32(), rack});
}

std::vector<std::uint32_t> cut_into_sets(const PolicyContext& context, sim::RandomStream& random) {
  const Topology& topology = context.topology;
  const std::uint32_t shards = context.shards;
  const std::uint32_t rack_limit =
      context.spread.max_per_rack == 0 ? shards : context.spread.max_per_rack;
  const std::vector<std::uint8_t> guarded = guarded_racks(context.spread, topology);
  std::vector<ZoneStock> stock;
  std::vector<std::uint32_t> limits;
  for (std::uint32_t zone = 0; zone < topology.zones(); ++zone) {
    stock.emplace_back(topology, zone, rack_limit, guarded, random);
    const bool is_lost = !context.zone_is_lost.empty() && context.zone_is_lost[zone] != 0;
    limits.push_back(is_lost ? 0 : zone_limit(context.spread, topology, zone));
  }
  std::vector<std::uint32_t> sets;
  for (bool found = true; found;) {
    const auto set = guarded.empty() ? next_set(shards, stock, limits, random)
                                     : next_guarded_set(shards, context.spread.guard.at_most,
                                                        guarded, topology, stock, limits, random);
    found = !set.empty();
    sets.insert(sets.end(), set.begin(), set.end());
  }
  for (auto i = static_cast<std::uint32_t>(sets.size() / shards); i > 1; --i) {
    const std::uint32_t j = random.below(i);
    for (std::uint32_t k = 0; k < shards; ++k) {
      std::swap(sets[std::size_t{i - 1} * shards + k], sets[std::size_t{j} * shards + k]);
    }
  }
  return sets;
}

}  // namespace spindle::models
