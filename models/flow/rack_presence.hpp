#pragma once
// When, within a window of 8 epochs, a rack is up and how many times all weights of demand count.
//
// In an epoch a rack bears its weights times the mean of (up x factor), where up is 1 or 0; what
// shifts at a moment counts with the integral from there to the epoch's end. Both are exact for
// steps at any moment. A drive that is slow has a presence of its own, in which its pace is a part
// of the factor.

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "models/flow/heat_kernel.hpp"
#include "models/state/demand_journal.hpp"

namespace spindle::models {

class RackPresence {
 public:
  // Of a rack without steps of its own or of the factor.
  RackPresence(bool is_up, double factor);
  // `steps` are the rack's own, in the order of time, as the factor's.
  RackPresence(const DemandJournal& journal, std::uint32_t rack, std::span<const RackStep> steps);

  // Of a drive in that rack, which is slow by these steps, in the order of time.
  [[nodiscard]] RackPresence slowed(std::span<const PaceStep> paces) const;

  // One value all through the window.
  [[nodiscard]] bool is_steady() const { return segments_.size() == 1; }
  [[nodiscard]] bool is_up(std::size_t epoch) const { return up_[epoch] > 0; }
  // Mean of (up x factor) over the epoch.
  [[nodiscard]] double share(std::size_t epoch) const { return share_[epoch]; }
  // Neither up nor bearing anything at any time of the window.
  [[nodiscard]] bool is_absent() const;
  // For what begins to count at `from`: its share of each epoch.
  [[nodiscard]] RateLine shares_from(double from) const;

 private:
  struct Segment {  // up to the next one
    double from = 0;
    bool is_up = true;
    double factor = 1;
  };
  void integrate();

  std::vector<Segment> segments_;
  std::array<double, kEpochsPerSweep> up_{};
  std::array<double, kEpochsPerSweep> share_{};
};

// A drive that is slow at any time of a window.
struct SlowDrive {
  std::uint32_t rack = 0;
  std::uint32_t drive_in_rack = 0;
  double times = 1;       // as long as it should take
  RackPresence presence;  // of what it bears, in time that it takes
};

// By rack, then drive; `racks` are the presences of the journal's window. Cost: O(n log n) of what
// the journal has to say.
std::vector<SlowDrive> slow_drives(const DemandJournal& journal,
                                   std::span<const RackPresence> racks);

// Every rack's presence in the journal's window. Cost: O(racks + steps).
std::vector<RackPresence> rack_presences(const DemandJournal& journal, std::uint32_t racks);

}  // namespace spindle::models
