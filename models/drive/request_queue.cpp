#include "models/drive/request_queue.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <stdexcept>

namespace spindle::models {
namespace {

constexpr std::array kSchedulerNames = {std::pair{Scheduler::kFcfs, std::string_view("fcfs")},
                                        std::pair{Scheduler::kSstf, std::string_view("sstf")},
                                        std::pair{Scheduler::kCLook, std::string_view("c_look")},
                                        std::pair{Scheduler::kSptf, std::string_view("sptf")}};

}  // namespace

std::string_view name_of(Scheduler scheduler) {
  return kSchedulerNames[static_cast<std::size_t>(scheduler)].second;
}

std::optional<Scheduler> find_scheduler(std::string_view name) {
  for (const auto& [scheduler, known] : kSchedulerNames) {
    if (known == name) return scheduler;
  }
  return std::nullopt;
}

RequestQueue::RequestQueue(std::size_t depth) : depth_(depth) {
  if (depth == 0 || depth > 65'536) {
    throw std::invalid_argument("queue depth must be 1 to 65,536");
  }
  keys_.resize(2 * depth);
  entries_.resize(2 * depth);
}

void RequestQueue::push(const DriveRequest& request, const MechanicalDrive& drive) {
  if (end_ == keys_.size()) {
    std::copy(keys_.begin() + static_cast<std::ptrdiff_t>(begin_), keys_.end(), keys_.begin());
    std::copy(entries_.begin() + static_cast<std::ptrdiff_t>(begin_), entries_.end(),
              entries_.begin());
    end_ -= begin_;
    begin_ = 0;
  }
  const Target target = drive.locate(request.sector);
  keys_[end_] = {target.cylinder, static_cast<std::uint16_t>(target.head), request.is_write,
                 target.angle};
  entries_[end_] = {request, target};
  ++end_;
}

RequestQueue::Entry RequestQueue::take(Scheduler scheduler, const MechanicalDrive& drive,
                                       const Arm& arm, sim::Instant now, sim::Duration patience) {
  switch (scheduler) {
    case Scheduler::kFcfs:
      return take<Scheduler::kFcfs>(drive, arm, now, patience);
    case Scheduler::kSstf:
      return take<Scheduler::kSstf>(drive, arm, now, patience);
    case Scheduler::kCLook:
      return take<Scheduler::kCLook>(drive, arm, now, patience);
    case Scheduler::kSptf:
      break;
  }
  return take<Scheduler::kSptf>(drive, arm, now, patience);
}

std::size_t RequestQueue::shortest_way(const Arm& arm) const {
  std::size_t best = 0;
  std::uint32_t least = std::numeric_limits<std::uint32_t>::max();
  for (std::size_t i = 0; i < size(); ++i) {
    const std::uint32_t cylinder = keys_[begin_ + i].cylinder;
    const std::uint32_t way =
        cylinder > arm.cylinder ? cylinder - arm.cylinder : arm.cylinder - cylinder;
    if (way < least) {
      least = way;
      best = i;
    }
  }
  return best;
}

std::size_t RequestQueue::next_inwards(const Arm& arm) const {
  std::size_t best = 0;
  std::uint32_t least = std::numeric_limits<std::uint32_t>::max();
  for (std::size_t i = 0; i < size(); ++i) {
    // Cylinders behind the arm come after all before it: the difference wraps around.
    const std::uint32_t way = keys_[begin_ + i].cylinder - arm.cylinder;
    if (way < least) {
      least = way;
      best = i;
    }
  }
  return best;
}

std::size_t RequestQueue::least_positioning(const MechanicalDrive& drive, const Arm& arm,
                                            double phase) const {
  std::size_t best = 0;
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < size(); ++i) {
    const Key& key = keys_[begin_ + i];
    const double seek = drive.reach_turns(arm, key.cylinder, key.head, key.is_write);
    if (seek >= least) continue;  // no rotation makes up for it
    const double all = seek + MechanicalDrive::turns_to(key.angle, phase, seek);
    if (all < least) {
      least = all;
      best = i;
    }
  }
  return best;
}

RequestQueue::Entry RequestQueue::remove(std::size_t at) {
  const Entry taken = entries_[at];
  const auto k = keys_.begin();
  const auto e = entries_.begin();
  const auto from = static_cast<std::ptrdiff_t>(begin_);
  const auto here = static_cast<std::ptrdiff_t>(at);
  const auto to = static_cast<std::ptrdiff_t>(end_);
  if (at - begin_ < end_ - at) {
    std::move_backward(k + from, k + here, k + here + 1);
    std::move_backward(e + from, e + here, e + here + 1);
    ++begin_;
  } else {
    std::move(k + here + 1, k + to, k + here);
    std::move(e + here + 1, e + to, e + here);
    --end_;
  }
  if (begin_ == end_) begin_ = end_ = 0;
  return taken;
}

}  // namespace spindle::models
