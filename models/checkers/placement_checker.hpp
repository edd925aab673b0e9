#pragma once
// Conservation laws of a placement, recomputed from the explicit map alone: nothing here calls the
// code that placed. O(shards * shards per extent).

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "models/placement/placer.hpp"

namespace spindle::models {

struct CheckReport {
  static constexpr std::size_t kKept = 20;
  std::uint64_t violations = 0;    // in all
  std::vector<std::string> first;  // messages of the first kKept

  [[nodiscard]] bool ok() const { return violations == 0; }
};

// Every extent has all its shards on existing, distinct drives within the spread rule and its guard
// rail, or is counted unplaced; every drive's bytes are what the map puts there, and within its capacity; and
// all bytes together are placed extents * shards * shard bytes.
CheckReport check_placement(const Topology& topology, const SpreadRule& rule,
                            const ExtentTable& extents, const PlacementResult& result);

// The heat of all drives is the demand of all tenants (both in disk-seconds per second), within
// `tolerance` of the greater of the two sums.
CheckReport check_heat(std::span<const double> heat_of_drive,
                       std::span<const double> demand_of_tenant, double tolerance = 1e-9);

}  // namespace spindle::models
