#pragma once
// The spread rule around a policy that finds drives by hashing: how many shards each zone takes,
// and what happens when a zone cannot.
//
// Zones are drawn as for every policy (spread_rule.hpp), from the extent's own stream, so that they
// too depend on the extent alone. Where a zone lacks room for its share, the shards are levelled
// anew over the zones by the room they have.

#include <cstdint>
#include <span>
#include <vector>

#include "models/placement/crush/drive_ranking.hpp"
#include "models/placement/spread_sampler.hpp"

namespace spindle::models::crush {

class HashedSpread {
 public:
  struct Scratch {
    std::vector<std::uint32_t> counts;
    std::vector<std::uint32_t> rooms;
    std::vector<DriveRanking::Candidate> candidates;
  };

  // Throws as SpreadSampler.
  explicit HashedSpread(const PolicyContext& context);

  // As PlacementPolicy::place. `fill(zone, extent, scratch, out)` fills `out` with legal drives of
  // the zone for the extent of that hash, or returns false where there are none.
  template <class Fill>
  bool place(const ExtentRequest& request, const FleetView& view, Scratch& scratch,
             sim::RandomStream& random, std::span<std::uint32_t> out, Fill fill) const {
    const std::uint64_t extent = random.next_u64();
    draw_counts(random, scratch.counts);
    const auto fill_all = [&] {
      std::size_t first = 0;
      for (std::uint32_t zone = 0; zone < scratch.counts.size(); ++zone) {
        const auto of_zone = out.subspan(first, scratch.counts[zone]);
        if (!of_zone.empty() && !fill(zone, extent, scratch, of_zone)) return false;
        first += of_zone.size();
      }
      return true;
    };
    if (fill_all()) return true;
    measure_rooms(request, view, scratch.rooms);
    std::fill(scratch.counts.begin(), scratch.counts.end(), 0U);
    return level_counts(sampler_.shards(), scratch.rooms, random, scratch.counts) && fill_all();
  }

  [[nodiscard]] bool has_room(const FleetView& view, std::uint32_t drive,
                              std::uint64_t shard_bytes) const {
    return sampler_.has_room(view, drive, shard_bytes);
  }
  [[nodiscard]] const SpreadRule& rule() const { return sampler_.rule(); }

 private:
  void draw_counts(sim::RandomStream& random, std::vector<std::uint32_t>& counts) const;
  // Shards that each zone can take now, counted no further than an extent asks.
  void measure_rooms(const ExtentRequest& request, const FleetView& view,
                     std::vector<std::uint32_t>& rooms) const;

  SpreadSampler sampler_;  // for its checks and for room
  std::vector<std::uint32_t> zone_limits_;
};

}  // namespace spindle::models::crush
