#pragma once
// One class's data in two schemes: what is re-encoded as it ages, and what comes back.
//
// Amounts are in shards of the first scheme, `units`: what a class's data would be there counts as
// `logical` units. Data that was there at time 0 has ages by its law; data that is born later, or
// comes back, has the age of the window in whose middle it did. Deletes take all alike. What is old
// enough waits until the drives' bandwidth lets it be re-encoded, oldest or youngest without
// distinction; what is called back goes before.

#include <deque>
#include <limits>
#include <vector>

#include "models/ledger/ledger_fleet.hpp"
#include "models/migration/lifecycle_options.hpp"
#include "models/tenant/population.hpp"
#include "sim/time.hpp"

namespace spindle::models {

struct LedgerLifecycle {
  LifecycleOptions options;
  CoolingOptions cooling;            // exponential: with the law of ages at time 0
  double units = 1;                  // that a unit of the first scheme takes in the other
  double read_units = 1;             // read for each unit that is re-encoded, or comes back
  double needed = 1;                 // shards that a rebuild reads, of the other scheme
  double needed_at_first = 1;        // of the first
  double shard_units = 1;            // a shard of the other scheme
  double demand = 1;                 // disk time of a request in the other scheme / in the first
  std::vector<double> read_seconds;  // by drive model: of a whole shard of the other scheme
  std::vector<double> write_seconds;
};

// Of data whose ages are by that law, the share that is older.
[[nodiscard]] double share_older(const CoolingOptions& ages, double age_s);

// What a window changes in a class. `demand` is disk time a second as the data is asked for at the
// window's start.
struct Recoding {
  double out = 0;       // units re-encoded
  double back = 0;      // units, as they are in the first scheme, that come back
  LedgerClass gone;     // from drives
  LedgerClass recoded;  // to drives, but for what came back
};

// In shards of the first scheme.
struct LifecycleSums {
  double data = 0;
  double recoded = 0;  // of it, in the other scheme
  double waiting = 0;  // of it, old enough and not re-encoded
};

class LifecycleState {
 public:
  struct Window {
    sim::Instant start{};
    sim::Instant end{};
    bool is_on = false;  // data is re-encoded, and comes back
    double kept = 1;     // share of the class's data that is not deleted
    double cool = 1;     // what its demand is multiplied by
    double units = 0;    // the most that the fleet's drives read and write
    double room = std::numeric_limits<double>::infinity();  // units that they have room for
    LedgerClass born{};                                     // demand at the window's end
    double newborn = 0;  // demand of a unit at the window's end that came back in it
  };

  // `all`: the class at time 0, in the first scheme.
  LifecycleState(const LedgerLifecycle& of, const LedgerClass& all);

  Recoding advance(const Window& window);

  [[nodiscard]] double logical() const { return first_ + other_.shards / of_.units; }
  [[nodiscard]] double other_share() const;  // of the data, in the other scheme
  // Units that are old enough, none where it is less than half of one.
  [[nodiscard]] double waiting() const {
    return waiting_.shards < kHalfAShard ? 0 : waiting_.shards;
  }
  static constexpr double kHalfAShard = 0.5;
  [[nodiscard]] double recoded() const { return recoded_; }  // units, so far
  // Units that it takes less than all in the first scheme would; below 0: more.
  [[nodiscard]] double freed() const { return other_.shards / of_.units * (1 - of_.units); }
  [[nodiscard]] double came_back() const { return came_back_; }
  // Shards that a rebuild reads, mean over the class's.
  [[nodiscard]] double needed() const;
  // The class's demand as if all were in the first scheme.
  [[nodiscard]] double demand_in_first(double demand) const;
  [[nodiscard]] const LedgerLifecycle& of() const { return of_; }

 private:
  // Born, or come back, in one window. What has left of it since: kept_ and cooled_ now / then.
  struct Cohort {
    sim::Instant at;
    LedgerClass data;
    double kept = 1;
    double cooled = 1;
  };
  [[nodiscard]] double older(double age_s) const { return share_older(of_.cooling, age_s); }
  [[nodiscard]] double demand_of_older(double age_s) const;
  void grow_old(const Window& window);

  const LedgerLifecycle& of_;
  LedgerClass at_first_;      // what there was at time 0
  double first_;              // units in the first scheme
  LedgerClass other_;         // units, demand in the other scheme
  LedgerClass waiting_;       // in the first scheme, old enough
  std::deque<Cohort> young_;  // by time
  double kept_ = 1;           // share of the data of time 0 that is not deleted
  double cooled_ = 1;         // its demand / that at time 0, but for deletes
  bool has_begun_ = false;
  double counted_s_ = 0;  // since then: of the ages at time 0, those above are counted in
  double recoded_ = 0;
  double came_back_ = 0;
};

}  // namespace spindle::models
