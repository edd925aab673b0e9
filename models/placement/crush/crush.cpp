// crush: straws over zone -> rack -> (host) -> drive, as Ceph places objects: a stable map that
// depends on the extent and on capacities, never on load (docs/theory/crush.md).
//
// The spread rule draws the zones; CRUSH chooses below them. A drive that is full is tried again
// elsewhere. Where all attempts of a position are used up (a fleet nearly full, hardly more racks
// than shards), the zone's ranking of all drives decides, so that what can be placed is placed; the
// note "exhausted_extents" counts them.

#include "models/placement/crush/crush_mapper.hpp"
#include "models/placement/crush/hashed_spread.hpp"
#include "models/placement/policies.hpp"

namespace spindle::models {
namespace {

class CrushPolicy final : public PlacementPolicy {
 public:
  CrushPolicy(std::uint32_t drives_per_host, const PolicyContext& context)
      : spread_(context),
        ranking_(context.topology),
        tree_(context.topology, {.drives_per_host = drives_per_host}),
        rule_{.max_per_rack = context.spread.max_per_rack} {}

  [[nodiscard]] std::unique_ptr<State> make_state() const override {
    return std::make_unique<Attempts>(spread_.make_scratch());
  }

  bool place(const ExtentRequest& request, const FleetView& view, State& state,
             sim::RandomStream& random, std::span<std::uint32_t> out) const override {
    auto& mine = static_cast<Attempts&>(state);
    bool is_exhausted = false;
    const auto fill = [&](std::uint32_t zone, std::uint64_t extent,
                          const crush::HashedSpread::Allowance& allowance,
                          std::span<std::uint32_t> drives) {
      const auto allows = [&](std::uint32_t drive) { return allowance.allows(drive); };
      const auto take = [&](std::uint32_t drive) { allowance.take(drive); };
      const auto accepts = [&](std::uint32_t drive) {
        if (!allows(drive)) return false;
        take(drive);
        return true;
      };
      if (crush::choose_in_zone(tree_, rule_, zone, extent, drives, accepts)) return true;
      is_exhausted = true;
      return ranking_.fill(zone, extent, rule_.max_per_rack, allows, take, mine.scratch.candidates,
                           drives);
    };
    const bool is_placed = spread_.place(request, view, mine.scratch, random, out, fill);
    if (is_placed && is_exhausted) ++mine.exhausted;
    return is_placed;
  }

 private:
  struct Attempts final : State {
    explicit Attempts(crush::HashedSpread::Scratch empty) : scratch(std::move(empty)) {}
    [[nodiscard]] std::vector<Note> notes() const override {
      return {{"exhausted_extents", exhausted}};
    }
    crush::HashedSpread::Scratch scratch;
    std::uint64_t exhausted = 0;
  };

  crush::HashedSpread spread_;
  crush::DriveRanking ranking_;
  crush::CrushTree tree_;
  crush::MapRule rule_;
};

}  // namespace

std::unique_ptr<PlacementPolicy> make_crush(const PlacementOptions& options,
                                            const PolicyContext& context) {
  return std::make_unique<CrushPolicy>(options.drives_per_host, context);
}

}  // namespace spindle::models
