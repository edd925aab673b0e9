#pragma once
// Places extents that are written while the fleet lives: by the scenario's policy on the base
// racks, then diverted in part to racks that have landed.
//
// The policy sees the base fleet, with drives that take no data as full. It is given a view that
// only fills, as its State requires (policy.hpp): what deletions free shows when the view is made
// anew: every kEpochsPerView epochs, and sooner where as many shards were placed as there are
// drives, where drives came back, or where the policy finds no place and enough was placed since to
// make it worth while. Drives that went down since are
// never chosen: the choice is checked against the fleet, they are closed in the view, and the
// policy chooses again.
//
// Landed racks of a zone, each in turn: while one is first for new data, as many of the extent's
// shards in that zone go there as the rack limit allows; otherwise as many as are its share of the
// zone's capacity on average. A diverted shard goes to a drive drawn evenly. An extent that has all
// that a guard rail allows on its platform is not diverted there. Racks that land `as placed`
// are not diverted to: the policy chooses among the drives of the whole fleet then, to which the
// other landed racks are closed.
//
// Cost: that of the policy, plus O(shards + landed racks) an extent; O(drives) a view.
// Determinism: depends on the fleet, the request and the stream.

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "models/migration/landed_racks.hpp"
#include "models/migration/landing_options.hpp"
#include "models/placement/placer.hpp"
#include "models/placement/policy.hpp"
#include "models/state/fleet_state.hpp"
#include "sim/random_stream.hpp"

namespace spindle::models {

// Per rack of the whole fleet: whether it lands as placed (LandingPolicy); empty where none does.
std::vector<std::uint8_t> placed_upon(std::span<const Landing> landings, const Topology& topology);

class NewDataPlacer {
 public:
  static constexpr std::uint32_t kEpochsPerView = 24;
  // Drives of a zone that came back since the view was made, as a part of all, that end it early.
  static constexpr std::uint32_t kReturnedPart = 256;
  // Extents placed since, as a part of the drives, that make a new view worth its cost.
  static constexpr std::uint32_t kPlacedPart = 64;

  // `base`: the fleet without its landings, what place_all placed on; `context` is its own.
  // `expected_heat` is PlacementResult::expected_heat of that placement. All that is referred to
  // must outlive it. `as_placed`: per rack of the whole fleet whether it lands so; empty: none
  // does. Throws what make_policy and full_numbers throw.
  NewDataPlacer(const PolicyContext& context, const PlacementOptions& options,
                const ExtentTable& extents, std::vector<double> expected_heat,
                const FleetState& state, const LandedRacks* landed,
                std::vector<std::uint8_t> as_placed = {});

  void begin_epoch();
  // Extents are placed under that rule, and in the zones that are not lost, from now on; only the
  // limit per zone may differ. Looks at the fleet anew where something did change.
  void plan_anew(const SpreadRule& spread);
  // Writes the drives (numbers of the whole fleet) that the extent's shards shall be on, for data
  // that takes the place of what has that number now. False where no legal set has room: then
  // nothing more is placed in this epoch, unless a good part of a zone's drives comes back.
  bool place(std::uint32_t tenant, std::uint32_t extent, sim::RandomStream& random,
             std::span<std::uint32_t> out);

 private:
  static constexpr std::uint32_t kTries = 64;  // choices that met drives that are down, or full now

  void make_view();
  void look_anew();
  [[nodiscard]] bool drives_came_back() const;
  bool close_shut(std::span<const std::uint32_t> chosen);
  void close(std::uint32_t base_drive);
  void divert(std::span<std::uint32_t> drives, std::span<const std::uint32_t> base,
              sim::RandomStream& random);
  void divert_to(const LandedRack& rack, std::span<std::uint32_t> drives, double share,
                 sim::RandomStream& random);
  [[nodiscard]] std::uint32_t draw_drive(const LandedRack& rack,
                                         std::span<const std::uint32_t> drives,
                                         sim::RandomStream& random) const;
  [[nodiscard]] bool accepts(const LandedRack& rack, std::uint32_t drive) const;
  [[nodiscard]] bool is_guarded(std::uint32_t drive) const {
    return !guarded_.empty() && guarded_[state_.topology().rack_of(drive)] != 0;
  }
  void count_heat(std::uint32_t extent, std::span<const std::uint32_t> drives);
  // Whether data comes to the rack by diversion alone.
  [[nodiscard]] bool is_diverted_to(std::uint32_t rack) const {
    return state_.topology().is_landing_rack(rack) && (as_placed_.empty() || as_placed_[rack] == 0);
  }

  std::vector<std::uint8_t> as_placed_;  // per rack of the whole fleet; empty: none
  // Of the drives that the policy sees, the base fleet's or all; "base" means these below.
  PolicyContext context_;
  PlacementOptions options_;
  const ExtentTable& extents_;
  const FleetState& state_;
  const LandedRacks* landed_;
  std::uint32_t rack_limit_;           // never 0
  std::vector<std::uint8_t> guarded_;  // per rack of the whole fleet; empty without a guard rail
  std::uint32_t guard_left_ = 0;       // of the extent being diverted
  std::vector<std::uint32_t> number_;  // of a base drive in the whole fleet
  std::vector<double> rack_bytes_;     // per rack: capacity
  std::vector<double> zone_bytes_;     // per zone: capacity of base racks
  std::unique_ptr<PlacementPolicy> policy_;
  std::unique_ptr<PlacementPolicy::State> policy_state_;
  std::vector<std::uint64_t> used_;           // per base drive: the view
  std::vector<double> heat_;                  // per base drive
  std::vector<double> shard_heat_;            // of the extent in hand, by drive model
  std::vector<std::uint32_t> taking_before_;  // per zone: at the view, or as no place was found
  std::uint32_t epochs_left_ = 0;             // of the view
  std::uint32_t placed_ = 0;                  // extents, since the view was made
  bool found_no_place_ = false;
};

}  // namespace spindle::models
