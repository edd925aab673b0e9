#pragma once
// A policy that draws from the whole fleet: `random`, `d_choices`, `one_plus_beta` and `k_of_d`
// differ in their Chooser alone.

#include "models/placement/policy.hpp"
#include "models/placement/spread_sampler.hpp"

namespace spindle::models {

// From the whole fleet, or extent by extent from one cell of options.cell drives (cells.cpp).
// Throws std::invalid_argument where such cells cannot hold an extent.
std::unique_ptr<PlacementPolicy> make_sampled(const Chooser& chooser,
                                              const PlacementOptions& options,
                                              const PolicyContext& context);

class SampledPolicy final : public PlacementPolicy {
 public:
  SampledPolicy(Chooser chooser, const PolicyContext& context)
      : chooser_(chooser), sampler_(context) {}

  [[nodiscard]] std::unique_ptr<State> make_state() const override {
    return std::make_unique<Pools>(sampler_.whole_zones());
  }
  bool place(const ExtentRequest& request, const FleetView& view, State& state,
             sim::RandomStream& random, std::span<std::uint32_t> out) const override {
    auto& mine = static_cast<Pools&>(state);
    return sampler_.place(request, view, chooser_, mine.pools, mine.scratch, random, out);
  }

 private:
  struct Pools final : State {
    explicit Pools(std::vector<DrivePool> zones) : pools(std::move(zones)) {}
    std::vector<DrivePool> pools;
    SpreadSampler::Scratch scratch;
  };

  Chooser chooser_;
  SpreadSampler sampler_;
};

}  // namespace spindle::models
