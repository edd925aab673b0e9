#pragma once
// What multiplies the demand of a whole class at the same time: shared events, and the surge of
// reads that reach the fleet after the cache in front of it was flushed.
//
// The factor is 1 but for events and flushes. An event ramps linearly from 1 to its factor, holds
// it, and ramps back. A cache that hits a share h of the reads leaves (1 - h) of them to the fleet,
// which is the class's demand here; flushed, it hits h (1 - e^{-t/refill}), so that the fleet sees
//   1 + h/(1 - h) e^{-t/refill}
// times that: 1/(1 - h) at once, and more by refill * h/(1 - h) in all. Means over any time are in
// closed form. Equations: docs/theory/tenants.md.

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "models/tenant/load_rows.hpp"
#include "sim/time.hpp"

namespace spindle::models {

struct DemandEvent {
  sim::Instant at;
  sim::Duration lasts;  // ramps included; longer than 0
  double factor = 1;    // 0 ... 1e6
  sim::Duration ramp;   // up from `at` on, and down at the end: each at most lasts / 2
};

struct CacheFlush {
  sim::Instant at;
  sim::Duration refill;  // time constant, longer than 0
};

// In front of a class: of its reads.
struct CacheOptions {
  double hit_ratio = 0;             // 0 ... 0.9999
  std::vector<CacheFlush> flushes;  // a flush empties what was refilled since the one before
};

class DemandCourse {
 public:
  // Of `grid`'s time. Without a cache's flushes for the side that it does not serve. Throws
  // std::invalid_argument on values out of range and on events that overlap each other.
  DemandCourse(std::vector<DemandEvent> events, const CacheOptions& cache, const EpochGrid& grid);

  // Whether it is 1 throughout.
  [[nodiscard]] bool is_one() const { return segments_.empty(); }
  // Mean factor over [begin, end) in ns, begin < end. Cost: O(log(events) + those in it).
  [[nodiscard]] double mean(std::int64_t begin, std::int64_t end) const;

  // Consecutive epochs over which it is constant, or one after another of those in which it is not.
  struct Run {
    std::uint64_t end = 0;  // the first epoch behind it
    bool is_constant = true;
    double factor = 1;  // where it is constant
  };
  [[nodiscard]] const Run& run_of(std::uint64_t epoch) const;

  // Appends the piece times the factor: cut where epochs end and, where the factor changes
  // gradually, into steps (a 64th of a ramp or of a refill's time constant) of the mean over each.
  void append(const RatePiece& piece, std::vector<RatePiece>& out) const;

 private:
  // factor(begin + s) = (level + slope s) (1 + surge e^{-s/refill}), times in seconds.
  struct Segment {
    std::int64_t begin = 0;
    std::int64_t end = 0;
    double level = 1;
    double slope = 0;
    double surge = 0;
    double refill_s = 1;
    std::int64_t step = 0;  // of pieces, from `begin` on; 0: it is constant

    [[nodiscard]] double integral(std::int64_t from, std::int64_t to) const;  // in seconds
  };

  void add_segments(const std::vector<DemandEvent>& events, const CacheOptions& cache);
  void set_runs(const EpochGrid& grid);
  // The first that ends after `at`.
  [[nodiscard]] std::vector<Segment>::const_iterator segment_at(std::int64_t at) const;
  void append_within(const RatePiece& piece, std::vector<RatePiece>& out) const;

  std::int64_t epoch_;
  std::vector<Segment> segments_;  // disjoint, in order; 1 in between
  std::vector<Run> runs_;
};

// Loads times a course, which must outlive them; the grid is that of both. Windows are those of the
// loads.
std::unique_ptr<LoadRows> make_course_rows(std::unique_ptr<LoadRows> rows,
                                           const DemandCourse& course, const EpochGrid& grid);

}  // namespace spindle::models
