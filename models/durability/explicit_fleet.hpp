#pragma once
// A fleet of explicit extents: every drive's failure, every lost shard and every rebuild is an
// event, and lost extents are counted. Slow and plain: what estimates that know no extents are held
// to (docs/theory/explicit.md).
//
// Every slot's drive fails at the case's rate, or at the times of a given list; an empty drive
// takes its place at once. An extent that lacks more shards than its scheme bears is lost (of a
// local code, one that lacks i is with the probability Scheme::lost_at(i)): it counts once and
// takes no more part. What is missing comes back by the case's law:
//   kExponential  each shard by itself, in an exponential time of mean mttr_s.
//   kBandwidth    each shard is known to be missing detect_s after its own loss. An extent with at
//                 least max(1, rebuild_from) known shards waits for its turn, unless a job of it is
//                 under way. One server, the bandwidth of all drives together, does one job after
//                 the other: those with the most known shards first, among them the one whose last
//                 became known first; or by the first loss. A job restores the shards that were
//                 known when it began, in (needed + these) shards of bytes of work; they are back
//                 own_rebuild_s after that, where the server is not needed any more. Losses and
//                 detections meanwhile are for the extent's next job. What is done for an extent
//                 that is lost is dropped at once.
//
// Determinism: a function of case, options and replication alone; ties in time run in the order in
// which they were scheduled. Memory: 9 B a shard, 24 B a pending event. Cost: O(log(pending events)
// + shards of an extent) a shard lost or restored.

#include <cstdint>
#include <functional>
#include <optional>
#include <queue>
#include <vector>

#include "models/durability/durability_case.hpp"
#include "models/durability/explicit_extents.hpp"
#include "models/durability/rebuild_queue.hpp"
#include "models/failure/slot_failure.hpp"
#include "sim/random_stream.hpp"

namespace spindle::models {

struct ExplicitOptions {
  std::uint32_t extents = 1000;
  double horizon_s = 0;
  double warm_up_s = 0;  // losses before it do not count towards the stationary rate
  // By time; in place of failures at the case's rate.
  std::optional<std::vector<SlotFailure>> failures = {};
};

// What happened until the horizon.
struct ExplicitCounts {
  std::uint64_t failures = 0;
  std::uint64_t lost_shards = 0;  // of extents that were not lost before
  std::uint64_t restored_shards = 0;
  std::uint64_t lost_extents = 0;  // first passage
  std::uint64_t late_losses = 0;   // of these, after the warm-up
  double extent_years = 0;         // after the warm-up, of extents not yet lost
  std::uint64_t jobs = 0;          // kBandwidth: whose work was done
  double repair_bytes = 0;         // kBandwidth: read and written by these
};

class ExplicitFleet {
 public:
  // Places the extents. Throws std::invalid_argument: what ExplicitExtents throws; a rate, time or
  // size that is negative or not finite; a horizon of 0 or a warm-up not before it; mttr_s 0 under
  // kExponential; given failures that are not by time, before 0, or of no slot.
  ExplicitFleet(const DurabilityCase& of, const ExplicitOptions& options, sim::Seed seed,
                std::uint32_t replication);

  // Goes to the next time at which something happens, and does all that happens then; false where
  // that is not before the horizon.
  bool step();
  void run() {
    while (step()) {
    }
  }

  [[nodiscard]] double now_s() const { return now_s_; }
  [[nodiscard]] const ExplicitExtents& extents() const { return extents_; }
  [[nodiscard]] std::uint32_t missing(std::uint32_t extent) const {
    return states_[extent].missing;
  }
  [[nodiscard]] bool is_lost(std::uint32_t extent) const { return states_[extent].is_lost; }
  // Bytes of one shard: what is used over all shards of the fleet.
  [[nodiscard]] double shard_bytes() const { return shard_bytes_; }
  // The extent that the server works for; extents that wait for their turn.
  [[nodiscard]] std::optional<std::uint32_t> served() const { return served_; }
  [[nodiscard]] std::size_t waiting_jobs() const { return waiting_.size(); }
  // Whole once step() has returned false.
  [[nodiscard]] const ExplicitCounts& counts() const { return counts_; }

 private:
  enum class Kind : std::uint8_t { kFailure, kShardBack, kKnown, kServed, kJobBack };
  // Of a shard. kNone: on its slot, or missing unknown.
  enum class Repair : std::uint8_t { kNone, kKnown, kBegun };
  struct Event {
    double at_s = 0;
    std::uint64_t number = 0;  // of all that were scheduled
    Kind kind = Kind::kFailure;
    std::uint32_t subject = 0;  // slot, shard or extent
    bool operator>(const Event& other) const {
      return at_s != other.at_s ? at_s > other.at_s : number > other.number;
    }
  };
  struct State {
    std::uint32_t missing = 0;
    std::uint32_t known = 0;  // of these, in no job yet
    std::uint32_t begun = 0;  // of these, in the job under way
    double first_known_s = 0;
    double last_known_s = 0;
    bool is_lost = false;
  };

  void schedule(double at_s, Kind kind, std::uint32_t subject);
  void schedule_failure();
  void handle(const Event& event);
  void fail(std::uint32_t slot);
  void lose(std::uint32_t shard);
  [[nodiscard]] bool draw_loss(std::uint32_t missing);
  void count_loss();
  void abandon(std::uint32_t extent);
  void learn(std::uint32_t shard);
  void offer(std::uint32_t extent);
  void serve_next();
  void begin(std::uint32_t extent);
  void end_service(std::uint32_t extent);
  void end_job(std::uint32_t extent);
  void put_back(std::uint32_t shard);
  [[nodiscard]] RebuildJob job_of(std::uint32_t extent) const;
  [[nodiscard]] double work_bytes(std::uint32_t extent) const;
  [[nodiscard]] bool is_exponential() const { return rebuild_.law == RepairLaw::kExponential; }

  RebuildOptions rebuild_;
  ExplicitOptions options_;
  Scheme scheme_;
  std::uint32_t shards_;
  ExplicitExtents extents_;
  double failures_per_s_;  // of the fleet
  double shard_bytes_;
  double bytes_per_s_;  // of the server; 0: nothing is rebuilt
  sim::RandomStream places_;
  sim::RandomStream failures_;
  sim::RandomStream returns_;
  sim::RandomStream losses_;
  double now_s_ = 0;
  std::uint64_t scheduled_ = 0;
  std::size_t next_given_ = 0;
  std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
  std::vector<State> states_;    // per extent
  std::vector<Repair> repairs_;  // per shard
  RebuildQueue waiting_;
  std::optional<std::uint32_t> served_;
  ExplicitCounts counts_;
};

}  // namespace spindle::models
