#include "models/tenant/demand_course.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <utility>

#include "models/tenant/interval_load.hpp"
#include "sim/math.hpp"

namespace spindle::models {
namespace {

constexpr double kLargestFactor = 1e6;
constexpr double kLargestHitRatio = 0.9999;
// Steps of a ramp, and of a refill's time constant while its surge counts; then one each.
constexpr std::int64_t kSteps = 64;
constexpr std::int64_t kFineRefills = 10;
// What is left of a surge after so many is below the rounding of a double.
constexpr std::int64_t kRefills = 40;

double seconds_of(std::int64_t ns) {
  return sim::Duration::nanoseconds(ns).to_seconds();
}

void check(const std::vector<DemandEvent>& events) {
  for (const DemandEvent& event : events) {
    if (!(event.factor >= 0 && event.factor <= kLargestFactor)) {
      throw std::invalid_argument("factor of a demand event is not in [0, 1e6] — give e.g. 5");
    }
    if (event.at < sim::Instant() || event.lasts.ns() <= 0 || event.ramp.ns() < 0 ||
        event.ramp.ns() > event.lasts.ns() / 2 || event.at - sim::Instant() > kLongestRun ||
        event.lasts > kLongestRun - (event.at - sim::Instant())) {
      throw std::invalid_argument(
          "times of a demand event do not fit (its end within 200 years, the ramp at most "
          "half "
          "of what it lasts) — give e.g. 12 h, with ramps of 1 h");
    }
  }
  for (std::size_t i = 1; i < events.size(); ++i) {
    if (events[i].at < events[i - 1].at + events[i - 1].lasts) {
      throw std::invalid_argument(
          "demand events of one class overlap (which of them counts?) — one after the other");
    }
  }
}

void check(const CacheOptions& cache) {
  if (!(cache.hit_ratio >= 0 && cache.hit_ratio <= kLargestHitRatio)) {
    throw std::invalid_argument("hit ratio of a cache is not in [0, 0.9999] — give e.g. 0.9");
  }
  for (const CacheFlush& flush : cache.flushes) {
    if (flush.at < sim::Instant() || flush.refill.ns() <= 0 || flush.refill > kLongestRun ||
        flush.at - sim::Instant() > kLongestRun) {
      throw std::invalid_argument(
          "times of a cache's flush do not fit (at and refill within 200 years, refill more than "
          "0) "
          "— give e.g. 1 h");
    }
  }
}

// A factor that is linear over [begin, end), or decays in it.
struct Slope {
  std::int64_t begin, end;
  double level, slope;
  std::int64_t step;
};
struct Decay {
  std::int64_t begin, end;
  double surge, refill_s;
  std::int64_t step;
};

std::vector<Slope> slopes_of(const std::vector<DemandEvent>& events) {
  std::vector<Slope> out;
  for (const DemandEvent& event : events) {
    const std::int64_t begin = event.at.ns();
    const std::int64_t end = (event.at + event.lasts).ns();
    const std::int64_t ramp = event.ramp.ns();
    const std::int64_t step = std::max<std::int64_t>(1, ramp / kSteps);
    const double slope = ramp > 0 ? (event.factor - 1) / event.ramp.to_seconds() : 0;
    if (ramp > 0) out.push_back({begin, begin + ramp, 1, slope, step});
    if (end - ramp > begin + ramp) out.push_back({begin + ramp, end - ramp, event.factor, 0, 0});
    if (ramp > 0) out.push_back({end - ramp, end, event.factor, -slope, step});
  }
  return out;
}

std::vector<Decay> decays_of(const CacheOptions& cache) {
  std::vector<Decay> out;
  if (cache.hit_ratio == 0) return out;
  const double surge = cache.hit_ratio / (1 - cache.hit_ratio);
  std::vector<CacheFlush> flushes = cache.flushes;
  std::stable_sort(flushes.begin(), flushes.end(),
                   [](const CacheFlush& a, const CacheFlush& b) { return a.at < b.at; });
  for (std::size_t i = 0; i < flushes.size(); ++i) {
    const std::int64_t begin = flushes[i].at.ns();
    const std::int64_t refill = flushes[i].refill.ns();
    // Where the next flush comes first, or beyond every run.
    std::int64_t last = kLongestRun.ns();
    if (i + 1 < flushes.size()) last = std::min(last, flushes[i + 1].at.ns());
    const double s = flushes[i].refill.to_seconds();
    const auto until = [&](std::int64_t refills) {
      return refill > (last - begin) / refills ? last : begin + refills * refill;
    };
    const std::int64_t fine = until(kFineRefills);
    if (begin < fine) {
      out.push_back({begin, fine, surge, s, std::max<std::int64_t>(1, refill / kSteps)});
    }
    if (fine < until(kRefills)) {
      out.push_back({fine, until(kRefills), surge * sim::exp(-double{kFineRefills}), s, refill});
    }
  }
  return out;
}

// 1 - e^{-x} (1 + x), for x >= 0: the series below .01, where it cancels.
double first_moment(double x) {
  if (x < 0.01) return x * x * (0.5 - x * (1.0 / 3 - x * (1.0 / 8 - x / 30)));
  return -sim::expm1(-x) - x * sim::exp(-x);
}

}  // namespace

double DemandCourse::Segment::integral(std::int64_t from, std::int64_t to) const {
  const double s = seconds_of(from - begin);
  const double length = seconds_of(to - from);
  const double at = level + slope * s;
  const double linear = length * (at + slope * length / 2);
  if (surge == 0) return linear;
  const double x = length / refill_s;
  const double left = surge * sim::exp(-s / refill_s);
  return linear + left * refill_s * (at * -sim::expm1(-x) + slope * refill_s * first_moment(x));
}

DemandCourse::DemandCourse(std::vector<DemandEvent> events, const CacheOptions& cache,
                           const EpochGrid& grid)
    : epoch_(grid.epoch.ns()) {
  detail::check_grid(grid);
  std::stable_sort(events.begin(), events.end(),
                   [](const DemandEvent& a, const DemandEvent& b) { return a.at < b.at; });
  check(events);
  check(cache);
  add_segments(events, cache);
  set_runs(grid);
}

// The product: cut wherever one of the two begins or ends.
void DemandCourse::add_segments(const std::vector<DemandEvent>& events, const CacheOptions& cache) {
  const std::vector<Slope> slopes = slopes_of(events);
  const std::vector<Decay> decays = decays_of(cache);
  std::vector<std::int64_t> cuts;
  for (const Slope& of : slopes) cuts.insert(cuts.end(), {of.begin, of.end});
  for (const Decay& of : decays) cuts.insert(cuts.end(), {of.begin, of.end});
  std::sort(cuts.begin(), cuts.end());
  cuts.erase(std::unique(cuts.begin(), cuts.end()), cuts.end());
  auto slope = slopes.begin();
  auto decay = decays.begin();
  for (std::size_t i = 0; i + 1 < cuts.size(); ++i) {
    Segment segment{.begin = cuts[i], .end = cuts[i + 1]};
    while (slope != slopes.end() && slope->end <= segment.begin) ++slope;
    while (decay != decays.end() && decay->end <= segment.begin) ++decay;
    std::int64_t step = std::numeric_limits<std::int64_t>::max();
    bool is_one = true;
    if (slope != slopes.end() && slope->begin <= segment.begin) {
      segment.level = slope->level + slope->slope * seconds_of(segment.begin - slope->begin);
      segment.slope = slope->slope;
      if (slope->step > 0) step = slope->step;
      is_one = false;
    }
    if (decay != decays.end() && decay->begin <= segment.begin) {
      segment.refill_s = decay->refill_s;
      segment.surge =
          decay->surge * sim::exp(-seconds_of(segment.begin - decay->begin) / decay->refill_s);
      step = std::min(step, decay->step);
      is_one = false;
    }
    if (is_one) continue;
    segment.step = step == std::numeric_limits<std::int64_t>::max() ? 0 : step;
    segments_.push_back(segment);
  }
}

void DemandCourse::set_runs(const EpochGrid& grid) {
  const auto add = [&](std::uint64_t end, bool is_constant, double factor) {
    if (!runs_.empty() && runs_.back().end >= end) return;
    if (!runs_.empty() && runs_.back().is_constant == is_constant &&
        runs_.back().factor == factor) {
      runs_.back().end = end;
      return;
    }
    runs_.push_back({end, is_constant, factor});
  };
  // Epochs that a change of the factor, or a gradual one, lies in; those before and after them.
  const auto floor = [&](std::int64_t at) { return static_cast<std::uint64_t>(at / epoch_); };
  const auto ceil = [&](std::int64_t at) {
    return static_cast<std::uint64_t>((at + epoch_ - 1) / epoch_);
  };
  std::int64_t covered = 0;
  for (const Segment& segment : segments_) {
    if (floor(segment.begin) >= grid.count) break;
    if (segment.begin > covered) add(floor(segment.begin), true, 1);
    add(std::min(ceil(segment.begin), grid.count), false, 1);
    const std::uint64_t whole = std::min(floor(segment.end), grid.count);
    add(whole, segment.step == 0, segment.step == 0 ? segment.level : 1);
    add(std::min(ceil(segment.end), grid.count), false, 1);
    covered = segment.end;
  }
  add(grid.count, true, 1);
}

const DemandCourse::Run& DemandCourse::run_of(std::uint64_t epoch) const {
  return *std::upper_bound(runs_.begin(), runs_.end(), epoch,
                           [](std::uint64_t at, const Run& run) { return at < run.end; });
}

std::vector<DemandCourse::Segment>::const_iterator DemandCourse::segment_at(std::int64_t at) const {
  return std::upper_bound(segments_.begin(), segments_.end(), at,
                          [](std::int64_t t, const Segment& of) { return t < of.end; });
}

double DemandCourse::mean(std::int64_t begin, std::int64_t end) const {
  double sum = 0;
  std::int64_t from = begin;
  for (auto segment = segment_at(begin); segment != segments_.end() && segment->begin < end;
       ++segment) {
    const std::int64_t first = std::max(segment->begin, begin);
    const std::int64_t last = std::min(segment->end, end);
    sum += seconds_of(first - from) + segment->integral(first, last);
    from = last;
  }
  return (sum + seconds_of(end - from)) / seconds_of(end - begin);
}

void DemandCourse::append(const RatePiece& piece, std::vector<RatePiece>& out) const {
  detail::for_each_epoch(piece.begin, piece.end, epoch_,
                         [&](std::int64_t /*epoch*/, std::int64_t begin, std::int64_t end) {
                           append_within({begin, end, piece.rate}, out);
                         });
}

// Of one epoch.
void DemandCourse::append_within(const RatePiece& piece, std::vector<RatePiece>& out) const {
  std::int64_t from = piece.begin;
  for (auto segment = segment_at(from); from < piece.end; ++segment) {
    if (segment == segments_.end() || segment->begin >= piece.end) {
      out.push_back({from, piece.end, piece.rate});
      return;
    }
    if (from < segment->begin) out.push_back({from, segment->begin, piece.rate});
    from = std::max(from, segment->begin);
    const std::int64_t last = std::min(segment->end, piece.end);
    while (from < last) {
      const std::int64_t step = segment->step == 0 ? segment->end - segment->begin : segment->step;
      const std::int64_t next = segment->begin + ((from - segment->begin) / step + 1) * step;
      const std::int64_t to = std::min(last, next);
      const double rate = piece.rate * (segment->integral(from, to) / seconds_of(to - from));
      if (rate > 0) out.push_back({from, to, rate});
      from = to;
    }
  }
}

namespace {

class CourseRows final : public LoadRows {
 public:
  CourseRows(std::unique_ptr<LoadRows> rows, const DemandCourse& course, const EpochGrid& grid)
      : LoadRows(rows->rows()),
        rows_(std::move(rows)),
        course_(course),
        epoch_s_(grid.epoch.to_seconds()) {}

 private:
  void fill_block(const RowWindow& window, LoadBlock& out) override {
    for (std::size_t done = 0; done < window.epochs;) {
      const std::uint64_t first = window.first_epoch + done;
      const DemandCourse::Run& run = course_.run_of(first);
      const std::uint64_t left = window.epochs - done;
      const std::size_t epochs =
          run.is_constant ? std::min<std::uint64_t>(left, run.end - first) : 1;
      if (run.is_constant) {
        fill_constant({window.first_row, window.rows, first, epochs}, run.factor, done, out);
      } else {
        std::vector<RatePiece> pieces;
        for (std::size_t i = 0; i < window.rows; ++i) {
          out.value[i][done] = mean_of(window.first_row + i, first, pieces);
        }
      }
      done += epochs;
    }
  }

  void append_pieces(std::size_t row, std::uint64_t first, std::size_t epochs,
                     std::vector<RatePiece>& out) override {
    std::vector<RatePiece> pieces;
    rows_->pieces(row, first, epochs, pieces);
    for (const RatePiece& piece : pieces) course_.append(piece, out);
  }

  // Epochs of one factor, to the block from column `at` on.
  void fill_constant(const RowWindow& part, double factor, std::size_t at, LoadBlock& out) {
    LoadBlock own;
    rows_->fill(part, own);
    for (std::size_t i = 0; i < part.rows; ++i) {
      for (std::size_t j = 0; j < part.epochs; ++j) out.value[i][at + j] = own.value[i][j] * factor;
    }
  }

  double mean_of(std::size_t row, std::uint64_t epoch, std::vector<RatePiece>& pieces) {
    pieces.clear();
    rows_->pieces(row, epoch, 1, pieces);
    double sum = 0;
    for (const RatePiece& piece : pieces) {
      sum +=
          piece.rate * course_.mean(piece.begin, piece.end) * seconds_of(piece.end - piece.begin);
    }
    return sum / epoch_s_;
  }

  std::unique_ptr<LoadRows> rows_;
  const DemandCourse& course_;
  double epoch_s_;
};

}  // namespace

std::unique_ptr<LoadRows> make_course_rows(std::unique_ptr<LoadRows> rows,
                                           const DemandCourse& course, const EpochGrid& grid) {
  return std::make_unique<CourseRows>(std::move(rows), course, grid);
}

}  // namespace spindle::models
