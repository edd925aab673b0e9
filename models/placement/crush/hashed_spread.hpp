#pragma once
// The spread rule around a policy that finds drives by hashing: how many shards each zone takes,
// and what happens when a zone cannot.
//
// Zones are drawn as for every policy (spread_sampler.hpp), from the extent's own stream, so that
// they too depend on the extent alone. Where a zone lacks room for its share, the shards are
// levelled anew over the zones by the room they have.

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "models/placement/crush/drive_ranking.hpp"
#include "models/placement/spread_tally.hpp"

namespace spindle::models::crush {

class HashedSpread {
 public:
  struct Scratch {
    std::vector<DrivePool> pools;  // what is measured where a zone's share finds no room
    SpreadSampler::Scratch split;
    std::vector<DriveRanking::Candidate> candidates;
  };

  // Throws as SpreadSampler.
  explicit HashedSpread(const PolicyContext& context) : sampler_(context) {}

  [[nodiscard]] Scratch make_scratch() const { return {sampler_.whole_zones(), {}, {}}; }
  [[nodiscard]] const SpreadRule& rule() const { return sampler_.rule(); }

  // What the spread rule and room still allow of the extent; what is taken counts from then on.
  struct Allowance {
    const SpreadSampler& sampler;
    const ExtentRequest& request;
    const FleetView& view;
    SpreadTally& tally;
    [[nodiscard]] bool allows(std::uint32_t drive) const {
      return sampler.has_room(view, drive, request.shard_bytes) &&
             tally.allows(drive, sampler.topology().rack_of(drive));
    }
    void take(std::uint32_t drive) const { tally.take(drive, sampler.topology().rack_of(drive)); }
  };

  // As PlacementPolicy::place. `fill(zone, extent, allowance, out)` fills `out`, all kNoItem, with
  // drives of the zone for the extent of that hash and takes each, or returns false where it
  // cannot.
  template <class Fill>
  bool place(const ExtentRequest& request, const FleetView& view, Scratch& scratch,
             sim::RandomStream& random, std::span<std::uint32_t> out, Fill fill) const {
    const std::uint64_t extent = random.next_u64();
    return sampler_.divide(
        request, view, scratch.pools, scratch.split, random,
        [&](const SpreadSampler::ZoneSplit& split) {
          std::fill(out.begin(), out.end(), kNoItem);
          std::array<std::uint32_t, kMaxShards> taken;  // in the order of taking, zone by zone
          SpreadTally tally(sampler_, split, std::span(taken.data(), out.size()));
          const Allowance allowance{sampler_, request, view, tally};
          for (std::uint32_t i = 0; i < tally.zones(); ++i) {
            const std::uint32_t zone = tally.begin_zone(i);
            std::size_t first = 0;
            for (std::uint32_t before = 0; before < zone; ++before) first += tally.count(before);
            const auto of_zone = out.subspan(first, tally.count(zone));
            if (!of_zone.empty() && !fill(zone, extent, allowance, of_zone)) return false;
          }
          return true;
        });
  }

 private:
  SpreadSampler sampler_;
};

}  // namespace spindle::models::crush
