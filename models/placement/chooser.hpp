#pragma once
// How a policy that draws candidates chooses among them, and what it knows of their loads.

#include <cstdint>
#include <span>
#include <vector>

#include "models/placement/policy.hpp"

namespace spindle::models {

struct Chooser {
  std::uint32_t choices = 1;  // candidates of a shard, 1..kMostChoices
  LoadMetric metric = LoadMetric::kFill;
  double beta = 1;               // probability that a shard has `choices` candidates, else one
  std::uint32_t candidates = 0;  // of a whole extent (k_of_d); 0: `choices` for each shard
  double fill_weight = 0.5;      // LoadMetric::kBlend: the rest is heat's
  std::uint32_t refresh = 1;     // extents placed between two looks at the loads
  double noise = 0;              // relative sd of a reading
  [[nodiscard]] bool compares() const { return choices > 1 || candidates > 0; }
};

inline constexpr std::uint32_t kMostChoices = 64;
inline constexpr std::uint32_t kMostCandidates = 256;

// The chooser of `policy`, a name of the registry whose row draws candidates: "random",
// "d_choices", "one_plus_beta" or "k_of_d". Throws std::invalid_argument: any other name, options
// out of their range, fewer candidates than `shards`.
Chooser chooser_of(std::string_view policy, const PlacementOptions& options, std::uint32_t shards);

// The loads as a policy knows them: the truth, or what it was when it last looked. Part of a
// policy's State. Cost: where looks are rare, O(drives) each.
class KnownLoads {
 public:
  // The view whose loads are known at this moment; it lives as long as `view` and this object.
  FleetView look(const FleetView& view, const Chooser& chooser);
  // An extent was placed on these drives.
  void count(const ExtentRequest& request, const Topology& topology, const Chooser& chooser,
             std::span<const std::uint32_t> drives);
  // Means over the fleet as the last look showed them: bytes over capacity, heat a drive. Kept for
  // LoadMetric::kBlend only.
  [[nodiscard]] double mean_fill() const { return bytes_ / capacity_; }
  [[nodiscard]] double mean_heat() const { return heat_ / drives_; }

 private:
  void add_up(const FleetView& view);

  std::uint32_t age_ = 0;  // extents placed since the last look
  bool is_added_up_ = false;
  double bytes_ = 0;
  double heat_ = 0;
  double capacity_ = 1;
  double drives_ = 1;
  std::vector<std::uint64_t> used_then_;
  std::vector<double> heat_then_;
};

}  // namespace spindle::models
