#pragma once
// Rows of loads that are constant over disjoint intervals and off in between: the driver that
// integrates them over epochs. Used within models/tenant only.
//
// A Law has what the tenants share; its State is a row's own: the interval it is in, and how far
// its stream is used up. `first(row)` gives the state at the start of the run, `current(state)` its
// interval, and `advance(states, first_row, due)` takes the states of the rows that are due to
// their next intervals, in order of time. The driver visits each interval once, so a window costs
// O(intervals in it + epochs in it). Overlaps at rate 1 are sums of whole nanoseconds, exact in
// double up to 2^53 ns (104 days an epoch); an epoch never straddles two windows, so values do not
// depend on how a run is cut into windows.

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include "models/tenant/load_kernel.hpp"
#include "models/tenant/load_rows.hpp"
#include "sim/random_batch.hpp"

namespace spindle::models::detail {

// Of a law: the rate is a multiple of its own unit, such as the rate of a tenant that is on.
using Interval = RatePiece;

// Begins after every window: what a law yields when the next interval is beyond the horizon.
inline constexpr Interval kNoInterval{std::numeric_limits<std::int64_t>::max(),
                                      std::numeric_limits<std::int64_t>::max(), 0};

// Numbers of rows within a block, at most LoadBlock::kRows.
using DueRows = std::span<const std::uint32_t>;

// The streams of the rows' tenants: row 0 is that of `first_tenant`. States count in `draws` what
// they have taken, in numbers of two words.
class RowStreams {
 public:
  RowStreams(sim::Seed seed, sim::Purpose purpose, std::uint32_t first_tenant)
      : batch_(seed, 0, purpose), first_tenant_(first_tenant) {}

  // From the start on.
  [[nodiscard]] sim::RandomStream of(std::size_t row) const {
    return batch_.stream(first_tenant_ + row);
  }
  // The next kEach numbers of each row that is due: those of due[i] from [i * kEach] on.
  template <std::size_t kEach>
  using Numbers = std::array<double, kEach * LoadBlock::kRows>;
  template <std::size_t kEach, class State>
  Numbers<kEach> exponentials(std::span<State> states, std::size_t first_row, DueRows due) const {
    Numbers<kEach> out;
    const Names<kEach> names = take<kEach>(states, first_row, due);
    const std::size_t count = due.size() * kEach;
    batch_.exponentials(std::span(names.entities).first(count), std::span(names.draws).first(count),
                        std::span(out).first(count));
    return out;
  }
  template <std::size_t kEach, class State>
  Numbers<kEach> uniforms(std::span<State> states, std::size_t first_row, DueRows due) const {
    Numbers<kEach> out;
    const Names<kEach> names = take<kEach>(states, first_row, due);
    const std::size_t count = due.size() * kEach;
    batch_.uniforms(std::span(names.entities).first(count), std::span(names.draws).first(count),
                    std::span(out).first(count));
    return out;
  }

 private:
  template <std::size_t kEach>
  struct Names {
    std::array<std::uint64_t, kEach * LoadBlock::kRows> entities, draws;
  };
  template <std::size_t kEach, class State>
  Names<kEach> take(std::span<State> states, std::size_t first_row, DueRows due) const {
    Names<kEach> names;
    std::size_t i = 0;
    for (const std::uint32_t row : due) {
      for (std::size_t k = 0; k < kEach; ++k, ++i) {
        names.entities[i] = first_tenant_ + first_row + row;
        names.draws[i] = states[row].draws++;
      }
    }
    return names;
  }

  sim::RandomBatch batch_;
  std::uint64_t first_tenant_;
};

template <class Law>
class IntervalRows final : public LoadRows {
 public:
  // `mean`: the law's long-run mean rate (where it is 1 or off: the share of time that is on), so
  // that the load's mean is 1.
  IntervalRows(Law law, std::size_t rows, double mean, const EpochGrid& grid)
      : LoadRows(rows),
        law_(std::move(law)),
        epoch_(grid.epoch.ns()),
        per_mean_(1 / mean),
        per_ns_(1 / (mean * static_cast<double>(grid.epoch.ns()))) {
    states_.reserve(rows);
    for (std::size_t row = 0; row < rows; ++row) states_.push_back(law_.first(row));
  }

 private:
  using State = typename Law::State;
  struct Limits {
    std::int64_t begin;
    std::int64_t end;
  };

  void fill_block(const RowWindow& window, LoadBlock& out) override {
    const Limits limits = limits_of(window.first_epoch, window.epochs);
    const std::span<State> states = std::span(states_).subspan(window.first_row, window.rows);
    std::array<std::uint32_t, LoadBlock::kRows> due;
    for (std::uint32_t row = 0; row < window.rows; ++row) due[row] = row;
    std::fill_n(out.value[0], window.rows * LoadBlock::kEpochs, 0.0);
    for (std::size_t left = window.rows;;) {
      left = add_current(states, limits, window.epochs, std::span(due).first(left), out);
      if (left == 0) break;
      law_.advance(states, window.first_row, DueRows(due).first(left));
    }
    scale_block(out, window.rows, per_ns_);
  }

  // Adds the current intervals of these rows as far as they lie in the window, and leaves in front
  // those that end in it, whose next ones may begin there; their number.
  std::size_t add_current(std::span<const State> states, const Limits& window, std::size_t epochs,
                          std::span<std::uint32_t> rows, LoadBlock& out) const {
    std::array<Overlap, LoadBlock::kRows> overlaps;
    std::size_t count = 0;
    std::size_t due = 0;
    // Both lists without branches: which rows enter them is as good as random.
    for (const std::uint32_t row : rows) {
      const Interval on = law_.current(states[row]);
      const std::int64_t begin = std::max(on.begin, window.begin);
      const std::int64_t end = std::min(on.end, window.end);
      overlaps[count] = {begin - window.begin, end - window.begin, on.rate, row};
      count += static_cast<std::size_t>((begin < end) & (on.rate > 0));
      rows[due] = row;
      due += static_cast<std::size_t>((on.begin < window.end) & (on.end <= window.end));
    }
    if (count > 0) add_overlaps(std::span(overlaps).first(count), epoch_, epochs, out);
    return due;
  }

  void append_pieces(std::size_t row, std::uint64_t first_epoch, std::size_t epochs,
                     std::vector<RatePiece>& out) override {
    const Limits window = limits_of(first_epoch, epochs);
    const std::span<State> state = std::span(states_).subspan(row, 1);
    for (;;) {
      const Interval on = law_.current(state[0]);
      const std::int64_t begin = std::max(on.begin, window.begin);
      const std::int64_t end = std::min(on.end, window.end);
      if (begin < end && on.rate > 0) out.push_back({begin, end, on.rate * per_mean_});
      if (on.begin >= window.end || on.end > window.end) break;
      constexpr std::uint32_t kThis = 0;
      law_.advance(state, row, DueRows(&kThis, 1));
    }
  }

  [[nodiscard]] Limits limits_of(std::uint64_t first_epoch, std::size_t epochs) const {
    const auto first = static_cast<std::int64_t>(first_epoch);
    return {first * epoch_, (first + static_cast<std::int64_t>(epochs)) * epoch_};
  }

  Law law_;
  std::vector<State> states_;
  std::int64_t epoch_;
  double per_mean_;
  double per_ns_;
};

}  // namespace spindle::models::detail
