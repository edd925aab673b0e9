// copyset: extents lie on few sets of drives, so that few combinations of failed drives lose data
// (Cidon et al., USENIX ATC 2013).
//
// P = ceil(S / (n - 1)) times the fleet is cut at random into legal sets of n drives, so that a
// drive shares sets with at most P (n - 1) others, about S. An extent takes the least filled of
// `choices` sets drawn with equal probability among those with room; a set is as full as its
// fullest drive. Sets ignore capacity: with mixed drives the small ones fill first.

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <stdexcept>
#include <vector>

#include "models/placement/policies.hpp"
#include "models/placement/set_partition.hpp"
#include "models/placement/spread_sampler.hpp"
#include "models/purposes.hpp"

namespace spindle::models {
namespace {

class CopysetPolicy final : public PlacementPolicy {
 public:
  CopysetPolicy(std::uint32_t scatter_width, std::uint32_t choices, const PolicyContext& context)
      : sampler_(context), shards_(context.shards), choices_(choices) {
    const std::uint32_t partners = std::max(1U, shards_ - 1);
    const std::uint32_t permutations =
        std::max(1U, scatter_width / partners + (scatter_width % partners != 0 ? 1U : 0U));
    sim::RandomStream random(context.seed, 0, purpose::kPlacementSets, 0);
    for (std::uint32_t i = 0; i < permutations; ++i) {
      const auto sets = cut_into_sets(context, random);
      sets_.insert(sets_.end(), sets.begin(), sets.end());
    }
    std::vector<std::uint8_t> is_used(context.topology.drives());
    for (const std::uint32_t drive : sets_) is_used[drive] = 1;
    unused_drives_ = static_cast<std::uint64_t>(std::count(is_used.begin(), is_used.end(), 0));
  }

  [[nodiscard]] std::unique_ptr<State> make_state() const override {
    return std::make_unique<OpenSets>(static_cast<std::uint32_t>(sets_.size() / shards_),
                                      unused_drives_);
  }

  bool place(const ExtentRequest& request, const FleetView& view, State& state,
             sim::RandomStream& random, std::span<std::uint32_t> out) const override {
    auto& open = static_cast<OpenSets&>(state).open;
    std::span<const std::uint32_t> best = draw(open, view, request.shard_bytes, random);
    if (best.empty()) return false;
    for (std::uint32_t i = 1; i < choices_; ++i) {
      const auto other = draw(open, view, request.shard_bytes, random);
      if (fill_of(other, view) < fill_of(best, view)) best = other;
    }
    std::copy(best.begin(), best.end(), out.begin());
    return true;
  }

 private:
  struct OpenSets final : State {
    OpenSets(std::uint32_t sets, std::uint64_t unused)
        : open(sets), copysets(sets), unused_drives(unused) {
      std::iota(open.begin(), open.end(), 0U);
    }
    [[nodiscard]] std::vector<Note> notes() const override {
      return {{"copysets", copysets}, {"unused_drives", unused_drives}};
    }
    std::vector<std::uint32_t> open;  // not found full so far
    std::uint64_t copysets;
    std::uint64_t unused_drives;  // in no set
  };

  // A set with room; empty where none is left. A full set is forgotten: drives only fill.
  [[nodiscard]] std::span<const std::uint32_t> draw(std::vector<std::uint32_t>& open,
                                                    const FleetView& view,
                                                    std::uint64_t shard_bytes,
                                                    sim::RandomStream& random) const {
    while (!open.empty()) {
      const std::uint32_t i = random.below(static_cast<std::uint32_t>(open.size()));
      const auto set = std::span(sets_).subspan(std::size_t{open[i]} * shards_, shards_);
      const bool has_room = std::all_of(set.begin(), set.end(), [&](std::uint32_t drive) {
        return sampler_.has_room(view, drive, shard_bytes);
      });
      if (has_room) return set;
      open[i] = open.back();
      open.pop_back();
    }
    return {};
  }

  [[nodiscard]] static double fill_of(std::span<const std::uint32_t> set, const FleetView& view) {
    double fill = 0;
    for (const std::uint32_t drive : set) {
      fill = std::max(fill, static_cast<double>(view.used_bytes[drive]) /
                                view.topology.capacity_of(drive).to_double());
    }
    return fill;
  }

  SpreadSampler sampler_;  // for its checks and for room
  std::uint32_t shards_;
  std::uint32_t choices_;
  std::vector<std::uint32_t> sets_;  // shards_ drives a set
  std::uint64_t unused_drives_ = 0;
};

}  // namespace

std::unique_ptr<PlacementPolicy> make_copyset(const PlacementOptions& options,
                                              const PolicyContext& context) {
  const std::uint32_t drives = context.topology.drives();
  if (options.scatter_width >= drives) {
    throw std::invalid_argument(
        fmt::format("placement: copyset of scatter width {} (a drive can share data with the {} "
                    "others of the fleet) — a smaller scatter_width",
                    options.scatter_width, drives - 1));
  }
  const Chooser chooser = chooser_of("d_choices", options, context.shards);
  return std::make_unique<CopysetPolicy>(options.scatter_width, chooser.choices, context);
}

}  // namespace spindle::models
