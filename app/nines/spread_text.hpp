#pragma once
// Spread rules as a command line writes them: "3/zone,1/rack", "even", "none".

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/scenario/units.hpp"
#include "models/durability/durability_case.hpp"

namespace spindle::app {

struct SpreadText {
  bool is_even = false;  // limits follow from the number of shards
  std::uint32_t max_per_zone = 0;
  std::uint32_t max_per_rack = 0;
};

Parsed<SpreadText> parse_spread(std::string_view text);

// Writes the limits into a fleet whose zones and racks are known. Even ones are the lowest that so
// many shards can keep.
void apply_spread(const SpreadText& spread, std::uint32_t shards, models::DurabilityFleet& fleet);

// Share of extents by the number of their shards in one zone. With a limit on zones shards go to
// zones as evenly as their number allows, the rest to zones drawn at random; without one, to drives
// drawn at random. Precondition: the fleet has room for them.
std::vector<double> shares_in_zone(std::uint32_t shards, const models::DurabilityFleet& fleet);

}  // namespace spindle::app
