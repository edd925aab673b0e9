#include "models/drive/write_buffer.hpp"

#include <algorithm>

namespace spindle::models {
namespace {

bool covers(const DriveRequest& run, std::uint64_t first, std::uint64_t end) {
  return run.sector <= first && end <= run.sector + run.sectors;
}

}  // namespace

WriteBuffer::WriteBuffer(std::uint64_t capacity_sectors, std::uint64_t segment_sectors,
                         std::size_t runs)
    : capacity_(capacity_sectors), segment_(segment_sectors), runs_(runs), most_runs_(runs) {}

bool WriteBuffer::holds(std::uint64_t first, std::uint64_t sectors) const {
  const std::uint64_t end = first + sectors;
  if (covers(leaving_, first, end)) return true;
  for (std::size_t i = 0; i < runs_.size(); ++i) {
    if (covers(runs_[i].request, first, end)) return true;
  }
  return false;
}

// Grows into the run where they overlap, or touch and stay within a segment together.
bool WriteBuffer::join(DriveRequest& grown, const DriveRequest& run) const {
  const std::uint64_t end = grown.sector + grown.sectors;
  const std::uint64_t run_end = run.sector + run.sectors;
  const bool overlap = run.sector < end && grown.sector < run_end;
  const bool touch = run.sector == end || run_end == grown.sector;
  if (!overlap && !(touch && run.sectors + grown.sectors <= segment_)) return false;
  grown.sector = std::min(grown.sector, run.sector);
  grown.sectors = std::max(end, run_end) - grown.sector;
  return true;
}

bool WriteBuffer::put(const DriveRequest& request, const MechanicalDrive& drive, sim::Instant now) {
  DriveRequest grown = request;
  std::uint64_t joined_sectors = 0;
  std::size_t joined_runs = 0;
  for (std::size_t i = 0; i < runs_.size(); ++i) {
    if (!join(grown, runs_[i].request)) continue;
    joined_sectors += runs_[i].request.sectors;
    ++joined_runs;
  }
  const std::uint64_t added = grown.sectors - joined_sectors;
  if (sectors() + added > capacity_ || runs_.size() - joined_runs == most_runs_) return false;
  grown = request;
  for (std::size_t i = 0; i < runs_.size();) {
    if (join(grown, runs_[i].request)) {
      runs_.take_at(i);
    } else {
      ++i;
    }
  }
  waiting_ += added;
  overwritten_ += request.sectors - added;
  grown.arrival = now;
  runs_.push(grown, drive);
  return true;
}

RequestQueue::Entry WriteBuffer::take(Scheduler scheduler, const MechanicalDrive& drive,
                                      const Arm& arm, sim::Instant now) {
  constexpr sim::Duration kForEver = sim::Duration::nanoseconds(sim::Instant::never().ns());
  const RequestQueue::Entry entry = runs_.take(scheduler, drive, arm, now, kForEver);
  waiting_ -= entry.request.sectors;
  leaving_ = entry.request;
  return entry;
}

}  // namespace spindle::models
