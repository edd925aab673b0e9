#pragma once
// The queue inside a drive and the order in which it is served.
//
// fcfs   in order of arrival
// sstf   the shortest way for the arm, in cylinders
// c_look the next cylinder inwards; from the innermost back to the outermost that waits
// sptf   the least seek and rotation together, from exact angles; a request that has waited for
//        longer than `patience` goes first (the greedy rule may pass one by for long)
// Ties go to the oldest, so the order depends on the requests alone.
//
// Choosing costs about 1 ns a request for sstf and c_look, 5 ns for sptf; removing moves the
// entries on the shorter side. Nothing allocates after construction.

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "models/drive/mechanics.hpp"
#include "sim/time.hpp"

namespace spindle::models {

enum class Scheduler : std::uint8_t { kFcfs, kSstf, kCLook, kSptf };
std::string_view name_of(Scheduler scheduler);
std::optional<Scheduler> find_scheduler(std::string_view name);

// One request for consecutive sectors.
struct DriveRequest {
  std::uint64_t sector = 0;
  std::uint64_t sectors = 1;
  sim::Instant arrival;
  bool is_write = false;
  std::uint32_t tag = 0;  // the caller's: comes back with the request
  // When the drive took it in, where it had to wait outside: from then on patience counts. A
  // backlog would else turn the shortest positioning into the order of arrival, for good.
  sim::Instant taken_in{};
};

class RequestQueue {
 public:
  // Precondition: 1 <= depth <= 65,536.
  explicit RequestQueue(std::size_t depth);

  [[nodiscard]] std::size_t size() const { return end_ - begin_; }
  [[nodiscard]] bool full() const { return size() == depth_; }
  // Precondition: not full. What is pushed first counts as the oldest.
  void push(const DriveRequest& request, const MechanicalDrive& drive);

  struct Entry {
    DriveRequest request;
    Target target;
  };
  // Oldest first. Precondition: i < size().
  [[nodiscard]] const Entry& operator[](std::size_t i) const { return entries_[begin_ + i]; }
  // Precondition: i < size().
  Entry take_at(std::size_t i) { return remove(begin_ + i); }
  // Where the order is known at run time only. Precondition: not empty.
  Entry take(Scheduler scheduler, const MechanicalDrive& drive, const Arm& arm, sim::Instant now,
             sim::Duration patience);
  // Precondition: not empty.
  template <Scheduler kScheduler>
  Entry take(const MechanicalDrive& drive, const Arm& arm, sim::Instant now,
             sim::Duration patience) {
    return take<kScheduler>(drive, arm, now, patience, now);
  }
  // sptf takes the platter's angle for that at `angle_at`.
  template <Scheduler kScheduler>
  Entry take(const MechanicalDrive& drive, const Arm& arm, sim::Instant now, sim::Duration patience,
             sim::Instant angle_at) {
    return remove(begin_ + choose<kScheduler>(drive, arm, now, patience, angle_at));
  }

 private:
  // What choosing reads, apart from the rest: four to a cache line.
  struct Key {
    std::uint32_t cylinder;
    std::uint16_t head;
    bool is_write;
    double angle;
  };

  template <Scheduler kScheduler>
  [[nodiscard]] std::size_t choose(const MechanicalDrive& drive, const Arm& arm, sim::Instant now,
                                   sim::Duration patience, sim::Instant angle_at) const {
    if constexpr (kScheduler == Scheduler::kFcfs) return 0;
    if constexpr (kScheduler == Scheduler::kSstf) return shortest_way(arm);
    if constexpr (kScheduler == Scheduler::kCLook) return next_inwards(arm);
    const DriveRequest& oldest = entries_[begin_].request;
    if (now - std::max(oldest.arrival, oldest.taken_in) > patience) return 0;
    return least_positioning(drive, arm, drive.phase(angle_at));
  }
  [[nodiscard]] std::size_t shortest_way(const Arm& arm) const;
  [[nodiscard]] std::size_t next_inwards(const Arm& arm) const;
  [[nodiscard]] std::size_t least_positioning(const MechanicalDrive& drive, const Arm& arm,
                                              double phase) const;
  Entry remove(std::size_t at);

  std::size_t depth_;
  // Waiting requests, oldest first, in [begin_, end_) of arrays twice the depth.
  std::vector<Key> keys_;
  std::vector<Entry> entries_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace spindle::models
