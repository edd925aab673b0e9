#pragma once
// Segments of sectors that the heads have read, and the read-ahead that fills one of them.
//
// After a read the heads stay on and read the sectors that follow, until `read_ahead` beyond what
// the host has taken is there or the arm is called away. When a sector has been read follows from
// the transfer's closed form (models/drive/mechanics.hpp): nothing is simulated sector by sector.
// It may end with the track or the cylinder.
// A segment holds the last `segment_bytes` of one run of sectors; a run that follows a segment's
// end goes on in it, any other takes the place of the least recently used.
//
// Cost: 1 ns a segment to look up; stopping a read-ahead 30 ns for each doubling of its length.

#include <cstdint>
#include <vector>

#include "models/drive/mechanics.hpp"
#include "sim/time.hpp"

namespace spindle::models {

class ReadCache {
 public:
  // `drive` must outlive the cache. Precondition: segments > 0, a segment holds a sector.
  ReadCache(const MechanicalDrive& drive, const CacheSpec& spec);

  // Whether all of [first, first + sectors) is there at `now`; makes its segment the latest used.
  bool holds(std::uint64_t first, std::uint64_t sectors, sim::Instant now);
  // How many of them are there, from the first on.
  [[nodiscard]] std::uint64_t leading(std::uint64_t first, std::uint64_t sectors) const;

  // The heads read [first, first + sectors), of which the first passes under them from `start` on,
  // and go on from there. Precondition: no read-ahead goes on, target = locate(first).
  void read(const Target& target, std::uint64_t first, std::uint64_t sectors, sim::Instant start);
  // Whether the heads read on at `now`.
  [[nodiscard]] bool is_reading(sim::Instant now) const {
    return active_ && !stale_ && now < full_;
  }
  // When the read-ahead ends by itself; meaningless where none goes on.
  [[nodiscard]] sim::Instant full() const { return full_; }
  // Whether the read-ahead that goes on at `now` brings the sectors that begin at `first`.
  [[nodiscard]] bool brings(std::uint64_t first, sim::Instant now) const;
  // Takes [first, first + sectors) from the read-ahead, which goes as much farther: when the last
  // of them has been read. Precondition: brings(first, now).
  sim::Instant follow(std::uint64_t first, std::uint64_t sectors);
  // Ends a read-ahead; returns where the heads are. `arm` where none went on.
  Arm stop(const Arm& arm, sim::Instant now);

  // Forgets what the segments hold of [first, first + sectors), and a read-ahead that would bring
  // any of them: they are about to be written.
  void forget(std::uint64_t first, std::uint64_t sectors);

 private:
  struct Segment {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;   // without what the read that goes on has brought
    std::uint64_t used = 0;  // greater: later
  };

  // When the heads have read all from origin_ up to `end`.
  [[nodiscard]] sim::Instant read_up_to(std::uint64_t end) const;
  // Where the read-ahead behind `end` ends.
  [[nodiscard]] std::uint64_t ahead_of(std::uint64_t end) const;
  [[nodiscard]] std::uint64_t end_at(sim::Instant now) const;
  void go_on_to(std::uint64_t end);
  // Whether `first` is still in the segment being filled, which holds the latest sectors only.
  [[nodiscard]] bool is_kept(std::uint64_t first, sim::Instant now) const;
  std::size_t segment_for(std::uint64_t first);

  const MechanicalDrive& drive_;
  std::uint64_t segment_sectors_;
  std::uint64_t ahead_sectors_;
  ReadOn ahead_to_;
  std::vector<Segment> segments_;
  std::uint64_t uses_ = 0;
  // The read that goes on.
  bool active_ = false;
  bool stale_ = false;  // what it brings has been written meanwhile
  std::size_t filling_ = 0;
  Target target_;
  std::uint64_t origin_ = 0;
  sim::Instant start_;
  std::uint64_t limit_ = 0;  // it ends before this sector
  sim::Instant full_;
};

}  // namespace spindle::models
