#pragma once
// What a run takes of memory and what there is: what does not fit is refused before it begins.

#include <cstdint>
#include <span>

#include "app/scenario/scenario.hpp"

namespace spindle::app {

// What is said where there is too little all the same.
inline constexpr const char* kOutOfMemory =
    "out of memory — `spindle explain` says what a scenario takes";

// Bytes that this process may use: the machine's memory, or the limit set to the process or its
// container.
std::uint64_t usable_memory_bytes();

// Bytes that a run of the scenario holds at its peak, roughly (within a factor of 1.5).
std::uint64_t memory_estimate(const Scenario& scenario);

// The same of one of so many ranks that share a run of a fleet of ledgers.
std::uint64_t rank_memory_estimate(const Scenario& scenario, unsigned ranks);

// How many of the runs may go on at once: half the memory holds them. At least 1.
std::size_t runs_at_once(std::span<const Scenario* const> runs);

// Throws std::runtime_error, naming the mend, where the largest of the runs does not fit beside the
// results that all of them leave.
void require_memory(std::span<const Scenario* const> runs);
// The same where `neighbours` of the ranks that share the run are on this machine.
void require_rank_memory(const Scenario& scenario, unsigned ranks, unsigned neighbours);

}  // namespace spindle::app
