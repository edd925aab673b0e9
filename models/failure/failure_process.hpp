#pragma once
// When drives fail: a renewal process for each slot of the fleet.
//
// A slot's drive lives for an exponential time at its model's annual failure rate (rate = AFR /
// 8,760 per hour), and a new drive of the same model takes its place a stated time after the
// failure, whatever data repair does. Lifetime number `draw` of a slot is a pure function of (seed,
// replication, slot, draw): no placement, no repair and no other slot can change it, so that two
// policies meet the same failures, one by one. Cost: one block of random numbers a lifetime.

#include <cstdint>
#include <vector>

#include "models/fleet/topology.hpp"
#include "sim/random_stream.hpp"
#include "sim/time.hpp"

namespace spindle::models {

struct FailureOptions {
  sim::Duration replace = sim::Duration::hours(24);  // from a failure to the new, empty drive; >= 0
  sim::Duration horizon;  // failures at or after it are never; at most 200 years
};

class FailureProcess {
 public:
  // Throws std::invalid_argument: a negative replacement time, a horizon outside (0, 200 years], a
  // failure rate that is negative or not finite. `topology` must outlive it.
  FailureProcess(const Topology& topology, const FailureOptions& options, sim::Seed seed,
                 std::uint32_t replication);

  // When the slot's drive number `draw` (from 0), in service since `start`, fails. Instant::never()
  // where that is not before the horizon.
  [[nodiscard]] sim::Instant failure(std::uint32_t slot, std::uint64_t draw,
                                     sim::Instant start) const;
  // All failures of a slot before the horizon; its first drive is in service from time 0.
  [[nodiscard]] std::vector<sim::Instant> failures_of(std::uint32_t slot) const;

  [[nodiscard]] const FailureOptions& options() const { return options_; }

 private:
  const Topology& topology_;
  FailureOptions options_;
  sim::Seed seed_;
  std::uint32_t replication_;
};

}  // namespace spindle::models
