#pragma once
// Some drives of a fleet, served window after window: the cell of parallel work.
//
// A drive decides what to serve next at the moment it becomes free, from what has arrived by then.
// Arrivals are known up to the window's end, so every decision before it is final, and those after
// it wait for the next window: no result depends on where windows end. What waits at a window's end
// is kept in order of arrival; the drive's queue is filled from it anew. Time of a drive is that of
// models/drive/drive_run.hpp.
//
// Memory: 88 B a drive, 80 B a part that waits, and a queue for each drive model. Cost: about 100
// ns a part. Nothing allocates once the most parts of a window have been seen.

#include <cstdint>
#include <span>
#include <vector>

#include "models/drive/departure.hpp"
#include "models/mechanical/latency.hpp"
#include "models/mechanical/request_processes.hpp"

namespace spindle::models {

// A part that was served.
struct ServedPart {
  std::uint32_t request = 0;
  std::uint16_t group = 0;
  sim::Instant finish;
};

class DriveBlock {
 public:
  // As many drives as model_of_drive has numbers into `models`, which must outlive the block.
  DriveBlock(std::span<const MechanicalModel> models, std::span<const std::uint8_t> model_of_drive);

  // Epochs follow each other; windows end within them, the last with the epoch.
  void begin_epoch(sim::Instant start, sim::Duration length);
  // `parts` has the new parts of the block's drives, drive by drive; ends[i] is where those of its
  // drive i end. Parts of one drive that arrive at one nanosecond are served in their order there.
  void run_until(sim::Instant end, std::span<const RequestPart> parts,
                 std::span<const std::uint32_t> ends);

  // Of the last window, in no order that matters.
  [[nodiscard]] std::span<const ServedPart> served() const { return served_; }
  // Of each drive, in the epoch so far: the time its arm worked, in nanoseconds.
  [[nodiscard]] std::span<const std::int64_t> busy_ns() const { return busy_ns_; }
  [[nodiscard]] std::uint64_t waiting() const { return waiting_.size(); }
  // Of all parts so far: from decoded to the arm's start, and from there to the end.
  [[nodiscard]] const LatencySummary& waits() const { return waits_; }
  [[nodiscard]] const LatencySummary& services() const { return services_; }

 private:
  struct Lane {
    Arm arm;
    HeadTrail trail;
    sim::Instant free;          // since when, or from when on
    std::int64_t spill_ns = 0;  // of the service in hand, beyond the epoch
  };
  struct Order {
    sim::Instant arrival;
    std::uint32_t index;
  };

  void line_up(std::span<const RequestPart> parts);
  template <Scheduler kScheduler>
  std::size_t serve(std::size_t drive, const MechanicalModel& model, RequestQueue& queue,
                    sim::Instant end);
  std::size_t serve_scheduled(std::size_t drive, sim::Instant end);

  std::span<const MechanicalModel> models_;
  std::span<const std::uint8_t> model_of_drive_;
  std::vector<RequestQueue> queues_;  // by model
  sim::Instant epoch_end_;
  std::vector<Lane> lanes_;
  std::vector<std::int64_t> busy_ns_;
  std::vector<RequestPart> waiting_;         // drive by drive, each in order of arrival
  std::vector<std::uint32_t> waiting_ends_;  // per drive
  std::vector<RequestPart> still_waiting_;   // the next window's
  std::vector<RequestPart> line_;            // of the drive in hand
  std::vector<Order> order_;
  std::vector<ServedPart> served_;
  LatencySummary waits_;
  LatencySummary services_;
};

}  // namespace spindle::models
