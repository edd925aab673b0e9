#include "models/mechanical/drive_block.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <tuple>

namespace spindle::models {

DriveBlock::DriveBlock(std::span<const MechanicalModel> models,
                       std::span<const std::uint8_t> model_of_drive)
    : models_(models),
      model_of_drive_(model_of_drive),
      lanes_(model_of_drive.size()),
      busy_ns_(model_of_drive.size(), 0),
      waiting_ends_(model_of_drive.size(), 0) {
  for (const MechanicalModel& model : models) queues_.emplace_back(model.options.depth);
}

void DriveBlock::begin_epoch(sim::Instant start, sim::Duration length) {
  epoch_end_ = start + length;
  for (std::size_t i = 0; i < lanes_.size(); ++i) {
    busy_ns_[i] = std::min(lanes_[i].spill_ns, length.ns());
    lanes_[i].spill_ns -= busy_ns_[i];
  }
}

void DriveBlock::run_until(sim::Instant end, std::span<const RequestPart> parts,
                           std::span<const std::uint32_t> ends) {
  served_.clear();
  still_waiting_.clear();
  std::size_t first_new = 0;
  std::size_t first_waiting = 0;
  for (std::size_t i = 0; i < lanes_.size(); ++i) {
    line_.assign(waiting_.begin() + static_cast<std::ptrdiff_t>(first_waiting),
                 waiting_.begin() + waiting_ends_[i]);
    first_waiting = waiting_ends_[i];
    line_up(parts.subspan(first_new, ends[i] - first_new));
    first_new = ends[i];
    const std::size_t next = line_.empty() ? 0 : serve_scheduled(i, end);
    // Requests in the drive came before those that wait outside.
    RequestQueue& queue = queues_[model_of_drive_[i]];
    const MechanicalModel& model = models_[model_of_drive_[i]];
    while (queue.size() > 0) {
      const auto oldest =
          queue.take<Scheduler::kFcfs>(*model.drive, lanes_[i].arm, end, model.options.patience);
      still_waiting_.push_back(line_[oldest.request.tag]);
    }
    still_waiting_.insert(still_waiting_.end(), line_.begin() + static_cast<std::ptrdiff_t>(next),
                          line_.end());
    waiting_ends_[i] = static_cast<std::uint32_t>(still_waiting_.size());
  }
  waiting_.swap(still_waiting_);
}

// Appends the window's parts in order of arrival: those that wait came before all of them.
void DriveBlock::line_up(std::span<const RequestPart> parts) {
  order_.clear();
  for (std::uint32_t i = 0; i < parts.size(); ++i) order_.push_back({parts[i].arrival, i});
  std::sort(order_.begin(), order_.end(), [](const Order& a, const Order& b) {
    return std::tie(a.arrival, a.index) < std::tie(b.arrival, b.index);
  });
  for (const Order& entry : order_) line_.push_back(parts[entry.index]);
}

std::size_t DriveBlock::serve_scheduled(std::size_t drive, sim::Instant end) {
  const std::uint8_t m = model_of_drive_[drive];
  switch (models_[m].options.scheduler) {
    case Scheduler::kFcfs:
      return serve<Scheduler::kFcfs>(drive, models_[m], queues_[m], end);
    case Scheduler::kSstf:
      return serve<Scheduler::kSstf>(drive, models_[m], queues_[m], end);
    case Scheduler::kCLook:
      return serve<Scheduler::kCLook>(drive, models_[m], queues_[m], end);
    case Scheduler::kSptf:
      break;
  }
  return serve<Scheduler::kSptf>(drive, models_[m], queues_[m], end);
}

// Serves from the line until the window's end; returns the first part that is still outside.
template <Scheduler kScheduler>
std::size_t DriveBlock::serve(std::size_t drive, const MechanicalModel& model, RequestQueue& queue,
                              sim::Instant end) {
  const MechanicalSpec& spec = model.drive->spec();
  Lane& lane = lanes_[drive];
  std::size_t next = 0;
  while (lane.free < end) {
    sim::Instant decoded;
    while (next < line_.size() && !queue.full()) {
      RequestPart& part = line_[next];
      DriveRequest request{part.sector, part.sectors, part.arrival, part.is_write,
                           static_cast<std::uint32_t>(next)};
      decoded = detail::decoded(spec, request);
      if (decoded > lane.free) break;
      // Kept with the part: an earlier window may have taken it in.
      if (part.taken_in == sim::Instant()) part.taken_in = lane.free;
      request.taken_in = part.taken_in;
      queue.push(request, *model.drive);
      ++next;
    }
    if (queue.size() == 0) {
      if (next == line_.size() || decoded >= end) break;
      lane.free = decoded;
      continue;
    }
    const Departure leave = departure(*model.drive, lane.trail, lane.free);
    const RequestQueue::Entry entry = queue.take<kScheduler>(
        *model.drive, lane.arm, lane.free, model.options.patience, leave.angle_at);
    const MechanicalService service =
        model.drive->serve(lane.arm, entry.target, entry.request.sectors, entry.request.is_write,
                           model.drive->phase(leave.start));
    const ServedRequest served =
        detail::served_by_platter(spec, entry.request, service, leave.start);
    const RequestPart& part = line_[entry.request.tag];
    waits_.add(leave.start - detail::decoded(spec, entry.request));
    services_.add(served.finish - leave.start);
    served_.push_back({part.request, part.group, served.finish});
    // An arm that reads on may leave after the epoch's end only.
    const std::int64_t within =
        std::max(std::min(served.finish, epoch_end_), leave.start).ns() - leave.start.ns();
    busy_ns_[drive] += within;
    lane.spill_ns += (served.finish - leave.start).ns() - within;
    lane.arm = service.after;
    lane.trail = trail_of(entry.request, service, leave.start);
    lane.free = served.finish;
  }
  return next;
}

}  // namespace spindle::models
