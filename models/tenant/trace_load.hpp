#pragma once
// What series and jobs share: which repetitions of a looped trace a window meets, and sums that
// keep their digits. Used within models/tenant only.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "models/tenant/interval_load.hpp"
#include "models/tenant/load_model.hpp"
#include "sim/compensated_sum.hpp"

namespace spindle::models::detail {

using sim::CompensatedSum;

// The part of a point that lies in a window: [from, to) in the run's time, ns (to = from for jobs).
struct Part {
  double amount = 0;  // of the whole point
  std::int64_t interval = 0;
  std::int64_t from = 0, to = 0;
  std::int64_t epoch = 0;  // length of an epoch
};

// Adds up what falls on each epoch of a window. `Shape::add` adds the part of one point that lies
// in [from, to) of the run to the epochs it meets. Every epoch gets its terms in the order
// (repetition, point), whatever the window, so values do not depend on how a run is cut into
// windows.
template <class Shape>
class TraceLoad final : public LoadModel {
 public:
  TraceLoad(const DemandTrace& trace, double scale, const EpochGrid& grid, sim::Duration shift)
      : trace_(trace),
        shift_(shift.ns()),
        epoch_(grid.epoch.ns()),
        per_second_(scale / grid.epoch.to_seconds()) {}

  void fill(std::uint64_t first, std::span<double> out) override {
    order_.take(first, out.size());
    sums_.assign(out.size(), CompensatedSum{});
    const std::int64_t begin = static_cast<std::int64_t>(first) * epoch_ + shift_;
    const std::int64_t end = begin + static_cast<std::int64_t>(out.size()) * epoch_;
    if (!trace_.points.empty()) play_repetitions(first, begin, end);
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = sums_[i].value() * per_second_;
  }

  void pieces(std::uint64_t first, std::size_t epochs, std::vector<RatePiece>& out) override {
    std::vector<double> means(epochs);
    fill(first, means);
    append_epoch_pieces(first, means, sim::Duration::nanoseconds(epoch_), out);
  }

 private:
  void play_repetitions(std::uint64_t first, std::int64_t begin, std::int64_t end) {
    const std::int64_t loop = trace_.loop.ns();
    const std::int64_t earliest = trace_.points.front().time.ns();
    const std::int64_t latest = trace_.points.back().time.ns() + trace_.interval.ns();
    // Repetition k is shifted by k * loop: start with the last that is over before the window.
    std::int64_t repetition = loop > 0 && begin > latest ? (begin - latest) / loop * loop : 0;
    while (repetition < end - earliest) {
      play(first, begin - repetition, end - repetition, repetition);
      if (loop == 0 || loop > end - repetition) break;
      repetition += loop;
    }
  }

  // Adds the points that meet [begin, end), in the trace's own time.
  void play(std::uint64_t first, std::int64_t begin, std::int64_t end, std::int64_t repetition) {
    const std::int64_t interval = trace_.interval.ns();
    auto point = std::partition_point(
        trace_.points.begin(), trace_.points.end(),
        [&](const DemandTrace::Point& p) { return p.time.ns() + interval < begin; });
    for (; point != trace_.points.end() && point->time.ns() < end; ++point) {
      const std::int64_t from = std::max(point->time.ns(), begin);
      const std::int64_t to = std::min(point->time.ns() + interval, end);
      if (to < from) continue;
      const std::int64_t to_run = repetition - shift_;
      Shape::add({point->amount, interval, from + to_run, to + to_run, epoch_},
                 static_cast<std::int64_t>(first), sums_);
    }
  }

  const DemandTrace& trace_;
  std::int64_t shift_;  // of the run's zero, in the time of the trace and its repetitions
  WindowOrder order_;
  std::int64_t epoch_;
  double per_second_;
  std::vector<CompensatedSum> sums_;  // of the window
};

// Throws std::invalid_argument where the trace breaks the rules of its header.
void check_trace(const DemandTrace& trace, double scale, const EpochGrid& grid,
                 sim::Duration shift);
std::unique_ptr<LoadModel> make_series_load(const DemandTrace& trace, double scale,
                                            const EpochGrid& grid, sim::Duration shift);
std::unique_ptr<LoadModel> make_jobs_load(const DemandTrace& trace, double scale,
                                          const EpochGrid& grid, sim::Duration shift);

}  // namespace spindle::models::detail
