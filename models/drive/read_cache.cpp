#include "models/drive/read_cache.hpp"

#include <algorithm>

namespace spindle::models {

ReadCache::ReadCache(const MechanicalDrive& drive, const CacheSpec& spec)
    : drive_(drive),
      segment_sectors_(spec.segment_bytes / drive.spec().sector_bytes),
      ahead_sectors_(spec.read_ahead_bytes / drive.spec().sector_bytes),
      ahead_to_(spec.read_ahead_to),
      segments_(spec.segments) {}

bool ReadCache::holds(std::uint64_t first, std::uint64_t sectors, sim::Instant now) {
  const std::uint64_t end = first + sectors;
  for (std::size_t i = 0; i < segments_.size(); ++i) {
    Segment& segment = segments_[i];
    if (first < segment.begin) continue;
    const bool is_filling = active_ && i == filling_;
    if (is_filling && (stale_ || !is_kept(first, now))) continue;
    if (end > segment.end && !(is_filling && end <= limit_ && read_up_to(end) <= now)) continue;
    segment.used = ++uses_;
    return true;
  }
  return false;
}

std::uint64_t ReadCache::leading(std::uint64_t first, std::uint64_t sectors) const {
  for (const Segment& segment : segments_) {
    if (segment.begin <= first && first < segment.end) {
      return std::min(sectors, segment.end - first);
    }
  }
  return 0;
}

sim::Instant ReadCache::read_up_to(std::uint64_t end) const {
  const Arm there{target_.cylinder, target_.head};
  const double turning = drive_.serve(there, target_, end - origin_, false, 0).transfer_s;
  return start_ + sim::Duration::seconds(turning);
}

// The greatest end that is read by `now`: a search between what is known to be there and the limit.
std::uint64_t ReadCache::end_at(sim::Instant now) const {
  if (now >= full_) return limit_;
  std::uint64_t low = origin_;
  std::uint64_t high = limit_;  // not yet read
  while (high - low > 1) {
    const std::uint64_t middle = low + (high - low) / 2;
    (read_up_to(middle) <= now ? low : high) = middle;
  }
  return low;
}

std::uint64_t ReadCache::ahead_of(std::uint64_t end) const {
  const std::uint64_t far = end + ahead_sectors_;
  if (ahead_to_ == ReadOn::kNot) return far;
  const CylinderRest rest = drive_.rest_of_cylinder(end - 1);
  const std::uint64_t tracks = ahead_to_ == ReadOn::kCylinder ? rest.tracks : 0;
  return std::min(far, end + rest.sectors + tracks * rest.per_track);
}

void ReadCache::go_on_to(std::uint64_t end) {
  limit_ = std::min(std::max(limit_, end), drive_.spec().sectors);
  full_ = read_up_to(limit_);
}

bool ReadCache::is_kept(std::uint64_t first, sim::Instant now) const {
  const Segment& segment = segments_[filling_];
  if (first < segment.begin) return false;
  const std::uint64_t pushed_out_by = first + segment_sectors_ + 1;
  return pushed_out_by <= segment.end ? false
                                      : pushed_out_by > limit_ || read_up_to(pushed_out_by) > now;
}

std::size_t ReadCache::segment_for(std::uint64_t first) {
  std::size_t oldest = 0;
  for (std::size_t i = 0; i < segments_.size(); ++i) {
    if (segments_[i].end == first && segments_[i].begin < first) return i;
    if (segments_[i].used < segments_[oldest].used) oldest = i;
  }
  segments_[oldest] = {first, first, 0};
  return oldest;
}

void ReadCache::read(const Target& target, std::uint64_t first, std::uint64_t sectors,
                     sim::Instant start) {
  filling_ = segment_for(first);
  segments_[filling_].used = ++uses_;
  target_ = target;
  origin_ = first;
  start_ = start;
  active_ = true;
  stale_ = false;
  limit_ = first + sectors;
  go_on_to(ahead_of(limit_));
}

bool ReadCache::brings(std::uint64_t first, sim::Instant now) const {
  return is_reading(now) && first < limit_ && is_kept(first, now);
}

sim::Instant ReadCache::follow(std::uint64_t first, std::uint64_t sectors) {
  const std::uint64_t end = first + sectors;
  segments_[filling_].used = ++uses_;
  go_on_to(ahead_of(end));
  return end > origin_ ? read_up_to(end) : start_;
}

Arm ReadCache::stop(const Arm& arm, sim::Instant now) {
  if (!active_) return arm;
  const std::uint64_t end = end_at(now);
  Segment& segment = segments_[filling_];
  segment.end = end;
  if (end - segment.begin > segment_sectors_) segment.begin = end - segment_sectors_;
  if (stale_) segment = {};
  active_ = false;
  // On the track of the sector that is under the head; at the limit, of the last.
  const Target here = drive_.locate(std::min(end, limit_ - 1));
  return {here.cylinder, here.head};
}

void ReadCache::forget(std::uint64_t first, std::uint64_t sectors) {
  const std::uint64_t end = first + sectors;
  for (std::size_t i = 0; i < segments_.size(); ++i) {
    Segment& segment = segments_[i];
    if (active_ && i == filling_) {
      stale_ = stale_ || (first < limit_ && end > segment.begin);
    } else if (first < segment.end && end > segment.begin) {
      segment = {};
    }
  }
}

}  // namespace spindle::models
