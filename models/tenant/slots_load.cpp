// On, independently, in each whole slot with probability `duty`.
//
// Slots are not drawn one by one: the number of off slots before the next on slot is geometric,
// P(gap >= k) = (1 - p)^k, and so equals floor(E / -log(1 - p)) in law with E exponential of mean 1
// (Devroye, Non-Uniform Random Variate Generation, 1986, section X.2). One draw per slot that is
// on: at duty 1/24 that is 1/24 of the work, and the off slots cost no more than writing their
// zeros.

#include <limits>
#include <string>

#include "models/purposes.hpp"
#include "models/tenant/interval_load.hpp"
#include "models/tenant/interval_rows.hpp"
#include "sim/math.hpp"

namespace spindle::models::detail {
namespace {

constexpr std::uint64_t kNoSlot = std::numeric_limits<std::uint64_t>::max();

struct SlotState {
  std::uint64_t slot;  // that is on next; kNoSlot: none before the horizon
  std::uint64_t draws;
};

// Goes through the slots that are on, in order.
class SlotSequence {
 public:
  SlotSequence(double duty, std::uint64_t slots, RowStreams streams)
      : streams_(streams), per_slot_(-1 / sim::log1p(-duty)), slots_(slots) {}

  [[nodiscard]] SlotState first(std::size_t row) const {
    return {gap(streams_.of(row).exponential()), 1};
  }
  void advance(std::span<SlotState> states, std::size_t first_row, DueRows due) const {
    const auto drawn = streams_.exponentials<1>(states, first_row, due);
    for (std::size_t i = 0; i < due.size(); ++i) {
      std::uint64_t& slot = states[due[i]].slot;
      const std::uint64_t off = gap(drawn[i]);
      slot = off < slots_ && slot + off + 1 < slots_ ? slot + off + 1 : kNoSlot;
    }
  }

 private:
  // At duty 1, log1p(-1) = -inf makes per_slot_ 0: no slot is ever off.
  [[nodiscard]] std::uint64_t gap(double e) const {
    const double off = e * per_slot_;
    return off < static_cast<double>(slots_) ? static_cast<std::uint64_t>(off) : kNoSlot;
  }

  RowStreams streams_;
  double per_slot_;
  std::uint64_t slots_;
};

// Slots of any length, as intervals.
class SlotLaw {
 public:
  using State = SlotState;
  SlotLaw(const SlotSequence& sequence, std::int64_t slot) : sequence_(sequence), slot_(slot) {}

  [[nodiscard]] State first(std::size_t row) const { return sequence_.first(row); }
  [[nodiscard]] Interval current(const State& state) const {
    if (state.slot == kNoSlot) return kNoInterval;
    const std::int64_t begin = static_cast<std::int64_t>(state.slot) * slot_;
    // The last slot may reach beyond what int64 holds: no run does.
    return {begin, begin > kLongestRun.ns() - slot_ ? kLongestRun.ns() : begin + slot_, 1};
  }
  void advance(std::span<State> states, std::size_t first_row, DueRows due) const {
    sequence_.advance(states, first_row, due);
  }

 private:
  SlotSequence sequence_;
  std::int64_t slot_;
};

// The common case, slot = epoch: an on slot is one store.
class AlignedSlots final : public LoadRows {
 public:
  AlignedSlots(const SlotSequence& sequence, std::size_t rows, double duty, sim::Duration epoch)
      : LoadRows(rows), sequence_(sequence), value_(1 / duty), epoch_(epoch.ns()) {
    states_.reserve(rows);
    for (std::size_t row = 0; row < rows; ++row) states_.push_back(sequence_.first(row));
  }

 private:
  void fill_block(const RowWindow& window, LoadBlock& out) override {
    const auto states = std::span(states_).subspan(window.first_row, window.rows);
    const std::uint64_t end = window.first_epoch + window.epochs;
    std::array<std::uint32_t, LoadBlock::kRows> due;
    std::size_t left = 0;
    for (std::uint32_t row = 0; row < window.rows; ++row) {
      due[left] = row;
      left += static_cast<std::size_t>(states[row].slot < end);
    }
    std::fill_n(out.value[0], window.rows * LoadBlock::kEpochs, 0.0);
    while (left > 0) {
      for (const std::uint32_t row : std::span(due).first(left)) {
        out.value[row][states[row].slot - window.first_epoch] = value_;
      }
      sequence_.advance(states, window.first_row, DueRows(due).first(left));
      std::size_t still = 0;
      for (const std::uint32_t row : std::span(due).first(left)) {
        due[still] = row;
        still += static_cast<std::size_t>(states[row].slot < end);
      }
      left = still;
    }
  }

  void append_pieces(std::size_t row, std::uint64_t first, std::size_t epochs,
                     std::vector<RatePiece>& out) override {
    const std::span<SlotState> state = std::span(states_).subspan(row, 1);
    while (state[0].slot < first + epochs) {
      const std::int64_t begin = static_cast<std::int64_t>(state[0].slot) * epoch_;
      out.push_back({begin, begin + epoch_, value_});
      constexpr std::uint32_t kThis = 0;
      sequence_.advance(state, row, DueRows(&kThis, 1));
    }
  }

  SlotSequence sequence_;
  std::vector<SlotState> states_;
  double value_;
  std::int64_t epoch_;
};

}  // namespace

void check_slots(const LoadOptions& options) {
  if (!(options.duty > 0 && options.duty <= 1)) {
    throw std::invalid_argument("duty " + std::to_string(options.duty) +
                                " of a slots load (must be in (0, 1]) — give the share of slots "
                                "that are on");
  }
  if (options.slot.ns() <= 0 || options.slot > kLongestRun) {
    throw std::invalid_argument(
        "slot of a slots load is not in (0, 200 years] — give its length, e.g. 1 h");
  }
}

std::unique_ptr<LoadRows> make_slots_loads(const LoadOptions& options, const EpochGrid& grid,
                                           sim::Seed seed, std::uint32_t first_tenant,
                                           std::uint32_t count) {
  check_slots(options);
  const std::uint64_t horizon = static_cast<std::uint64_t>(grid.epoch.ns()) * grid.count;
  const auto slot = static_cast<std::uint64_t>(options.slot.ns());
  const SlotSequence sequence(options.duty, horizon / slot + 1,
                              RowStreams(seed, purpose::kTenantActivity, first_tenant));
  if (options.slot == grid.epoch)
    return std::make_unique<AlignedSlots>(sequence, count, options.duty, grid.epoch);
  return std::make_unique<IntervalRows<SlotLaw>>(SlotLaw(sequence, options.slot.ns()), count,
                                                 options.duty, grid);
}

}  // namespace spindle::models::detail
