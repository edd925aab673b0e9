#pragma once
// The `sweep` block of a scenario: which points a study has.

#include <cstdint>

#include "app/scenario/fields.hpp"

namespace spindle::app {

// Of points times replications, and of points before `where` leaves some out.
inline constexpr std::uint64_t kMostSweepRuns = 1'000'000;
inline constexpr std::uint64_t kMostSweepCandidates = 2'000'000;

const ObjectSpec& sweep_table();

}  // namespace spindle::app
