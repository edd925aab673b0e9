#pragma once
// One arm with its share of the drive: sectors, queue, cache. See models/drive/drive_controller.hpp
// for what it does when.

#include <optional>
#include <queue>
#include <utility>
#include <vector>

#include "models/drive/read_cache.hpp"
#include "models/drive/served_request.hpp"
#include "models/drive/write_buffer.hpp"

namespace spindle::models {

struct CacheCounts {
  std::uint64_t read_hits = 0;            // answered over the bus alone
  std::uint64_t read_follows = 0;         // by the read-ahead
  std::uint64_t sectors_taken = 0;        // by the write buffer
  std::uint64_t sectors_overwritten = 0;  // while they waited in it
  std::uint64_t sectors_destaged = 0;     // from it to the platter
};

// What the arms of a drive share: the bus, and the answers that the host will get.
struct DriveFront {
  struct Answer {
    ServedRequest served;
    std::uint64_t order;
    // Of two, the later has the lower priority.
    bool operator<(const Answer& other) const {
      return std::pair(served.finish, order) > std::pair(other.served.finish, other.order);
    }
  };
  std::priority_queue<Answer> answers;
  std::uint64_t answered = 0;
  sim::Instant bus_free;
};

class Actuator {
 public:
  // The arm's own sectors begin at `first_sector` of the drive. `front` must outlive it.
  Actuator(MechanicalSpec spec, std::uint64_t first_sector, const DriveRunOptions& options,
           DriveFront& front);
  // The cache refers to the drive.
  Actuator(const Actuator&) = delete;
  Actuator& operator=(const Actuator&) = delete;

  // Requests without an answer under way.
  [[nodiscard]] std::size_t waiting() const { return queue_.size() + held_.size(); }
  // `request` is one of the drive's sectors.
  void admit(const DriveRequest& request, sim::Instant now);
  void start(sim::Instant now);
  [[nodiscard]] sim::Instant next(sim::Instant now) const;

  [[nodiscard]] CacheCounts counts() const;
  [[nodiscard]] const std::optional<WriteBuffer>& buffer() const { return buffer_; }

 private:
  [[nodiscard]] bool is_held(const DriveRequest& request, sim::Instant now);
  void answer(ServedRequest served);
  void answer_over_bus(const DriveRequest& request, sim::Instant now);
  void let_writes_in(sim::Instant now);
  void finish_last(sim::Instant now);
  void answer_what_is_there(sim::Instant now);
  [[nodiscard]] std::optional<std::size_t> following(sim::Instant now) const;
  void follow(const DriveRequest& request, sim::Instant now);
  void serve_from_platter(sim::Instant now);
  void destage(sim::Instant now);

  MechanicalDrive drive_;
  std::uint64_t first_sector_;
  DriveRunOptions options_;
  DriveFront& front_;
  RequestQueue queue_;
  std::optional<ReadCache> cache_;
  std::optional<WriteBuffer> buffer_;
  double hit_completion_s_ = 0;
  std::vector<DriveRequest> held_;  // writes without room, oldest first
  enum class LargeWrite : std::uint8_t { kNone, kQueued, kServed } large_write_ = LargeWrite::kNone;
  bool buffer_had_turn_ = false;
  Arm arm_;
  sim::Instant arm_free_;
  std::uint64_t destaging_ = 0;  // sectors on their way to the platter
  CacheCounts counts_;
};

}  // namespace spindle::models
