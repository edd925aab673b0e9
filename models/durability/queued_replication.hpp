#pragma once
// Replications of a fleet whose drives share a bounded bandwidth for repair.

#include <functional>
#include <span>

#include "models/durability/loss_states.hpp"
#include "models/durability/replication.hpp"
#include "models/failure/slot_failure.hpp"

namespace spindle::models {

// What `stopped` ends early says nothing. Failures one after another at their own pace. For fleets
// that always have something in repair.
ReplicationSample queued_replication(const DurabilityCase& of, const CountedTime& counted,
                                     const ExtentClasses& classes, const LossStates& states,
                                     sim::Seed seed, std::uint32_t replication,
                                     const std::function<bool()>& stopped = {});

// For fleets that mostly have nothing in repair. A cycle begins with the first failure in a whole
// fleet and ends when nothing is on its way back. As many failures as it takes to lose an extent
// are made to happen within the cycle, each at a moment drawn given that it does; the loss counts
// with the probability that they do (forcing; Lewis and Böhm 1984). Cycles without forcing, as
// many, give the mean length.
ReplicationSample forced_cycles(const DurabilityCase& of, std::uint32_t cycles,
                                const ExtentClasses& classes, const LossStates& states,
                                sim::Seed seed, std::uint32_t replication,
                                const std::function<bool()>& stopped = {});

// Extents lost by `horizon_s` of those that are whole at the start, given all failures of the fleet
// in the order of comes_before. `tells_racks`: as in QueuedExposure. What `stopped` ends early says
// nothing.
ReplicationSample given_failures(const DurabilityCase& of, std::span<const SlotFailure> failures,
                                 double horizon_s, const ExtentClasses& classes,
                                 const LossStates& states, bool tells_racks,
                                 const std::function<bool()>& stopped = {});

}  // namespace spindle::models
