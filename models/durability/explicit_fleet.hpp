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
//   kBandwidth    an extent that lacks at least max(1, rebuild_from) shards is one job, ready
//                 detect_s after its last loss. One server, the bandwidth of all drives together,
//                 takes one ready job after the other in the case's order; (needed + missing)
//                 shards of bytes are its work. A job begun is ended, but for a further loss of the
//                 extent: then its work is void and it is ready anew. All its shards are back
//                 own_rebuild_s after the work is done, where the server is not needed any more.
//
// Determinism: a function of case, options and replication alone; ties in time run in the order in
// which they were scheduled. Memory: 8 B a shard, 32 B a pending event. Cost: O(log(pending events)
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
  // The extent that the server works for; jobs that are ready and wait for it.
  [[nodiscard]] std::optional<std::uint32_t> served() const { return served_; }
  [[nodiscard]] std::size_t waiting_jobs() const { return ready_.size(); }
  // Whole once step() has returned false.
  [[nodiscard]] const ExplicitCounts& counts() const { return counts_; }

 private:
  enum class Kind : std::uint8_t { kFailure, kShardBack, kReady, kServed, kExtentBack };
  struct Event {
    double at_s = 0;
    std::uint64_t number = 0;  // of all that were scheduled
    Kind kind = Kind::kFailure;
    std::uint32_t subject = 0;  // slot, shard or extent
    std::uint32_t losses = 0;   // that the extent had had when it was scheduled: void after more
    bool operator>(const Event& other) const {
      return at_s != other.at_s ? at_s > other.at_s : number > other.number;
    }
  };
  struct State {
    std::uint32_t missing = 0;
    std::uint32_t losses = 0;  // of shards, ever
    double first_loss_s = 0;   // of those missing now
    double last_loss_s = 0;
    bool is_lost = false;
  };

  void schedule(double at_s, Kind kind, std::uint32_t subject, std::uint32_t losses = 0);
  void schedule_failure();
  void handle(const Event& event);
  void fail(std::uint32_t slot);
  void lose(std::uint32_t shard);
  [[nodiscard]] bool draw_loss(std::uint32_t missing);
  void count_loss();
  void withdraw(std::uint32_t extent);
  void put_back(std::uint32_t shard);
  void put_back_all(std::uint32_t extent);
  void serve_next();
  void end_service(std::uint32_t extent);
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
  std::vector<State> states_;  // per extent
  RebuildQueue ready_;
  std::optional<std::uint32_t> served_;
  ExplicitCounts counts_;
};

}  // namespace spindle::models
