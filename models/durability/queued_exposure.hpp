#pragma once
// All extents of a fleet whose drives share a bounded bandwidth for repair, as a fluid.
//
// The share of extents in every state of loss is carried through a given history of failures. A
// cohort is what one failure moved: extents of one state that became ready for repair at one
// moment. Cohorts are rebuilt one after another, in the order of repair, by one server that works
// at the fleet's rate; restored shards spread evenly over the drives. Many extents a drive make
// this exact; equations and what is left out: docs/theory/exposure.md.
//
// Cost: O(cohorts) a failure, that is failures in repair times states. Determinism: no draws.

#include <array>
#include <cstdint>
#include <limits>
#include <unordered_map>
#include <vector>

#include "models/durability/loss_states.hpp"

namespace spindle::models {

class QueuedExposure {
 public:
  // All must outlive it. `tells_racks`: an extent has one shard a rack at most and drives of a rack
  // fail together, so that it matters whose racks are hit.
  QueuedExposure(const DurabilityCase& of, const ExtentClasses& classes, const LossStates& states,
                 bool tells_racks);

  // Goes on to `until_s`, rebuilding. Precondition: not back in time.
  void pass(double until_s);
  // The drive in this slot fails now, and another takes its place. Returns the share of extents
  // that is lost with it. Takes some 30 B a slot that failed where new drives are empty.
  double fail(std::uint64_t slot);

  [[nodiscard]] double now_s() const { return now_s_; }
  // Shares of the extents there were at the start, or at the last renew(): not lost; that lack so
  // many shards.
  [[nodiscard]] double alive() const;
  [[nodiscard]] double missing(std::uint32_t shards) const;
  // When nothing is on its way back any more, if nothing fails from now on; now or before: idle.
  // Infinity without bandwidth. What waits for more losses (lazy repair) is not on its way.
  [[nodiscard]] double idle_at_s() const;
  // When those that lack most shards would be back if they alone were rebuilt. Not to be idle.
  [[nodiscard]] double most_exposed_until_s() const;
  [[nodiscard]] double repaired_bytes() const { return repaired_bytes_; }  // read and written
  // Drives' failures detected, and rebuilt.
  [[nodiscard]] std::uint64_t events() const { return events_; }
  // Counts from here on as if nothing had been lost.
  void renew();

 private:
  static constexpr std::uint32_t kNoRack = 0xffffffffU;
  static constexpr double kNever = std::numeric_limits<double>::infinity();
  struct RackShare {
    std::uint32_t rack = kNoRack;
    double share = 0;  // of a cohort's extents that lost a shard there
  };
  struct Cohort {
    double mass = 0;  // share of all extents
    double ready_s = 0;
    double first_loss_s = 0;  // of the shards missing now
    std::uint32_t state = 0;
    std::uint32_t last_rack = kNoRack;    // of the latest loss
    std::array<RackShare, 4> racks = {};  // of those before: the racks with the largest shares
  };
  struct Line {  // cohorts in their order; those before `first` are done
    std::vector<Cohort> cohorts;
    std::size_t first = 0;
  };
  struct Restoring {  // worked off; the extents are back evenly between two moments
    Cohort cohort;
    double begin_s = 0;
    double end_s = 0;
  };
  struct Arrivals {  // what one failure moves into a state
    double mass = 0;
    std::vector<RackShare> racks;  // mass, not share, while it is gathered
  };
  struct Failure {
    std::uint32_t zone = 0;
    std::uint32_t rack = kNoRack;
    double factor = 0;  // share of the shards there, of extents that may have one on the drive
    double lost = 0;
  };

  [[nodiscard]] bool keeps_turn() const {
    return case_.rebuild.order == RebuildOrder::kFirstComeFirstServed;
  }
  [[nodiscard]] std::size_t line_of(std::uint32_t state) const {
    return keeps_turn() ? 0 : classes_.most - states_.missing(state);
  }
  [[nodiscard]] double work_of(const Cohort& cohort) const;
  [[nodiscard]] double open_shards(const Cohort& cohort, std::uint32_t zone,
                                   std::uint32_t rack) const;
  // Those in lines, in the order of their turns.
  template <class Fn>
  void for_each_cohort(Fn&& fn) {
    for (Line& line : lines_) {
      for (std::size_t i = line.first; i < line.cohorts.size(); ++i) fn(line.cohorts[i]);
    }
  }
  template <class Fn>
  void for_each_cohort(Fn&& fn) const {
    for (const Line& line : lines_) {
      for (std::size_t i = line.first; i < line.cohorts.size(); ++i) fn(line.cohorts[i]);
    }
  }

  // queued_failures.cpp
  double held_by(std::uint64_t slot, std::uint32_t zone);
  void hit(Cohort& cohort, Failure& failure);
  void hit_lines(Failure& failure);
  void note_racks(const Cohort& from, double mass, Arrivals& into) const;
  void flush(double first_loss_s, std::uint32_t rack, std::vector<Cohort>& out);
  void enqueue(std::vector<Cohort>& arrived);

  // queued_exposure.cpp
  [[nodiscard]] double drives_in(std::uint32_t zone) const;
  [[nodiscard]] double until_s(bool only_most_exposed) const;
  Line* most_urgent(double& next_ready_s);
  void serve(Line& line, double seconds);
  void restore_until(double time_s);
  void restore(const Cohort& cohort, double mass);

  const DurabilityCase& case_;
  const ExtentClasses& classes_;
  const LossStates& states_;
  bool tells_racks_;
  double rate_;         // bytes/s of the server
  double shard_bytes_;  // of one shard of every extent together
  double now_s_ = 0;
  std::vector<double> rest_;  // by state: whole, or not yet to be rebuilt
  std::vector<Line> lines_;   // the most urgent first
  std::vector<Restoring> restoring_;
  std::vector<Arrivals> arrivals_;  // by state
  // Shards per extent: that a zone has in all, and a drive: scale_ (at the start + given_), or
  // scale_ (given_ - given_ when it was new).
  std::vector<double> present_;
  std::vector<double> scale_;
  std::vector<double> given_;
  std::unordered_map<std::uint64_t, double> given_when_new_;  // by slot; looked up, never walked
  double repaired_bytes_ = 0;
  std::uint64_t events_ = 0;
};

}  // namespace spindle::models
