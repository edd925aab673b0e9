#pragma once
// Cases for explicit fleets, in units of the mean repair time where not said otherwise.

#include <cstdint>

#include "models/durability/explicit_estimate.hpp"
#include "sim/time.hpp"
#include "tests/support/schemes.hpp"

namespace spindle::test {

inline constexpr double kRepair_s = 86'400;

// 150 drives in 3 zones of 10 racks, each drive failing `lambda` times in a repair's mean time.
inline models::DurabilityCase inflated(const models::Scheme& scheme, double lambda) {
  models::DurabilityCase out{scheme, {150, 3, 10, 5, 1}, 0, {}};
  out.rebuild.mttr_s = kRepair_s;
  out.failures_per_year = lambda * sim::kSecondsPerYear / kRepair_s;
  return out;
}

}  // namespace spindle::test
