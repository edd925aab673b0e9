// rendezvous: weighted rendezvous hashing, flat within a zone: an extent ranks all drives of the
// zone and takes the highest that may hold its shards. A change moves the least that can be moved,
// for a straw a drive and zone (docs/theory/crush.md).

#include "models/placement/crush/hashed_spread.hpp"
#include "models/placement/policies.hpp"

namespace spindle::models {
namespace {

class RendezvousPolicy final : public PlacementPolicy {
 public:
  explicit RendezvousPolicy(const PolicyContext& context)
      : spread_(context), ranking_(context.topology) {}

  [[nodiscard]] std::unique_ptr<State> make_state() const override {
    return std::make_unique<Ranks>(spread_.make_scratch());
  }

  bool place(const ExtentRequest& request, const FleetView& view, State& state,
             sim::RandomStream& random, std::span<std::uint32_t> out) const override {
    auto& mine = static_cast<Ranks&>(state);
    const auto fill = [&](std::uint32_t zone, std::uint64_t extent,
                          const crush::HashedSpread::Allowance& allowance,
                          std::span<std::uint32_t> drives) {
      return ranking_.fill(
          zone, extent, spread_.rule().max_per_rack,
          [&](std::uint32_t drive) { return allowance.allows(drive); },
          [&](std::uint32_t drive) { allowance.take(drive); }, mine.scratch.candidates, drives);
    };
    return spread_.place(request, view, mine.scratch, random, out, fill);
  }

 private:
  struct Ranks final : State {
    explicit Ranks(crush::HashedSpread::Scratch empty) : scratch(std::move(empty)) {}
    crush::HashedSpread::Scratch scratch;
  };

  crush::HashedSpread spread_;
  crush::DriveRanking ranking_;
};

}  // namespace

std::unique_ptr<PlacementPolicy> make_rendezvous(const PlacementOptions& /*options*/,
                                                 const PolicyContext& context) {
  return std::make_unique<RendezvousPolicy>(context);
}

}  // namespace spindle::models
