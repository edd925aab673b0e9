#pragma once
// The winner among many items of equal weight: one straw each, sixteen at a time where the machine
// can (the same winner on every instruction set).

#include <cstdint>

#include "models/placement/crush/straw.hpp"

namespace spindle::models::crush {

// Entries that must be readable behind the last item of a list.
inline constexpr std::uint32_t kStrawPadding = 16;

struct BestStraw {
  std::uint32_t straw = 0;
  std::uint32_t index = 0;
};

// Item keys are distinct, count > 0. Cost: about 10 ns and a quarter of one an item with AVX-512.
BestStraw best_straw(const std::uint32_t* item_keys, std::uint32_t count, StrawKey key);

}  // namespace spindle::models::crush
