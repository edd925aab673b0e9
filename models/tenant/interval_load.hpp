#pragma once
// Loads that are constant over disjoint intervals and off in between: the driver that integrates
// them over epochs, and the rows of the registry. Used within models/tenant only.
//
// A Source yields the intervals in time order, with their rates: `current()` and `advance()`. The
// driver visits each interval once, so a window costs O(intervals in it + epochs in it). Overlaps
// at rate 1 are sums of whole nanoseconds, exact in double up to 2^53 ns (104 days an epoch); an
// epoch never straddles two windows, so values do not depend on how a run is cut into windows.

#include <algorithm>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <stdexcept>
#include <utility>

#include "models/tenant/load_model.hpp"

namespace spindle::models::detail {

// Of a source: the rate is a multiple of its own unit, such as the rate of a tenant that is on.
using Interval = RatePiece;

// Begins after every window: what a source yields when its next interval is beyond the horizon.
inline constexpr Interval kNoInterval{std::numeric_limits<std::int64_t>::max(),
                                      std::numeric_limits<std::int64_t>::max(), 0};

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

// The pieces of a load that is constant within epochs: `means` of epochs first, first + 1, ...
void append_epoch_pieces(std::uint64_t first, std::span<const double> means, sim::Duration epoch,
                         std::vector<RatePiece>& out);

// Throws std::invalid_argument unless the epochs are longer than 0 and end within 200 years.
void check_grid(const EpochGrid& grid);

// All of the run, in ns.
inline std::int64_t length_of(const EpochGrid& grid) {
  return grid.epoch.ns() * static_cast<std::int64_t>(grid.count);
}

// Where a period of `length` ns ends that begins at `begin`, rounded; the horizon where that is
// beyond (never overflows).
inline std::int64_t end_of_period(std::int64_t begin, double length, std::int64_t horizon) {
  const double rounded = length + 0.5;
  const bool ends = rounded < static_cast<double>(horizon - begin);
  return ends ? begin + static_cast<std::int64_t>(rounded) : horizon;
}

// Calls `take` with the number of each epoch that [begin, end) meets, and where its part of that
// begins and ends.
template <class Take>
void for_each_epoch(std::int64_t begin, std::int64_t end, std::int64_t epoch, Take&& take) {
  for (std::int64_t number = begin / epoch; begin < end; ++number) {
    const std::int64_t stop = std::min((number + 1) * epoch, end);
    take(number, begin, stop);
    begin = stop;
  }
}

template <class Source>
class IntervalLoad final : public LoadModel {
 public:
  // `mean`: the source's long-run mean rate (where it is 1 or off: the share of time that is on),
  // so that the load's mean is 1.
  IntervalLoad(Source source, double mean, const EpochGrid& grid)
      : source_(std::move(source)),
        epoch_(grid.epoch.ns()),
        per_mean_(1 / mean),
        per_ns_(1 / (mean * static_cast<double>(grid.epoch.ns()))) {}

  void fill(std::uint64_t first, std::span<double> out) override {
    std::fill(out.begin(), out.end(), 0.0);
    visit(first, out.size(),
          [&](const Interval& on) { add_overlaps(on, static_cast<std::int64_t>(first), out); });
    for (double& value : out) value *= per_ns_;
  }

  void pieces(std::uint64_t first, std::size_t epochs, std::vector<RatePiece>& out) override {
    visit(first, epochs, [&](const Interval& on) {
      if (on.begin < on.end && on.rate > 0) out.push_back({on.begin, on.end, on.rate * per_mean_});
    });
  }

 private:
  // Calls `take` with the part of each interval that lies in the window; it may be empty.
  template <class Take>
  void visit(std::uint64_t first, std::size_t epochs, Take&& take) {
    order_.take(first, epochs);
    const auto first_epoch = static_cast<std::int64_t>(first);
    const std::int64_t begin = first_epoch * epoch_;
    const std::int64_t end = (first_epoch + static_cast<std::int64_t>(epochs)) * epoch_;
    for (;;) {
      const Interval on = source_.current();
      if (on.begin >= end) break;
      take(Interval{std::max(on.begin, begin), std::min(on.end, end), on.rate});
      if (on.end > end) break;  // the rest belongs to the next window
      source_.advance();
    }
  }

  void add_overlaps(const Interval& on, std::int64_t first_epoch, std::span<double> out) const {
    if (on.begin >= on.end) return;
    for_each_epoch(on.begin, on.end, epoch_,
                   [&](std::int64_t epoch, std::int64_t begin, std::int64_t end) {
                     out[static_cast<std::size_t>(epoch - first_epoch)] +=
                         on.rate * static_cast<double>(end - begin);
                   });
  }

  Source source_;
  WindowOrder order_;
  std::int64_t epoch_;
  double per_mean_;
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
std::unique_ptr<LoadModel> make_mmpp_load(const LoadOptions& options, const EpochGrid& grid,
                                          sim::Seed seed, std::uint32_t tenant);
std::unique_ptr<LoadFamily> make_diurnal_loads(const LoadOptions& options, const EpochGrid& grid,
                                               sim::Seed seed, std::uint32_t tenant_class);
std::unique_ptr<LoadFamily> add_up_loads(const LoadOptions& options, const EpochGrid& grid,
                                         sim::Seed seed, std::uint32_t tenant_class);
std::unique_ptr<LoadFamily> correlate_slots(const LoadOptions& options, const EpochGrid& grid,
                                            sim::Seed seed, std::uint32_t tenant_class);
std::unique_ptr<LoadFamily> correlate_on_off(const LoadOptions& options, const EpochGrid& grid,
                                             sim::Seed seed, std::uint32_t tenant_class);
// Of the models they extend; throw as the makers do.
void check_slots(const LoadOptions& options);
void check_on_off(const LoadOptions& options);

std::unique_ptr<LoadModel> make_cascade_load(const LoadOptions& options, const EpochGrid& grid,
                                             sim::Seed seed, std::uint32_t tenant);

}  // namespace spindle::models::detail
