// static: the fleet is cut once into legal sets of n drives; a tenant's bucket takes one set until
// one of its drives is full, then the next unused set. When none is left it joins the set that is
// then the least filled. The strawman: a tenant's burst lands on few drives, and drives of unused
// sets idle.

#include <algorithm>
#include <limits>
#include <queue>
#include <vector>

#include "models/placement/policies.hpp"
#include "models/placement/set_partition.hpp"
#include "models/placement/spread_sampler.hpp"
#include "models/purposes.hpp"

namespace spindle::models {
namespace {

constexpr std::uint32_t kNoSet = std::numeric_limits<std::uint32_t>::max();

class StaticPolicy final : public PlacementPolicy {
 public:
  explicit StaticPolicy(const PolicyContext& context)
      : sampler_(context), shards_(context.shards), tenants_(context.tenants) {
    sim::RandomStream random(context.seed, 0, purpose::kPlacementSets, 0);
    sets_ = cut_into_sets(context, random);
    unused_drives_ = context.topology.drives() - sets_.size();
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
