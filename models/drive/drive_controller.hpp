#pragma once
// A drive whose electronics work beside its arm, or arms: cache, and more than one answer at a
// time.
//
// Reads that the cache holds, and writes that it takes, are answered over the bus, one after the
// other, whatever the arm does. The arm serves the rest in the order of service, without
// interruption. In particular:
//   - A read whose beginning the read-ahead is about to bring is served by staying on: no seek, no
//     rotation. With fcfs only where it is the oldest; with the others it goes first, as the
//     nearest there is (with sptf, unless the oldest has waited beyond the patience).
//   - A read whose beginning lies in a segment takes the rest from the platter.
//   - Any other request ends the read-ahead.
//   - Written data leave for the platter, in the order of service, when nothing else waits and no
//     read-ahead goes on; and in turns with other requests while a write waits for room.
//   - Writes wait for room in order of arrival. One larger than the buffer waits until it is empty,
//     then goes to the platter by itself.
//
// With two arms the drive is two drives of half the surfaces and half the cache that share the bus:
// the first half of the sectors, and the second, over the whole stroke each. So are dual-actuator
// drives built (an arm for the upper platters, one for the lower) and shown to the host: as two
// logical units (SAS) or two ranges of addresses (SATA).
//
// Cost: 0.2 to 1 us a request.

#include <memory>
#include <vector>

#include "models/drive/actuator.hpp"

namespace spindle::models {

class DriveController {
 public:
  DriveController(const MechanicalDrive& drive, const DriveRunOptions& options);

  // Whether one more request fits into the queue.
  [[nodiscard]] bool has_room() const;
  // Precondition: has_room(); decoded by `now`, which does not go back from call to call; all its
  // sectors belong to one arm (sectors_per_actuator).
  void admit(const DriveRequest& request, sim::Instant now);
  // What has been answered by `now`, in order; false: nothing more.
  bool pop_answered(sim::Instant now, ServedRequest& served);
  // Gives each arm something to do that has nothing.
  void start(sim::Instant now);
  // When something happens next by itself after start(now); never() where nothing does.
  [[nodiscard]] sim::Instant next(sim::Instant now) const;

  [[nodiscard]] CacheCounts counts() const;
  // Taken by the cache, and not on the platter yet.
  [[nodiscard]] std::uint64_t dirty_sectors() const;
  [[nodiscard]] bool is_dirty(std::uint64_t sector) const;

 private:
  std::uint64_t sectors_each_;
  std::size_t depth_;
  DriveFront front_;
  std::vector<std::unique_ptr<Actuator>> actuators_;
};

}  // namespace spindle::models
