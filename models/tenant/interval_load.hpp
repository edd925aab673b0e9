#pragma once
// Loads that are on (at one common rate) during disjoint intervals and off in between: the driver
// that integrates them over epochs, and the rows of the registry. Used within models/tenant only.
//
// A Source yields the on-intervals in time order: `current()` and `advance()`. The driver visits
// each interval once, so a window costs O(intervals in it + epochs in it). Overlaps are sums of
// whole nanoseconds, exact in double up to 2^53 ns (104 days an epoch); an epoch never straddles
// two windows, so values do not depend on how a run is cut into windows.

#include <algorithm>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <stdexcept>
#include <utility>

#include "models/tenant/load_model.hpp"

namespace spindle::models::detail {

// [begin, end) in nanoseconds since the start of the run.
struct Interval {
  std::int64_t begin = 0;
  std::int64_t end = 0;
};

// Begins after every window: what a source yields when its next interval is beyond the horizon.
inline constexpr Interval kNoInterval{std::numeric_limits<std::int64_t>::max(),
                                      std::numeric_limits<std::int64_t>::max()};

// Windows must follow each other; throws std::logic_error otherwise.
class WindowOrder {
 public:
  void take(std::uint64_t first, std::size_t count) {
    if (first != next_) {
      throw std::logic_error("load window out of order (each must start where the last ended)");
    }
    next_ += count;
  }

 private:
  std::uint64_t next_ = 0;
};

// Throws std::invalid_argument unless the epochs are longer than 0 and end within 200 years.
void check_grid(const EpochGrid& grid);

template <class Source>
class IntervalLoad final : public LoadModel {
 public:
  // `on_share`: long-run share of time that is on, so that the load's mean is 1.
  IntervalLoad(Source source, double on_share, const EpochGrid& grid)
      : source_(std::move(source)),
        epoch_(grid.epoch.ns()),
        per_ns_(1 / (on_share * static_cast<double>(grid.epoch.ns()))) {}

  void fill(std::uint64_t first, std::span<double> out) override {
    order_.take(first, out.size());
    std::fill(out.begin(), out.end(), 0.0);
    const auto first_epoch = static_cast<std::int64_t>(first);
    const std::int64_t begin = first_epoch * epoch_;
    const std::int64_t end = (first_epoch + static_cast<std::int64_t>(out.size())) * epoch_;
    for (;;) {
      const Interval on = source_.current();
      if (on.begin >= end) break;
      add_overlaps({std::max(on.begin, begin), std::min(on.end, end)}, first_epoch, out);
      if (on.end > end) break;  // the rest belongs to the next window
      source_.advance();
    }
    for (double& value : out) value *= per_ns_;
  }

 private:
  void add_overlaps(Interval on, std::int64_t first_epoch, std::span<double> out) const {
    if (on.begin >= on.end) return;
    std::int64_t epoch = on.begin / epoch_;
    while (on.begin < on.end) {
      const std::int64_t stop = std::min((epoch + 1) * epoch_, on.end);
      out[static_cast<std::size_t>(epoch - first_epoch)] += static_cast<double>(stop - on.begin);
      on.begin = stop;
      ++epoch;
    }
  }

  Source source_;
  WindowOrder order_;
  std::int64_t epoch_;
  double per_ns_;
};

// One maker a variant, in the file named for it. They throw std::invalid_argument on bad options.
std::unique_ptr<LoadModel> make_constant_load(const LoadOptions& options, const EpochGrid& grid,
                                              sim::Seed seed, std::uint32_t tenant);
std::unique_ptr<LoadModel> make_slots_load(const LoadOptions& options, const EpochGrid& grid,
                                           sim::Seed seed, std::uint32_t tenant);
std::unique_ptr<LoadModel> make_on_off_load(const LoadOptions& options, const EpochGrid& grid,
                                            sim::Seed seed, std::uint32_t tenant);
std::unique_ptr<LoadModel> make_daily_window_load(const LoadOptions& options, const EpochGrid& grid,
                                                  sim::Seed seed, std::uint32_t tenant);

}  // namespace spindle::models::detail
