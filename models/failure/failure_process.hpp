#pragma once
// When drives fail: a renewal process for each slot of the fleet.
//
// A slot's drive lives by a law (lifetime_law.hpp; where nothing else is said exponential) at its
// model's annual failure rate (rate = AFR per 8,760 h), and a new drive of the same model takes its
// place a stated time after the failure, whatever data repair does. Lifetime number `draw` of a
// slot is a pure function of (seed, replication, slot, draw) and, where drives age, of the age it
// begins with: no placement, no repair and no other slot can change it, so that two policies meet
// the same failures, one by one. Cost: one block of random numbers a lifetime.
//
// Failures that hang together (clusters, power events) and those of a trace come on top:
// failure_history.hpp plays all of them. Here clusters only thin what comes by itself.

#include <cstdint>
#include <memory>
#include <vector>

#include "models/failure/failure_clusters.hpp"
#include "models/failure/grey_failures.hpp"
#include "models/failure/lifetime_law.hpp"
#include "models/failure/power_events.hpp"
#include "models/failure/slot_failure.hpp"
#include "models/fleet/topology.hpp"
#include "sim/random_stream.hpp"
#include "sim/time.hpp"

namespace spindle::models {

// Failures that happened elsewhere, in the order of comes_before.
struct FailureTrace {
  std::vector<SlotFailure> failures;
  bool is_alone = true;  // instead of lifetimes and clusters; else beside them
};

struct FailureOptions {
  sim::Duration replace = sim::Duration::hours(24);  // from a failure to the new, empty drive; >= 0
  sim::Duration horizon = {};  // failures at or after it are never; at most 200 years
  LifetimeOptions life = {};
  ClusterLaw clusters = {};
  std::vector<PowerEvents> power = {};
  std::shared_ptr<const FailureTrace> trace = {};  // shared by replications
  GreyOptions grey = {};

  // Where false, every slot fails by itself, as FailureProcess says.
  [[nodiscard]] bool hangs_together() const {
    return clusters.is_on() || !power.empty() || trace != nullptr;
  }
};

class FailureProcess {
 public:
  // Throws std::invalid_argument: a negative replacement time, a horizon outside (0, 200 years], a
  // failure rate that is negative or not finite, a law or batch out of range, a batch without a
  // rack. `topology` must outlive it. Cost: O(racks).
  FailureProcess(const Topology& topology, const FailureOptions& options, sim::Seed seed,
                 std::uint32_t replication);

  // When the slot's drive number `draw` (from 0), in service since `start`, fails. Instant::never()
  // where that is not before the horizon. A base drive number 0 has its batch's age.
  [[nodiscard]] sim::Instant failure(std::uint32_t slot, std::uint64_t draw,
                                     sim::Instant start) const;
  // All failures of a slot before the horizon; its first drive is in service from time 0.
  [[nodiscard]] std::vector<sim::Instant> failures_of(std::uint32_t slot) const;

  // The hazard of the rack's first drives summed over the run: they fail in it where an exponential
  // number is less.
  [[nodiscard]] double first_hazard(std::uint32_t rack) const;

 private:
  // What all drives of a rack have in common.
  struct RackLife {
    double age_s = 0;     // of the first ones
    double hazard = 1;    // factor, the first ones
    double replaced = 1;  // factor, all others
  };

  void set_racks();

  const Topology& topology_;
  sim::Duration replace_;
  sim::Duration horizon_;
  LifetimeOptions life_;
  double primary_;  // share of the failures that come by themselves
  sim::Seed seed_;
  std::uint32_t replication_;
  std::vector<LifetimeLaw> laws_;  // per model
  std::vector<RackLife> racks_;
};

}  // namespace spindle::models
