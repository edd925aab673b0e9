// shuffle_shard: each tenant owns a random subset of `width` drives, and the inner policy (one that
// draws from a pool: chooser.hpp) places its extents within it. Two tenants share few drives, so
// that one of them overheating touches few of the others (docs/theory/placement.md).
//
// A subset is drawn without replacement from a stream keyed by the tenant, as many drives a zone as
// the spread rule needs and then as evenly as possible; a draw that leaves too few racks is drawn
// again. When a tenant's drives have no legal room left, it gets another subset of the same width
// among the drives that have room (fewer where fewer are left), in addition; the note
// "extra_subsets" counts them.

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <optional>
#include <stdexcept>
#include <vector>

#include "models/placement/policies.hpp"
#include "models/placement/sampled_policy.hpp"
#include "models/purposes.hpp"

namespace spindle::models {
namespace {

constexpr int kRedraws = 32;  // of a zone's subset, before racks are chosen first

// Moves `count` random entries to the front (Fisher-Yates, stopped early).
void shuffle_front(std::vector<std::uint32_t>& list, std::uint32_t count,
                   sim::RandomStream& random) {
  for (std::uint32_t i = 0; i < count; ++i) {
    const auto left = static_cast<std::uint32_t>(list.size()) - i;
    std::swap(list[i], list[i + random.below(left)]);
  }
}

class ShuffleShardPolicy final : public PlacementPolicy {
 public:
  ShuffleShardPolicy(std::uint32_t width, Chooser inner, const PolicyContext& context)
      : sampler_(context),
        inner_(inner),
        width_(width),
        tenants_(context.tenants),
        seed_(context.seed),
        rack_limit_(context.spread.max_per_rack == 0 ? kMaxShards : context.spread.max_per_rack) {
    const Topology& topology = context.topology;
    if (width < context.shards || width > topology.drives()) {
      throw std::invalid_argument(
          fmt::format("placement: shuffle_shard of width {} (a tenant's subset holds the {} shards "
                      "of an extent on distinct drives, of {} in the fleet) — state a width "
                      "between the two",
                      width, context.shards, topology.drives()));
    }
    std::uint64_t room = 0;
    for (std::uint32_t zone = 0; zone < topology.zones(); ++zone) {
      zone_limits_.push_back(zone_limit(context.spread, topology, zone));
      zone_sizes_.push_back(topology.drives_of_zone(zone).size());
    }
    // The most shards that the even split asks of any zone.
    for (; room < context.shards; ++most_per_zone_) {
      room = 0;
      for (const std::uint32_t limit : zone_limits_) room += std::min(limit, most_per_zone_ + 1);
    }
  }

  [[nodiscard]] std::unique_ptr<State> make_state() const override {
    return std::make_unique<Subsets>(tenants_, sampler_.topology().drives());
  }

  // First subsets depend on the tenant alone: only those that changed are drawn again.
  [[nodiscard]] std::unique_ptr<State> renew_state(std::unique_ptr<State> old) const override {
    auto out = std::make_unique<Subsets>(tenants_, sampler_.topology().drives());
    auto& last = static_cast<Subsets&>(*old).of_tenant;
    for (std::size_t tenant = 0; tenant < last.size(); ++tenant) {
      if (!last[tenant]) continue;
      const auto& pools = last[tenant]->pools;
      const bool is_changed = std::any_of(pools.begin(), pools.end(),
                                          [](const DrivePool& pool) { return pool.is_changed(); });
      if (!is_changed) out->of_tenant[tenant] = std::move(last[tenant]);
    }
    return out;
  }

  bool place(const ExtentRequest& request, const FleetView& view, State& state,
             sim::RandomStream& random, std::span<std::uint32_t> out) const override {
    auto& mine = static_cast<Subsets&>(state);
    std::optional<Subset>& subset = mine.of_tenant[request.tenant.value()];
    if (!subset) subset.emplace(first_subset(request.tenant.value(), mine));
    while (!sampler_.place(request, view, inner_, subset->pools, mine.scratch, random, out)) {
      if (!extend(*subset, request, view, mine)) return false;
      ++mine.extra;
    }
    return true;
  }

 private:
  struct Subset {
    sim::RandomStream random;
    std::vector<DrivePool> pools;  // one a zone
  };
  struct Subsets final : State {
    Subsets(std::uint32_t tenants, std::uint32_t drives) : of_tenant(tenants), marked(drives) {}
    [[nodiscard]] std::vector<Note> notes() const override { return {{"extra_subsets", extra}}; }
    std::vector<std::optional<Subset>> of_tenant;
    SpreadSampler::Scratch scratch;
    std::vector<std::uint8_t> marked;  // all 0 between uses
    std::uint64_t extra = 0;
  };

  Subset first_subset(std::uint32_t tenant, Subsets& mine) const {
    Subset subset{sim::RandomStream(seed_, 0, purpose::kTenantSubset, tenant), {}};
    // What an extent needs comes first, so that an odd width leaves no zone short.
    std::vector<std::uint32_t> widths(zone_sizes_.size(), 0);
    level_counts(sampler_.shards(), zone_limits_, subset.random, widths);
    level_counts(width_, zone_sizes_, subset.random, widths);
    for (std::uint32_t zone = 0; zone < widths.size(); ++zone) {
      const std::uint32_t needed = std::min({most_per_zone_, zone_limits_[zone], widths[zone]});
      subset.pools.emplace_back(draw_zone(zone, widths[zone], needed, subset.random, mine.marked));
    }
    return subset;
  }

  // `width` drives of the zone in ascending order, that can hold `needed` shards of one extent.
  std::vector<std::uint32_t> draw_zone(std::uint32_t zone, std::uint32_t width,
                                       std::uint32_t needed, sim::RandomStream& random,
                                       std::vector<std::uint8_t>& marked) const {
    const DriveRange range = sampler_.topology().drives_of_zone(zone);
    std::vector<std::uint32_t> drives;
    for (int i = 0; i < kRedraws; ++i) {
      drives.clear();
      // Floyd's sampling: `width` of n without replacement in `width` draws.
      for (std::uint32_t top = range.size() - width; top < range.size(); ++top) {
        std::uint32_t drive = range.first + random.below(top + 1);
        if (marked[drive] != 0) drive = range.first + top;
        marked[drive] = 1;
        drives.push_back(drive);
      }
      for (const std::uint32_t drive : drives) marked[drive] = 0;
      std::sort(drives.begin(), drives.end());
      if (holds(drives, needed)) return drives;
    }
    return draw_racks_first(zone, width, needed, random);
  }

  [[nodiscard]] bool holds(std::span<const std::uint32_t> drives, std::uint32_t needed) const {
    std::uint32_t room = 0;
    std::uint32_t in_rack = 0;
    for (std::size_t i = 0; i < drives.size() && room < needed; ++i) {
      const Topology& topology = sampler_.topology();
      const bool same = i > 0 && topology.rack_of(drives[i]) == topology.rack_of(drives[i - 1]);
      in_rack = same ? in_rack + 1 : 1;
      if (in_rack <= rack_limit_) ++room;
    }
    return room >= needed;
  }

  // Where plain draws keep failing (nearly as many shards as racks): the racks of the first
  // `needed` drives are drawn within the rule, the rest are any drives.
  std::vector<std::uint32_t> draw_racks_first(std::uint32_t zone, std::uint32_t width,
                                              std::uint32_t needed,
                                              sim::RandomStream& random) const {
    const Topology& topology = sampler_.topology();
    const DriveRange racks = topology.racks_of_zone(zone);
    std::vector<std::uint32_t> legal;  // up to rack_limit_ random drives of each rack
    std::vector<std::uint32_t> others;
    for (std::uint32_t rack = racks.first; rack < racks.last; ++rack) {
      const DriveRange range = topology.drives_of_rack(rack);
      std::vector<std::uint32_t> drives(range.size());
      std::iota(drives.begin(), drives.end(), range.first);
      const std::uint32_t most = std::min(rack_limit_, range.size());
      shuffle_front(drives, most, random);
      legal.insert(legal.end(), drives.begin(), drives.begin() + most);
      others.insert(others.end(), drives.begin() + most, drives.end());
    }
    shuffle_front(legal, needed, random);
    others.insert(others.end(), legal.begin() + needed, legal.end());
    legal.resize(needed);
    shuffle_front(others, width - needed, random);
    legal.insert(legal.end(), others.begin(), others.begin() + (width - needed));
    std::sort(legal.begin(), legal.end());
    return legal;
  }

  // Adds up to width_ drives with room that the subset does not hold; false where there are none.
  bool extend(Subset& subset, const ExtentRequest& request, const FleetView& view,
              Subsets& mine) const {
    const Topology& topology = sampler_.topology();
    for (const DrivePool& pool : subset.pools) {
      for (std::uint32_t i = 0; i < pool.size(); ++i) mine.marked[pool[i]] = 1;
    }
    std::vector<std::vector<std::uint32_t>> fresh(topology.zones());
    std::vector<std::uint32_t> limits(topology.zones());
    std::uint64_t available = 0;
    for (std::uint32_t zone = 0; zone < topology.zones(); ++zone) {
      const DriveRange range = topology.drives_of_zone(zone);
      for (std::uint32_t drive = range.first; drive < range.last; ++drive) {
        if (mine.marked[drive] == 0 && sampler_.has_room(view, drive, request.shard_bytes)) {
          fresh[zone].push_back(drive);
        }
      }
      limits[zone] = static_cast<std::uint32_t>(fresh[zone].size());
      available += fresh[zone].size();
    }
    std::vector<std::uint32_t> widths(topology.zones(), 0);
    const auto added = static_cast<std::uint32_t>(std::min<std::uint64_t>(width_, available));
    level_counts(added, limits, subset.random, widths);
    for (std::uint32_t zone = 0; zone < topology.zones(); ++zone) {
      DrivePool& pool = subset.pools[zone];
      for (std::uint32_t i = 0; i < pool.size(); ++i) mine.marked[pool[i]] = 0;
      shuffle_front(fresh[zone], widths[zone], subset.random);
      fresh[zone].resize(widths[zone]);
      pool.add(fresh[zone]);
    }
    return added > 0;
  }

  SpreadSampler sampler_;
  Chooser inner_;
  std::uint32_t width_;
  std::uint32_t tenants_;
  sim::Seed seed_;
  std::uint32_t rack_limit_;
  std::uint32_t most_per_zone_ = 0;
  std::vector<std::uint32_t> zone_limits_;  // shards an empty zone holds under the rule
  std::vector<std::uint32_t> zone_sizes_;   // drives
};

}  // namespace

std::unique_ptr<PlacementPolicy> make_shuffle_shard(const PlacementOptions& options,
                                                    const PolicyContext& context) {
  const Chooser inner = chooser_of(options.inner, options, context.shards);
  return std::make_unique<ShuffleShardPolicy>(options.width, inner, context);
}

}  // namespace spindle::models
