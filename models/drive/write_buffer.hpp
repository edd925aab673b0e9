#pragma once
// Written sectors that wait in the drive's cache for the platter.
//
// They are kept as runs of consecutive sectors that do not overlap: a write that touches or
// overlaps runs is joined with them, so each sector is written to the platter once, with its latest
// content. Runs that only touch are joined up to a segment's size, which bounds how long the
// platter is busy with one. Cost: 1 ns a run for each write.

#include <cstdint>

#include "models/drive/request_queue.hpp"

namespace spindle::models {

class WriteBuffer {
 public:
  // Sectors that it holds and those of a segment; at most 65,536 runs, at least 1.
  WriteBuffer(std::uint64_t capacity_sectors, std::uint64_t segment_sectors, std::size_t runs);

  [[nodiscard]] bool empty() const { return runs_.size() == 0; }
  [[nodiscard]] std::uint64_t capacity() const { return capacity_; }
  // Sectors that are not on the platter yet, with those on their way.
  [[nodiscard]] std::uint64_t sectors() const { return waiting_ + leaving_.sectors; }
  // Whether all of [first, first + sectors) is here.
  [[nodiscard]] bool holds(std::uint64_t first, std::uint64_t sectors) const;

  // Takes a write in, or does nothing and says no where there is no room for it.
  bool put(const DriveRequest& request, const MechanicalDrive& drive, sim::Instant now);
  // Sectors written anew while they waited: they reach the platter once.
  [[nodiscard]] std::uint64_t overwritten() const { return overwritten_; }

  // The run that the order of service has next, which leaves for the platter. Preconditions: not
  // empty, and none on its way. Patience plays no part: nobody waits for a run.
  RequestQueue::Entry take(Scheduler scheduler, const MechanicalDrive& drive, const Arm& arm,
                           sim::Instant now);
  void written() { leaving_.sectors = 0; }  // it is on the platter

 private:
  bool join(DriveRequest& grown, const DriveRequest& run) const;

  std::uint64_t capacity_;
  std::uint64_t segment_;
  RequestQueue runs_;
  std::size_t most_runs_;
  std::uint64_t waiting_ = 0;
  std::uint64_t overwritten_ = 0;
  DriveRequest leaving_{0, 0, {}, true};  // no sectors: none
};

}  // namespace spindle::models
