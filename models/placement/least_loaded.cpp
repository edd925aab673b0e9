// least_loaded: the least loaded legal drive of the zone, of all drives: best of all while loads
// are known at once, and where new drives come, the policy that sends everything to them.
//
// A tournament of each rack's drives and one of each zone's racks, of guarded racks apart, give the
// least in O(log drives). Their keys are loads as last looked at. Drives only fill while a State
// lives, so a key is never above the load: the least key is looked at again, and where the load has
// grown, it takes its place among the others. Ties fall to any of them by a number drawn with each
// key: an order of drives that stayed would put the same drives together again and again.
// (Expected heat may fall as data is deleted; that shows when the State is made anew.)

#include <fmt/format.h>

#include <stdexcept>
#include <vector>

#include "models/placement/policies.hpp"
#include "models/placement/spread_tally.hpp"
#include "models/placement/tournament.hpp"

namespace spindle::models {
namespace {

using Key = Tournament::Key;

class LeastLoadedPolicy final : public PlacementPolicy {
 public:
  LeastLoadedPolicy(LoadMetric metric, const PolicyContext& context)
      : sampler_(context), metric_(metric) {}

  [[nodiscard]] std::unique_ptr<State> make_state() const override {
    return std::make_unique<Index>(sampler_);
  }

  bool place(const ExtentRequest& request, const FleetView& view, State& state,
             sim::RandomStream& random, std::span<std::uint32_t> out) const override {
    auto& mine = static_cast<Index&>(state);
    if (mine.drives.empty()) build(view, random, mine);
    return sampler_.divide(request, view, mine.pools, mine.scratch, random,
                           [&](const SpreadSampler::ZoneSplit& split) {
                             SpreadTally tally(sampler_, split, out);
                             return fill(request, view, mine, tally, random);
                           });
  }

 private:
  static constexpr std::uint32_t kNone = 0xffffffffU;

  struct Index final : State {
    explicit Index(const SpreadSampler& sampler) : pools(sampler.whole_zones()) {}
    std::vector<DrivePool> pools;  // what is measured where a zone's share finds no room
    SpreadSampler::Scratch scratch;
    std::vector<Tournament> drives;  // per rack
    // Per zone its racks by their least drives; under a guard rail twice, the guarded racks last.
    std::vector<Tournament> racks;
    struct Out {  // may not be chosen again for this extent, and its key
      std::uint32_t drive;
      Key key;
    };
    std::vector<Out> out;
  };

  [[nodiscard]] std::uint32_t tournament_of(std::uint32_t rack) const {
    const Topology& topology = sampler_.topology();
    const bool is_guarded = sampler_.has_guard() && sampler_.is_guarded(rack);
    return topology.zone_of_rack(rack) + (is_guarded ? topology.zones() : 0);
  }
  void update_rack(std::uint32_t rack, Key key, Index& mine) const {
    const Topology& topology = sampler_.topology();
    const std::uint32_t first = topology.racks_of_zone(topology.zone_of_rack(rack)).first;
    mine.racks[tournament_of(rack)].set(rack - first, key);
  }
  void set(std::uint32_t drive, std::uint32_t rack, Key key, Index& mine) const {
    Tournament& drives = mine.drives[rack];
    drives.set(drive - sampler_.topology().drives_of_rack(rack).first, key);
    update_rack(rack, drives.least(), mine);
  }

  [[nodiscard]] double load(std::uint32_t drive, const FleetView& view) const {
    if (metric_ == LoadMetric::kHeat) return view.expected_heat[drive];
    const auto used = static_cast<double>(view.used_bytes[drive]);
    return metric_ == LoadMetric::kBytes
               ? used
               : used / sampler_.topology().capacity_of(drive).to_double();
  }

  void build(const FleetView& view, sim::RandomStream& random, Index& mine) const {
    const Topology& topology = sampler_.topology();
    const std::uint32_t kinds = sampler_.has_guard() ? 2 : 1;
    for (std::uint32_t i = 0; i < kinds * topology.zones(); ++i) {
      mine.racks.emplace_back(topology.racks_of_zone(i % topology.zones()).size());
    }
    for (std::uint32_t rack = 0; rack < topology.racks(); ++rack) {
      const DriveRange range = topology.drives_of_rack(rack);
      std::vector<Key> keys;
      keys.reserve(range.size());
      for (std::uint32_t drive = range.first; drive < range.last; ++drive) {
        keys.push_back({load(drive, view), random.next_u32()});
      }
      mine.drives.emplace_back(std::move(keys));
      update_rack(rack, mine.drives.back().least(), mine);
    }
  }

  bool fill(const ExtentRequest& request, const FleetView& view, Index& mine, SpreadTally& tally,
            sim::RandomStream& random) const {
    const Topology& topology = sampler_.topology();
    bool found = true;
    for (std::uint32_t i = 0; found && i < tally.zones(); ++i) {
      const std::uint32_t zone = tally.begin_zone(i);
      for (std::uint32_t shard = 0; found && shard < tally.count(zone); ++shard) {
        const std::uint32_t drive = least(zone, request, view, mine, tally, random);
        found = drive != kNone;
        if (!found) break;
        const std::uint32_t rack = topology.rack_of(drive);
        tally.take(drive, rack);
        const Tournament& drives = mine.drives[rack];
        mine.out.push_back({drive, drives.key(drive - topology.drives_of_rack(rack).first)});
        set(drive, rack, {}, mine);
        if (tally.in_rack(rack) >= sampler_.rack_limit()) update_rack(rack, {}, mine);
      }
    }
    // Their loads as they were: whether the extent is really placed is not known here.
    for (const auto& [drive, key] : mine.out) set(drive, topology.rack_of(drive), key, mine);
    mine.out.clear();
    return found;
  }

  // The least loaded drive with room that the spread rule allows; keys found old are renewed.
  std::uint32_t least(std::uint32_t zone, const ExtentRequest& request, const FleetView& view,
                      Index& mine, const SpreadTally& tally, sim::RandomStream& random) const {
    const Topology& topology = sampler_.topology();
    for (;;) {
      const Tournament* racks = &mine.racks[zone];
      if (sampler_.has_guard() && tally.allows_guarded()) {
        const Tournament& guarded = mine.racks[zone + topology.zones()];
        const Key& a = guarded.least();
        const Key& b = racks->least();
        if (a.load != b.load ? a.load < b.load : a.tie < b.tie) racks = &guarded;
      }
      if (racks->is_empty()) return kNone;
      const std::uint32_t rack = topology.racks_of_zone(zone).first + racks->winner();
      const std::uint32_t drive = topology.drives_of_rack(rack).first + mine.drives[rack].winner();
      if (!sampler_.has_room(view, drive, request.shard_bytes)) {
        set(drive, rack, {}, mine);
        continue;
      }
      const double now = load(drive, view);
      if (now == mine.drives[rack].least().load) return drive;
      set(drive, rack, {now, random.next_u32()}, mine);
    }
  }

  SpreadSampler sampler_;
  LoadMetric metric_;
};

}  // namespace

std::unique_ptr<PlacementPolicy> make_least_loaded(const PlacementOptions& options,
                                                   const PolicyContext& context) {
  if (options.metric == LoadMetric::kBlend) {
    throw std::invalid_argument(
        "placement: least_loaded by a blend of fill and heat (means shift with every extent, and "
        "no "
        "order of drives lasts) — \"fill\", \"heat\" or \"bytes\"");
  }
  return std::make_unique<LeastLoadedPolicy>(options.metric, context);
}

}  // namespace spindle::models
