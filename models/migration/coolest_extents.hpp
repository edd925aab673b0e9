#pragma once
// The fleet's extents by ascending heat, a round at a time.
//
// Heat of an extent is its weight times the heat of its column, both at the moment of construction.
// A round is the `count` coolest of those not handed out yet, in keyed pseudo-random order, so that
// who gives them is spread over the fleet even where the coolest tenant lies on few drives; among
// equals at the edge of a round the same order decides. Unplaced extents, and those renewed since
// into columns of their own, are never cool. Cost: O(extents) a round (a radix selection, no sort
// of all), and while it is chosen 8 B an extent of memory.

#include <cstdint>
#include <span>
#include <vector>

#include "models/state/fleet_state.hpp"

namespace spindle::models {

class CoolestExtents {
 public:
  // `column_heat`: per column, of weight 1; not negative. Extents of columns beyond it (new data)
  // are left out; where the state keeps no demand, all are equally cool. `salt` keys the order.
  CoolestExtents(const FleetState& state, std::vector<double> column_heat, std::uint32_t salt);

  // Fewer than `count` where no more are left. Precondition: count >= 1.
  std::vector<std::uint32_t> next_round(std::uint64_t count);
  // The extent, as it is now, is no hotter than the rounds so far.
  [[nodiscard]] bool is_cool(std::uint32_t extent) const;

 private:
  static constexpr std::uint64_t kNever = ~std::uint64_t{0};

  [[nodiscard]] std::uint64_t key(std::uint32_t extent) const;
  [[nodiscard]] std::uint64_t end_of(std::uint64_t count,
                                     std::span<const std::uint64_t> keys) const;

  const FleetState& state_;
  std::vector<double> column_heat_;
  std::uint32_t salt_;
  std::uint64_t lowest_ = 0;  // keys below it were handed out
};

}  // namespace spindle::models
