// static: the fleet is cut once into legal sets of n drives; a tenant's bucket takes one set until
// one of its drives is full, then the next unused set. When none is left it joins the set that is
// then the least filled. The strawman: a tenant's burst lands on few drives, and drives of unused
// sets idle.

#include <algorithm>
#include <limits>
#include <queue>
#include <tuple>
#include <vector>

#include "models/placement/policies.hpp"
#include "models/placement/spread_sampler.hpp"
#include "models/purposes.hpp"

namespace spindle::models {
namespace {

constexpr std::uint32_t kNoSet = std::numeric_limits<std::uint32_t>::max();

// Drives of one zone not yet in a set, given out from the racks that have the most left: the order
// that yields the most sets when a set wants distinct racks.
class ZoneStock {
 public:
  ZoneStock(const Topology& topology, std::uint32_t zone, std::uint32_t rack_limit,
            sim::RandomStream& random)
      : rack_limit_(rack_limit) {
    const DriveRange racks = topology.racks_of_zone(zone);
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

  // Appends `count` drives to `set`; false (and the set is spoilt) where the racks run out.
  bool take(std::uint32_t count, sim::RandomStream& random, std::vector<std::uint32_t>& set) {
    std::vector<std::pair<std::uint32_t, std::uint32_t>> taken;  // rack, drives in this set
    while (count > 0 && !racks_.empty()) {
      const std::uint32_t rack = std::get<2>(racks_.top());
      racks_.pop();
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

  [[nodiscard]] std::uint32_t left() const { return left_; }

 private:
  void give_back(std::uint32_t rack, sim::RandomStream& random) {
    const auto size = static_cast<std::uint32_t>(drives_[rack].size());
    if (size > 0) racks_.push({size, random.next_u32(), rack});
  }

  std::uint32_t rack_limit_;
  std::uint32_t left_ = 0;
  std::vector<std::vector<std::uint32_t>> drives_;
  // (drives left, random tie-break, rack): the fullest rack first.
  std::priority_queue<std::tuple<std::uint32_t, std::uint32_t, std::uint32_t>> racks_;
  std::vector<std::uint32_t> held_;  // racks at their limit within the set being taken
};

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

class StaticPolicy final : public PlacementPolicy {
 public:
  explicit StaticPolicy(const PolicyContext& context)
      : sampler_(context), shards_(context.shards), tenants_(context.tenants) {
    cut_into_sets(context);
  }

  [[nodiscard]] std::unique_ptr<State> make_state() const override {
    return std::make_unique<Buckets>(tenants_, unused_drives_);
  }

  bool place(const ExtentRequest& request, const FleetView& view, State& state,
             sim::RandomStream& /*random*/, std::span<std::uint32_t> out) const override {
    auto& mine = static_cast<Buckets&>(state);
    std::uint32_t& current = mine.set_of_tenant[request.tenant.value()];
    if (current == kNoSet || !set_has_room(current, view, request.shard_bytes)) {
      current = next_set(mine, view, request.shard_bytes);
      if (current == kNoSet) return false;
    }
    const auto set = drives_of(current);
    std::copy(set.begin(), set.end(), out.begin());
    return true;
  }

 private:
  struct Buckets final : State {
    Buckets(std::uint32_t tenants, std::uint64_t leftover)
        : set_of_tenant(tenants, kNoSet), unused_drives(leftover) {}
    [[nodiscard]] std::vector<Note> notes() const override {
      return {{"unused_drives", unused_drives}, {"shared_sets", shared_sets}};
    }
    std::vector<std::uint32_t> set_of_tenant;
    std::uint32_t next_unused = 0;
    std::uint64_t unused_drives;    // drives that form no legal set
    std::uint64_t shared_sets = 0;  // times a tenant had to join a set already taken
    // Taken sets by the fill they had when last looked at: a lower bound, as drives only fill.
    std::priority_queue<std::pair<double, std::uint32_t>,
                        std::vector<std::pair<double, std::uint32_t>>, std::greater<>>
        taken;
  };

  void cut_into_sets(const PolicyContext& context) {
    const Topology& topology = context.topology;
    sim::RandomStream random(context.seed, 0, purpose::kPlacementSets, 0);
    const std::uint32_t rack_limit =
        context.spread.max_per_rack == 0 ? shards_ : context.spread.max_per_rack;
    std::vector<ZoneStock> stock;
    std::vector<std::uint32_t> limits;
    for (std::uint32_t zone = 0; zone < topology.zones(); ++zone) {
      stock.emplace_back(topology, zone, rack_limit, random);
      const bool is_lost = !context.zone_is_lost.empty() && context.zone_is_lost[zone] != 0;
      limits.push_back(is_lost ? 0 : zone_limit(context.spread, topology, zone));
    }
    std::vector<std::uint32_t> set;
    for (bool legal = true; legal;) {
      const auto counts = split(shards_, stock, limits);
      set.clear();
      legal = !counts.empty();
      for (std::size_t zone = 0; legal && zone < stock.size(); ++zone) {
        legal = stock[zone].take(counts[zone], random, set);
      }
      if (legal) sets_.insert(sets_.end(), set.begin(), set.end());
    }
    unused_drives_ = topology.drives() - sets_.size();
    for (std::uint32_t i = set_count(); i > 1; --i) {
      const std::uint32_t j = random.below(i);
      for (std::uint32_t k = 0; k < shards_; ++k) {
        std::swap(sets_[std::size_t{i - 1} * shards_ + k], sets_[std::size_t{j} * shards_ + k]);
      }
    }
  }

  [[nodiscard]] std::uint32_t set_count() const {
    return static_cast<std::uint32_t>(sets_.size() / shards_);
  }
  [[nodiscard]] std::span<const std::uint32_t> drives_of(std::uint32_t set) const {
    return std::span(sets_).subspan(std::size_t{set} * shards_, shards_);
  }
  [[nodiscard]] bool set_has_room(std::uint32_t set, const FleetView& view,
                                  std::uint64_t shard_bytes) const {
    const auto drives = drives_of(set);
    return std::all_of(drives.begin(), drives.end(), [&](std::uint32_t drive) {
      return sampler_.has_room(view, drive, shard_bytes);
    });
  }
  // A set is as full as its fullest drive.
  [[nodiscard]] double fill_of(std::uint32_t set, const FleetView& view) const {
    double fill = 0;
    for (const std::uint32_t drive : drives_of(set)) {
      fill = std::max(fill, static_cast<double>(view.used_bytes[drive]) /
                                view.topology.capacity_of(drive).to_double());
    }
    return fill;
  }

  std::uint32_t next_set(Buckets& mine, const FleetView& view, std::uint64_t shard_bytes) const {
    while (mine.next_unused < set_count()) {
      const std::uint32_t set = mine.next_unused++;
      if (!set_has_room(set, view, shard_bytes)) continue;  // filled before this state was made
      mine.taken.push({fill_of(set, view), set});
      return set;
    }
    while (!mine.taken.empty()) {
      const auto [fill_then, set] = mine.taken.top();
      mine.taken.pop();
      if (!set_has_room(set, view, shard_bytes)) continue;
      const double fill = fill_of(set, view);
      mine.taken.push({fill, set});
      if (fill > fill_then) continue;
      ++mine.shared_sets;
      return set;
    }
    return kNoSet;
  }

  SpreadSampler sampler_;  // for its checks and for room
  std::uint32_t shards_;
  std::uint32_t tenants_;
  std::vector<std::uint32_t> sets_;  // shards_ drives a set, in the order of use
  std::uint64_t unused_drives_ = 0;
};

}  // namespace

std::unique_ptr<PlacementPolicy> make_static(const PlacementOptions& /*options*/,
                                             const PolicyContext& context) {
  return std::make_unique<StaticPolicy>(context);
}

}  // namespace spindle::models
