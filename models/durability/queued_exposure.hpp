#pragma once
// All extents of a fleet whose drives share a bounded bandwidth for repair, as a fluid.
//
// The share of extents in every state of loss is carried through a given history of failures. A
// cohort is the extents that lost shards with the same drives. A lost shard is known a detection
// time later; cohorts with known ones are rebuilt one after another, in the order of repair, by one
// server that works at the fleet's rate, and what is restored spreads evenly over the drives. Many
// extents a drive make this exact, as long as cohorts are few: beyond kMostCohorts alike ones are
// merged. Equations and what is left out: docs/theory/exposure.md.
//
// Cost: O(cohorts log cohorts) a failure. Determinism: no draws.

#include <array>
#include <cstdint>
#include <limits>
#include <unordered_map>
#include <vector>

#include "models/durability/loss_states.hpp"

namespace spindle::models {

class QueuedExposure {
 public:
  // Losses that an extent may survive here.
  static constexpr std::uint32_t kMostLosses = 15;
  static constexpr std::size_t kMostCohorts = 512;

  // All must outlive it. `tells_racks`: an extent has one shard a rack at most and drives of a rack
  // fail together, so that it matters whose racks are hit. Precondition: an extent is lost with
  // kMostLosses + 1 shards at the latest.
  QueuedExposure(const DurabilityCase& of, const ExtentClasses& classes, const LossStates& states,
                 bool tells_racks);

  // Goes on to `until_s`, rebuilding. Returns the share of extents that is lost meanwhile, to
  // latent errors. Precondition: not back in time.
  double pass(double until_s);
  // The drive in this slot fails now, and another takes its place. Returns the share of extents
  // that is lost with it. Takes some 30 B a slot that failed where new drives are empty.
  double fail(std::uint64_t slot);

  [[nodiscard]] double now_s() const { return now_s_; }
  // Shares of the extents there were at the start, or at the last renew(): not lost; that lack so
  // many shards.
  [[nodiscard]] double alive() const;
  [[nodiscard]] double missing(std::uint32_t shards) const;
  // A time by which nothing is on its way back any more if nothing fails from now on; now where
  // nothing is. Precondition: bandwidth. What waits for more losses (lazy repair) is not on its
  // way.
  [[nodiscard]] double idle_by_s() const;
  // When the next, and the last, loss of those that lack most shards will be known: they have fewer
  // soon after one of the two. Not later than now where all are.
  [[nodiscard]] std::array<double, 2> most_exposed_until_s() const;
  [[nodiscard]] double repaired_bytes() const { return repaired_bytes_; }  // read and written
  // Failures detected, and failed drives whose shards are back.
  [[nodiscard]] std::uint64_t events() const { return events_; }
  // Counts from here on as if nothing had been lost.
  void renew();

 private:
  static constexpr std::uint32_t kNoRack = 0xffffffffU;
  static constexpr std::uint32_t kNoZone = 0xffffffffU;
  static constexpr double kNever = std::numeric_limits<double>::infinity();
  static constexpr double kLongAgo = -kNever;
  struct Loss {
    double known_s = kLongAgo;
    std::uint32_t rack = kNoRack;
    std::uint32_t zone = 0;
    friend bool operator==(const Loss&, const Loss&) = default;
  };
  struct Cohort {
    double mass = 0;  // share of all extents
    std::uint32_t state = 0;
    std::uint32_t missing = 0;
    std::uint32_t known = 0;               // of them; the first of `losses`
    std::array<Loss, kMostLosses> losses;  // by time
  };
  // The shards that were known when it was worked off come back evenly between two moments.
  struct Restoring {
    Cohort cohort;
    std::uint32_t restored = 0;
    double begin_s = 0;
    double end_s = 0;
  };
  struct Turn {  // the least is first
    std::uint32_t rank = 0;
    double since_s = 0;
    std::uint32_t cohort = 0;
  };
  struct Failure {
    std::uint32_t zone = 0;
    std::uint32_t rack = kNoRack;
    double full_drives = 0;  // that would hold what the zone has, were all as full as this one
    double factor = 0;       // share of the shards there, of extents that may have one on the drive
    double lost = 0;
  };

  [[nodiscard]] bool keeps_turn() const {
    return case_.rebuild.order == RebuildOrder::kFirstComeFirstServed;
  }
  [[nodiscard]] bool is_due(const Cohort& cohort) const {
    return cohort.known >= case_.rebuild.rebuild_from;
  }
  // Of extents that lack so many known shards.
  [[nodiscard]] double own_rebuild_s(std::uint32_t known) const {
    const bool overtakes = !keeps_turn() && known > case_.rebuild.rebuild_from;
    return case_.rebuild.own_rebuild_s + (overtakes ? case_.rebuild.overtaking_s : 0);
  }
  [[nodiscard]] double drives_in(std::uint32_t zone) const;
  [[nodiscard]] double work_of(const Cohort& cohort, std::uint32_t restored) const;
  [[nodiscard]] std::uint32_t served_at_once(const Cohort& cohort) const;

  // queued_failures.cpp
  double held_by(std::uint64_t slot, std::uint32_t zone);
  [[nodiscard]] double open_shards(const Cohort& cohort, const Failure& failure) const;
  Cohort hit(Cohort& cohort, Failure& failure);
  void begin_again(Cohort& moved);
  void forget_rest(double gone, std::uint32_t state, std::uint32_t failed_zone);
  [[nodiscard]] double error_step_s() const;
  double meet_errors(double seconds);
  static Cohort merged(Cohort into, const Cohort& other);
  template <class Item, class IsAlike, class Merge>
  static void merge_neighbours(std::vector<Item>& items, IsAlike is_alike, Merge merge);
  void merge_alike();
  void merge_restoring();

  // queued_exposure.cpp
  void learn(Cohort& cohort) const;
  void serve(double until_s);
  [[nodiscard]] Turn turn_of(std::uint32_t index) const;
  void serve_part(Cohort& cohort, double seconds, double part);
  void restore_until(double time_s);
  void restore(Cohort cohort, std::uint32_t restored, double mass);
  void tidy();

  const DurabilityCase& case_;
  const ExtentClasses& classes_;
  const LossStates& states_;
  bool tells_racks_;
  double rate_;         // bytes/s of the server
  double shard_bytes_;  // of one shard of every extent together
  double now_s_ = 0;
  std::vector<double> rest_;  // by state: whole, or known and not yet to be rebuilt
  std::vector<Cohort> cohorts_;
  std::vector<Restoring> restoring_;
  std::vector<Turn> turns_;  // scratch: cohorts that are due, in their order
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
