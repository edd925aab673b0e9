#pragma once
// All failures of a fleet in one replication, drawn before anything is played: lives by law,
// followers of failures, drives that power events kill, and those of a trace.
//
// Of drives that fail by themselves the history is what FailureProcess::failures_of says, slot by
// slot. A failure of any cause ends the drive's life; the next one begins, new, `replace` later,
// with the next lifetime of its slot. What comes to a slot between the two finds no drive and does
// not happen, nor does it bring followers. Followers are brought by failures of lives and by
// followers: what power or a trace takes has brought its burst along. Failures follow from nothing
// that data, outages or repair do, and no failure follows from one in another rack.
//
// Cost: 3 ns a drive (that its first life ends in the run is seen from one uniform number), and
// about 0.2 us a failure with its place in order. Memory: the history, and a rack's drives.

#include <cstdint>
#include <vector>

#include "models/failure/failure_process.hpp"
#include "models/failure/slot_failure.hpp"

namespace spindle::models {

class FailureHistory {
 public:
  // `topology` must outlive it. Throws std::invalid_argument: what FailureProcess and
  // draw_power_events throw; racks that land (their drives' first lives begin in the run), a trace
  // that is not in order or has slots that the fleet has not.
  FailureHistory(const Topology& topology, const FailureOptions& options, sim::Seed seed);

  // Into `out`, whose memory is used again: in the order of comes_before, before the horizon. A
  // pure function of what the history was made with and the replication; any thread may call it.
  void draw(std::uint32_t replication, std::vector<SlotFailure>& out) const;

 private:
  class RackPlay;

  const Topology& topology_;
  FailureOptions options_;
  sim::Seed seed_;
  std::vector<SlotFailure> trace_;  // by slot, then time
};

// One replication's history.
std::vector<SlotFailure> draw_failures(const Topology& topology, const FailureOptions& options,
                                       sim::Seed seed, std::uint32_t replication);

}  // namespace spindle::models
