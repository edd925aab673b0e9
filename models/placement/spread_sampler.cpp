#include "models/placement/spread_sampler.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <type_traits>

namespace spindle::models {
namespace {

constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();
constexpr std::uint32_t kTries = 64;  // draws of a legal drive before giving up, equal capacity
constexpr std::uint32_t kMostTries = 4096;
constexpr std::uint32_t kAhead = 64;  // candidates drawn ahead in one extent
constexpr double kTwoTo32 = 4294967296.0;

struct NoLoad {};
struct UsedBytes {  // the order of fill fractions where all capacities are equal
  std::span<const std::uint64_t> used;
  std::uint64_t operator()(std::uint32_t drive, std::uint32_t /*rack*/) const {
    return used[drive];
  }
};
struct FillFraction {  // with the shard in question
  std::span<const std::uint64_t> used;
  std::span<const double> per_byte;
  std::uint64_t shard_bytes;
  double operator()(std::uint32_t drive, std::uint32_t rack) const {
    return static_cast<double>(used[drive] + shard_bytes) * per_byte[rack];
  }
};
struct ExpectedHeat {  // with the shard in question, as this drive's model would bear it
  std::span<const double> heat;
  std::span<const double> shard_heat;
  const Topology& topology;
  double operator()(std::uint32_t drive, std::uint32_t rack) const {
    return heat[drive] + (shard_heat.empty() ? 0.0 : shard_heat[topology.model_of_rack(rack)]);
  }
};

}  // namespace

// One extent being placed.
template <bool kWeighted, class Load>
class SpreadSampler::Draft {
 public:
  Draft(const SpreadSampler& sampler, const ExtentRequest& request, const FleetView& view,
        std::uint32_t choices, const Load& load, sim::RandomStream& random,
        std::span<std::uint32_t> out)
      : sampler_(sampler),
        view_(view),
        bytes_(request.shard_bytes),
        choices_(choices),
        load_(load),
        random_(random),
        out_(out) {}

  // Places counts[z] shards from pools[z]; false at the first zone that has no room for its share.
  bool fill(std::span<const std::uint32_t> counts, std::span<DrivePool> pools,
            std::vector<std::uint32_t>& legal) {
    placed_ = 0;
    if (!look_ahead(counts, pools)) return false;
    for (std::size_t zone = 0; zone < pools.size(); ++zone) {
      zone_begin_ = placed_;
      for (std::uint32_t i = 0; i < counts[zone]; ++i) {
        next_ahead_ = placed_ * choices_;  // also where the last shard left some of its own
        std::uint32_t drive = choose(pools[zone]);
        if (drive == kNone) drive = choose_exactly(pools[zone], legal);
        if (drive == kNone) return false;
        rack_[placed_] = sampler_.topology_.rack_of(drive);
        out_[placed_++] = drive;
      }
    }
    return true;
  }

 private:
  // Draws the first candidates of all shards, so that their memory arrives together: one dependent
  // miss after the other would cost most of the time on large fleets and subsets.
  bool look_ahead(std::span<const std::uint32_t> counts, std::span<DrivePool> pools) {
    ahead_count_ = 0;
    for (std::size_t zone = 0; zone < pools.size(); ++zone) {
      if (counts[zone] == 0) continue;
      if (pools[zone].size() == 0) return false;
      const std::uint32_t end = std::min(ahead_count_ + counts[zone] * choices_, kAhead);
      for (; ahead_count_ < end; ++ahead_count_) {
        ahead_[ahead_count_] = random_.below(pools[zone].size());
        pools[zone].prefetch(ahead_[ahead_count_]);
      }
    }
    std::uint32_t i = 0;
    for (std::size_t zone = 0; zone < pools.size(); ++zone) {
      const std::uint32_t end = std::min(i + counts[zone] * choices_, kAhead);
      for (; i < end; ++i) {
        ahead_[i] = pools[zone][ahead_[i]];
        __builtin_prefetch(&view_.used_bytes[ahead_[i]]);
        sampler_.topology_.prefetch_rack_of(ahead_[i]);
      }
    }
    return true;
  }

  [[nodiscard]] bool is_legal(std::uint32_t drive, std::uint32_t rack) const {
    const std::uint64_t capacity = sampler_.capacity_[rack];
    if (bytes_ > capacity || view_.used_bytes[drive] > capacity - bytes_) return false;
    std::uint32_t in_rack = 0;
    for (std::uint32_t i = zone_begin_; i < placed_; ++i) {
      if (out_[i] == drive) return false;
      in_rack += rack_[i] == rack ? 1U : 0U;
    }
    return in_rack < sampler_.rack_limit_;
  }

  std::uint32_t draw(const DrivePool& pool) {
    for (std::uint32_t i = 0; i < sampler_.tries_; ++i) {
      const std::uint32_t drive = i == 0 && next_ahead_ < ahead_count_
                                      ? ahead_[next_ahead_++]
                                      : pool[random_.below(pool.size())];
      const std::uint32_t rack = sampler_.topology_.rack_of(drive);
      if constexpr (kWeighted) {
        if (random_.next_u32() >= sampler_.accept_[rack]) continue;
      }
      if (is_legal(drive, rack)) return drive;
    }
    return kNone;
  }

  // `candidate()` yields one legal drive a call, or kNone.
  template <class Candidate>
  std::uint32_t least_loaded(Candidate candidate) {
    std::uint32_t best = candidate();
    if constexpr (!std::is_same_v<Load, NoLoad>) {
      if (best == kNone) return kNone;
      auto best_load = load_(best, sampler_.topology_.rack_of(best));
      for (std::uint32_t i = 1; i < choices_; ++i) {
        const std::uint32_t other = candidate();
        if (other == kNone) return kNone;
        const auto other_load = load_(other, sampler_.topology_.rack_of(other));
        best = other_load < best_load ? other : best;
        best_load = std::min(best_load, other_load);
      }
    }
    return best;
  }

  std::uint32_t choose(const DrivePool& pool) {
    if (pool.size() == 0) return kNone;  // its last drives were found full in this extent
    return least_loaded([&] { return draw(pool); });
  }

  // The same distribution from the list of all legal drives.
  std::uint32_t choose_exactly(DrivePool& pool, std::vector<std::uint32_t>& legal) {
    pool.keep([&](std::uint32_t drive) { return sampler_.has_room(view_, drive, bytes_); });
    legal.clear();
    double weight = 0;
    for (std::uint32_t i = 0; i < pool.size(); ++i) {
      const std::uint32_t rack = sampler_.topology_.rack_of(pool[i]);
      if (!is_legal(pool[i], rack)) continue;
      legal.push_back(pool[i]);
      weight += static_cast<double>(sampler_.capacity_[rack]);
    }
    if (legal.empty()) return kNone;
    return least_loaded([&] {
      if constexpr (kWeighted) {
        double left = random_.uniform() * weight;
        for (const std::uint32_t drive : legal) {
          left -= static_cast<double>(sampler_.capacity_[sampler_.topology_.rack_of(drive)]);
          if (left < 0) return drive;
        }
        return legal.back();  // rounding left a remainder
      } else {
        return legal[random_.below(static_cast<std::uint32_t>(legal.size()))];
      }
    });
  }

  const SpreadSampler& sampler_;
  const FleetView& view_;
  std::uint64_t bytes_;
  std::uint32_t choices_;
  const Load& load_;
  sim::RandomStream& random_;
  std::span<std::uint32_t> out_;
  std::array<std::uint32_t, kMaxShards> rack_;  // of each drive in out_
  std::uint32_t placed_ = 0;
  std::uint32_t zone_begin_ = 0;
  std::array<std::uint32_t, kAhead> ahead_;  // first candidates of the coming shards, in order
  std::uint32_t ahead_count_ = 0;
  std::uint32_t next_ahead_ = 0;
};

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
    accept_.push_back(static_cast<std::uint64_t>(std::ceil(share * kTwoTo32)));
    accepted += share * topology_.drives_of_rack(rack).size();
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
void SpreadSampler::measure_rooms(const ExtentRequest& request, const FleetView& view,
                                  std::span<const DrivePool> pools,
                                  std::span<std::uint32_t> rooms) const {
  for (std::size_t zone = 0; zone < pools.size(); ++zone) {
    const std::uint32_t enough =
        rule_.max_per_zone == 0 ? shards_ : std::min(shards_, rule_.max_per_zone);
    std::uint32_t rack = kNone;
    std::uint32_t in_rack = 0;
    rooms[zone] = 0;
    for (std::uint32_t i = 0; i < pools[zone].size() && rooms[zone] < enough; ++i) {
      const std::uint32_t drive = pools[zone][i];
      if (topology_.rack_of(drive) != rack) {
        rack = topology_.rack_of(drive);
        in_rack = 0;
      }
      if (in_rack < rack_limit_ && has_room(view, drive, request.shard_bytes)) {
        ++in_rack;
        ++rooms[zone];
      }
    }
  }
}

template <bool kWeighted, class Load>
bool SpreadSampler::place_with(const ExtentRequest& request, const FleetView& view,
                               std::uint32_t choices, const Load& load, std::span<DrivePool> pools,
                               Scratch& scratch, sim::RandomStream& random,
                               std::span<std::uint32_t> out) const {
  scratch.counts.resize(pools.size());
  if (rule_.zones == ZoneDraw::kEven) {
    draw_zone_counts(shards_, random, scratch.counts);
  } else {
    draw_any_zone_counts(shards_, zone_limits_, random, scratch.counts);  // feasible: as built
  }
  Draft<kWeighted, Load> draft(*this, request, view, choices, load, random, out);
  if (draft.fill(scratch.counts, pools, scratch.legal)) return true;
  scratch.rooms.resize(pools.size());
  measure_rooms(request, view, pools, scratch.rooms);
  std::fill(scratch.counts.begin(), scratch.counts.end(), 0U);
  return level_counts(shards_, scratch.rooms, random, scratch.counts) &&
         draft.fill(scratch.counts, pools, scratch.legal);
}

template <class Load>
bool SpreadSampler::place_by(const ExtentRequest& request, const FleetView& view,
                             std::uint32_t choices, const Load& load, std::span<DrivePool> pools,
                             Scratch& scratch, sim::RandomStream& random,
                             std::span<std::uint32_t> out) const {
  return equal_capacity_
             ? place_with<false>(request, view, choices, load, pools, scratch, random, out)
             : place_with<true>(request, view, choices, load, pools, scratch, random, out);
}

bool SpreadSampler::place(const ExtentRequest& request, const FleetView& view, Chooser chooser,
                          std::span<DrivePool> pools, Scratch& scratch, sim::RandomStream& random,
                          std::span<std::uint32_t> out) const {
  const std::uint32_t choices = chooser.choices;
  if (choices == 1) {
    return place_by(request, view, choices, NoLoad{}, pools, scratch, random, out);
  }
  if (chooser.metric == LoadMetric::kHeat) {
    return place_by(request, view, choices,
                    ExpectedHeat{view.expected_heat, request.shard_heat, topology_}, pools, scratch,
                    random, out);
  }
  if (equal_capacity_) {
    return place_by(request, view, choices, UsedBytes{view.used_bytes}, pools, scratch, random,
                    out);
  }
  return place_by(request, view, choices,
                  FillFraction{view.used_bytes, per_byte_, request.shard_bytes}, pools, scratch,
                  random, out);
}

}  // namespace spindle::models
