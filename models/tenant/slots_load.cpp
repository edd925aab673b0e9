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
#include "sim/math.hpp"

namespace spindle::models::detail {
namespace {

// The indices of the slots that are on, in order.
class SlotSequence {
 public:
  SlotSequence(double duty, std::uint64_t slots, sim::RandomStream stream)
      : stream_(stream), per_slot_(-1 / sim::log1p(-duty)), slots_(slots) {
    index_ = gap();
  }
  // The slot that is on next; kNone when there is none before the horizon.
  static constexpr std::uint64_t kNone = std::numeric_limits<std::uint64_t>::max();
  [[nodiscard]] std::uint64_t index() const { return index_; }
  void advance() {
    const std::uint64_t off = gap();
    index_ = off < slots_ && index_ + off + 1 < slots_ ? index_ + off + 1 : kNone;
  }

 private:
  // At duty 1, log1p(-1) = -inf makes per_slot_ 0: no slot is ever off.
  std::uint64_t gap() {
    const double off = stream_.exponential() * per_slot_;
    return off < static_cast<double>(slots_) ? static_cast<std::uint64_t>(off) : kNone;
  }

  sim::RandomStream stream_;
  double per_slot_;
  std::uint64_t slots_;
  std::uint64_t index_ = 0;
};

// Slots of any length, as intervals.
class SlotSource {
 public:
  SlotSource(SlotSequence sequence, std::int64_t slot) : sequence_(sequence), slot_(slot) {}
  [[nodiscard]] Interval current() const {
    if (sequence_.index() == SlotSequence::kNone) return kNoInterval;
    const auto index = static_cast<std::int64_t>(sequence_.index());
    const std::int64_t begin = index * slot_;
    // The last slot may reach beyond what int64 holds: no run does.
    return {begin, begin > kLongestRun.ns() - slot_ ? kLongestRun.ns() : begin + slot_, 1};
  }
  void advance() { sequence_.advance(); }

 private:
  SlotSequence sequence_;
  std::int64_t slot_;
};

// The common case, slot = epoch: an on slot is one store, without divisions.
class AlignedSlots final : public LoadModel {
 public:
  AlignedSlots(SlotSequence sequence, double duty, sim::Duration epoch)
      : sequence_(sequence), value_(1 / duty), epoch_(epoch.ns()) {}

  void fill(std::uint64_t first, std::span<double> out) override {
    std::fill(out.begin(), out.end(), 0.0);
    visit(first, out.size(), [&](std::uint64_t slot) { out[slot - first] = value_; });
  }

  void pieces(std::uint64_t first, std::size_t epochs, std::vector<RatePiece>& out) override {
    visit(first, epochs, [&](std::uint64_t slot) {
      const std::int64_t begin = static_cast<std::int64_t>(slot) * epoch_;
      out.push_back({begin, begin + epoch_, value_});
    });
  }

 private:
  // Calls `take` with each slot of the window that is on.
  template <class Take>
  void visit(std::uint64_t first, std::size_t epochs, Take&& take) {
    order_.take(first, epochs);
    for (; sequence_.index() < first + epochs; sequence_.advance()) take(sequence_.index());
  }

  SlotSequence sequence_;
  WindowOrder order_;
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

std::unique_ptr<LoadModel> make_slots_load(const LoadOptions& options, const EpochGrid& grid,
                                           sim::Seed seed, std::uint32_t tenant) {
  check_slots(options);
  const std::uint64_t horizon = static_cast<std::uint64_t>(grid.epoch.ns()) * grid.count;
  const auto slot = static_cast<std::uint64_t>(options.slot.ns());
  const SlotSequence sequence(options.duty, horizon / slot + 1,
                              sim::RandomStream(seed, 0, purpose::kTenantActivity, tenant));
  if (options.slot == grid.epoch)
    return std::make_unique<AlignedSlots>(sequence, options.duty, grid.epoch);
  return std::make_unique<IntervalLoad<SlotSource>>(SlotSource(sequence, options.slot.ns()),
                                                    options.duty, grid);
}

}  // namespace spindle::models::detail
