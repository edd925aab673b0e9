// round_robin: shards go to the drives of a zone in turn, full ones left out.
//
// A turn takes one drive of every rack, then the next of every rack, so that shards of an extent
// meet distinct racks without skipping. Where the spread rule forbids the drive whose turn it is,
// the next one that it allows takes the shard and the turn goes on from there. Every zone has its
// own cursor, which begins at a random drive: at the same place in all zones, the same drives would
// always go together. Every drive takes as many shards as any other, whatever its capacity: with
// mixed drives the small ones fill first.

#include <numeric>
#include <vector>

#include "models/placement/policies.hpp"
#include "models/placement/spread_tally.hpp"

namespace spindle::models {
namespace {

// The drives of a zone in their order, and whose turn it is. Drives that are full are passed over
// in O(1) amortised: each place leads to the first one from there on that may be open.
class Turn {
 public:
  Turn(const Topology& topology, std::uint32_t zone)
      : topology_(&topology), racks_(topology.racks_of_zone(zone)) {
    std::uint32_t most = 0;
    for (std::uint32_t rack = racks_.first; rack < racks_.last; ++rack) {
      most = std::max(most, topology.drives_of_rack(rack).size());
    }
    next_.resize(std::size_t{most} * racks_.size() + 1);
    std::iota(next_.begin(), next_.end(), 0U);
    for (std::uint32_t place = 0; place < places(); ++place) {
      if (!exists(place)) close(place);
    }
  }

  [[nodiscard]] std::uint32_t places() const {
    return static_cast<std::uint32_t>(next_.size() - 1);
  }
  void start_at(std::uint32_t place) { cursor_ = place; }
  [[nodiscard]] std::uint32_t cursor() const { return cursor_; }
  void close(std::uint32_t place) { next_[place] = place + 1; }
  // The first place from `place` on that is not closed; places() where there is none.
  std::uint32_t open_from(std::uint32_t place) {
    while (next_[place] != place) {
      next_[place] = next_[next_[place]];
      place = next_[place];
    }
    return place;
  }
  [[nodiscard]] std::uint32_t rack(std::uint32_t place) const {
    return racks_.first + place % racks_.size();
  }
  [[nodiscard]] std::uint32_t drive(std::uint32_t place) const {
    return topology_->drives_of_rack(rack(place)).first + place / racks_.size();
  }

 private:
  // Racks may differ by a drive.
  [[nodiscard]] bool exists(std::uint32_t place) const {
    return drive(place) < topology_->drives_of_rack(rack(place)).last;
  }

  const Topology* topology_;
  DriveRange racks_;
  std::vector<std::uint32_t> next_;
  std::uint32_t cursor_ = 0;
};

class RoundRobinPolicy final : public PlacementPolicy {
 public:
  explicit RoundRobinPolicy(const PolicyContext& context) : sampler_(context) {}

  [[nodiscard]] std::unique_ptr<State> make_state() const override {
    return std::make_unique<Turns>(sampler_);
  }

  bool place(const ExtentRequest& request, const FleetView& view, State& state,
             sim::RandomStream& random, std::span<std::uint32_t> out) const override {
    auto& mine = static_cast<Turns&>(state);
    if (!mine.has_begun) {
      // By the first extent: a state that is made anew begins somewhere else.
      for (Turn& turn : mine.turns) turn.start_at(random.below(turn.places()));
      mine.has_begun = true;
    }
    return sampler_.divide(request, view, mine.pools, mine.scratch, random,
                           [&](const SpreadSampler::ZoneSplit& split) {
                             SpreadTally tally(sampler_, split, out);
                             return fill(request, view, mine.turns, tally);
                           });
  }

 private:
  struct Turns final : State {
    explicit Turns(const SpreadSampler& sampler) : pools(sampler.whole_zones()) {
      const Topology& topology = sampler.topology();
      for (std::uint32_t zone = 0; zone < topology.zones(); ++zone) {
        turns.emplace_back(topology, zone);
      }
    }
    std::vector<DrivePool> pools;  // what is measured where a zone's share finds no room
    SpreadSampler::Scratch scratch;
    std::vector<Turn> turns;
    bool has_begun = false;
  };

  bool fill(const ExtentRequest& request, const FleetView& view, std::vector<Turn>& turns,
            SpreadTally& tally) const {
    for (std::uint32_t i = 0; i < tally.zones(); ++i) {
      const std::uint32_t zone = tally.begin_zone(i);
      for (std::uint32_t shard = 0; shard < tally.count(zone); ++shard) {
        if (!take_next(request, view, turns[zone], tally)) return false;
      }
    }
    return true;
  }

  // From the cursor once around.
  bool take_next(const ExtentRequest& request, const FleetView& view, Turn& turn,
                 SpreadTally& tally) const {
    const std::uint32_t begin = turn.cursor();
    return take_within(begin, turn.places(), request, view, turn, tally) ||
           take_within(0, begin, request, view, turn, tally);
  }

  bool take_within(std::uint32_t place, std::uint32_t end, const ExtentRequest& request,
                   const FleetView& view, Turn& turn, SpreadTally& tally) const {
    for (place = turn.open_from(place); place < end; place = turn.open_from(place + 1)) {
      const std::uint32_t drive = turn.drive(place);
      if (!sampler_.has_room(view, drive, request.shard_bytes)) {
        turn.close(place);
        continue;
      }
      if (!tally.allows(drive, turn.rack(place))) continue;
      tally.take(drive, turn.rack(place));
      turn.start_at(place + 1);
      return true;
    }
    return false;
  }

  SpreadSampler sampler_;
};

}  // namespace

std::unique_ptr<PlacementPolicy> make_round_robin(const PlacementOptions& /*options*/,
                                                  const PolicyContext& context) {
  return std::make_unique<RoundRobinPolicy>(context);
}

}  // namespace spindle::models
