#include "models/placement/spread_sampler.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "models/placement/spread_draft.hpp"

namespace spindle::models {
namespace {

constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();
constexpr std::uint32_t kTries = 64;  // draws of a legal drive before giving up, equal capacity
constexpr std::uint32_t kMostTries = 4096;

}  // namespace

SpreadSampler::SpreadSampler(const PolicyContext& context)
    : topology_(context.topology),
      rule_(context.spread),
      shards_(context.shards),
      rack_limit_(rule_.max_per_rack == 0 ? kNone : rule_.max_per_rack) {
  if (shards_ > kMaxShards) {
    throw std::invalid_argument(
        fmt::format("placement: {} shards an extent (the limit is {}) — use a narrower scheme",
                    shards_, kMaxShards));
  }
  if (const auto why = why_infeasible(rule_, shards_, topology_)) {
    throw std::invalid_argument(
        fmt::format("placement: no drive set obeys the spread rule ({}) — widen the fleet or raise "
                    "max_per_zone or max_per_rack",
                    *why));
  }
  for (std::uint32_t zone = 0; zone < topology_.zones(); ++zone) {
    zone_limits_.push_back(zone_limit(rule_, topology_, zone));
  }
  if (!rule_.guard.platform.empty()) {
    guarded_ = guarded_racks(rule_, topology_);
    empty_rooms_ = zone_rooms(rule_, topology_);
  }
  std::uint64_t largest = 0;
  for (const DriveModel& model : topology_.models()) {
    largest = std::max(largest, model.capacity.value);
  }
  double accepted = 0;
  for (std::uint32_t rack = 0; rack < topology_.racks(); ++rack) {
    const Bytes capacity = topology_.models()[topology_.model_of_rack(rack)].capacity;
    const double share = capacity.to_double() / static_cast<double>(largest);
    capacity_.push_back(capacity.value);
    per_byte_.push_back(1 / capacity.to_double());
    accept_.push_back(static_cast<std::uint64_t>(std::ceil(share * 0x1p32)));
    const bool may_be_shut = has_guard() && is_guarded(rack);
    if (has_guard()) shut_capacity_.push_back(may_be_shut ? 0 : capacity.value);
    if (!may_be_shut) accepted += share * topology_.drives_of_rack(rack).size();
    equal_capacity_ = equal_capacity_ && capacity.value == capacity_.front();
  }
  tries_ = static_cast<std::uint32_t>(
      std::min<double>(kMostTries, std::ceil(kTries * topology_.drives() / accepted)));
}

std::vector<DrivePool> SpreadSampler::whole_zones() const {
  std::vector<DrivePool> pools;
  for (std::uint32_t zone = 0; zone < topology_.zones(); ++zone) {
    pools.emplace_back(topology_.drives_of_zone(zone));
  }
  return pools;
}

// Shards that each pool can take now, at most max_per_zone; counting stops at what an extent has.
template <class HasRoom>
void SpreadSampler::measure_rooms(std::span<const DrivePool> pools, std::span<ZoneRoom> rooms,
                                  HasRoom has_room) const {
  for (std::size_t zone = 0; zone < pools.size(); ++zone) {
    const std::uint32_t enough =
        rule_.max_per_zone == 0 ? shards_ : std::min(shards_, rule_.max_per_zone);
    ZoneRoom& room = rooms[zone];
    std::uint32_t rack = kNone;
    std::uint32_t in_rack = 0;
    room = {};
    for (std::uint32_t i = 0; i < pools[zone].size() && room.unguarded < enough; ++i) {
      const std::uint32_t drive = pools[zone][i];
      if (topology_.rack_of(drive) != rack) {
        rack = topology_.rack_of(drive);
        in_rack = 0;
      }
      if (in_rack >= rack_limit_ || !has_room(drive)) continue;
      ++in_rack;
      if (room.all < enough) ++room.all;
      if (!has_guard() || !is_guarded(rack)) ++room.unguarded;
    }
  }
}

bool SpreadSampler::can_hold(std::span<const DrivePool> pools) const {
  std::vector<ZoneRoom> rooms(pools.size());
  measure_rooms(pools, rooms, [](std::uint32_t) { return true; });
  std::uint64_t all = 0;
  std::uint64_t unguarded = 0;
  for (const ZoneRoom& room : rooms) {
    all += room.all;
    unguarded += room.unguarded;
  }
  const std::uint64_t guarded = has_guard() ? rule_.guard.at_most : 0;
  return unguarded + std::min(guarded, all - unguarded) >= shards_;
}

SpreadSampler::ZoneSplit SpreadSampler::draw_split(Scratch& scratch,
                                                   sim::RandomStream& random) const {
  const std::uint32_t zones = topology_.zones();
  scratch.counts.resize(zones);
  if (rule_.zones == ZoneDraw::kEven) {
    draw_zone_counts(shards_, random, scratch.counts);
  } else {
    draw_any_zone_counts(shards_, zone_limits_, random, scratch.counts);  // feasible: as built
  }
  if (!has_guard()) return {scratch.counts, {}, 0};
  scratch.needs.resize(zones);
  const std::uint32_t at_most = rule_.guard.at_most;
  if (!guarded_needs(scratch.counts, empty_rooms_, at_most, scratch.needs)) {
    level_guarded_counts(shards_, empty_rooms_, at_most, random, scratch.counts);
    guarded_needs(scratch.counts, empty_rooms_, at_most, scratch.needs);
  }
  return {scratch.counts, scratch.needs, random.below(zones)};
}

bool SpreadSampler::level_split(const ExtentRequest& request, const FleetView& view,
                                std::span<const DrivePool> pools, Scratch& scratch,
                                sim::RandomStream& random, ZoneSplit& split) const {
  const std::uint32_t zones = topology_.zones();
  scratch.measured.resize(zones);
  measure_rooms(pools, scratch.measured,
                [&](std::uint32_t drive) { return has_room(view, drive, request.shard_bytes); });
  std::fill(scratch.counts.begin(), scratch.counts.end(), 0U);
  if (has_guard()) {
    const std::uint32_t at_most = rule_.guard.at_most;
    if (!level_guarded_counts(shards_, scratch.measured, at_most, random, scratch.counts)) {
      return false;
    }
    guarded_needs(scratch.counts, scratch.measured, at_most, scratch.needs);
    split = {scratch.counts, scratch.needs, random.below(zones)};
    return true;
  }
  scratch.rooms.resize(zones);
  std::transform(scratch.measured.begin(), scratch.measured.end(), scratch.rooms.begin(),
                 [](const ZoneRoom& room) { return room.all; });
  split = {scratch.counts, {}, 0};
  return level_counts(shards_, scratch.rooms, random, scratch.counts);
}

template <bool kWeighted, class Load>
bool SpreadSampler::place_with(const Placing& placing, const Load& load) const {
  SpreadDraft<kWeighted, Load> draft(*this, placing, load);
  return divide(placing.request, placing.view, placing.pools, placing.scratch, placing.random,
                [&](const ZoneSplit& split) { return draft.fill(split, placing.pools); });
}

template <class Load>
bool SpreadSampler::place_by(const Placing& placing, const Load& load) const {
  return equal_capacity_ ? place_with<false>(placing, load) : place_with<true>(placing, load);
}

template <class Load>
bool SpreadSampler::place_noisy(const Placing& placing, const Load& load) const {
  const double sd = placing.chooser.noise;
  return sd > 0 ? place_by(placing, Noisy<Load>{load, placing.random, sd})
                : place_by(placing, load);
}

// By the loads as the policy knows them; rooms are the true ones in any case.
bool SpreadSampler::place_least(const Placing& placing) const {
  const Chooser& chooser = placing.chooser;
  const ExtentRequest& request = placing.request;
  KnownLoads& loads = placing.scratch.loads;
  const FleetView known = loads.look(placing.view, chooser);
  const FillFraction fill{known.used_bytes, per_byte_, request.shard_bytes};
  const ExpectedHeat heat{known.expected_heat, request.shard_heat, topology_};
  switch (chooser.metric) {
    case LoadMetric::kHeat:
      return place_noisy(placing, heat);
    case LoadMetric::kBlend: {
      // A load that no drive has yet decides nothing.
      const double mean_fill = loads.mean_fill();
      const double mean_heat = loads.mean_heat();
      return place_noisy(
          placing, BlendedLoad{fill, heat, mean_fill > 0 ? chooser.fill_weight / mean_fill : 0,
                               mean_heat > 0 ? (1 - chooser.fill_weight) / mean_heat : 0});
    }
    case LoadMetric::kBytes:
      return place_noisy(placing, UsedBytes{known.used_bytes});
    case LoadMetric::kFill:
      break;
  }
  return equal_capacity_ ? place_noisy(placing, UsedBytes{known.used_bytes})
                         : place_noisy(placing, fill);
}

bool SpreadSampler::place(const ExtentRequest& request, const FleetView& view,
                          const Chooser& chooser, std::span<DrivePool> pools, Scratch& scratch,
                          sim::RandomStream& random, std::span<std::uint32_t> out) const {
  const Placing placing{request, view, chooser, pools, scratch, random, out};
  if (!chooser.compares()) return place_by(placing, NoLoad{});
  if (!place_least(placing)) return false;
  scratch.loads.count(request, topology_, chooser, out);
  return true;
}

}  // namespace spindle::models
