#include "models/flow/heat_ledger.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

namespace spindle::models {
namespace {

// A rack is merged when it has more than one in so many of its entries pending: sweeping a pending
// shift costs about 1.5 entries (bench/flow), merging costs several a shift and saves memory.
constexpr std::size_t kPendingShare = 8;
constexpr std::size_t kLeastPending = 4096;
// What is left of weights that cancel, of the sum of their sizes: single precision, a few times.
constexpr double kCancelled = 1e-6;

constexpr unsigned kDigitBits = 11;

// Stable, least significant digit first: shifts of one drive and column keep their order.
template <class Key>
void sort_by_digit(std::vector<DemandShift>& shifts, std::vector<DemandShift>& other, Key key) {
  std::array<std::uint32_t, (1U << kDigitBits) + 1> first{};
  for (const DemandShift& shift : shifts) ++first[key(shift) + 1];
  for (std::size_t i = 1; i < first.size(); ++i) first[i] += first[i - 1];
  for (const DemandShift& shift : shifts) other[first[key(shift)]++] = shift;
  shifts.swap(other);
}

void sort_by_column_and_drive(std::vector<DemandShift>& shifts) {
  std::vector<DemandShift> other(shifts.size());
  std::uint32_t columns = 0;
  std::uint32_t drives = 0;
  for (const DemandShift& shift : shifts) {
    columns |= shift.column;
    drives |= shift.drive_in_rack;
  }
  constexpr std::uint32_t kMask = (1U << kDigitBits) - 1;
  const auto sort_field = [&](std::uint32_t DemandShift::*field, std::uint32_t bits) {
    for (unsigned at = 0; at < static_cast<unsigned>(std::bit_width(bits)); at += kDigitBits) {
      sort_by_digit(shifts, other,
                    [&](const DemandShift& shift) { return ((shift.*field) >> at) & kMask; });
    }
  };
  sort_field(&DemandShift::drive_in_rack, drives);
  sort_field(&DemandShift::column, columns);
}

// Merges the slices of a rack with sorted shifts.
class Merger {
 public:
  Merger(const RackHeat& base, std::span<const DemandShift> shifts) : base_(base), shifts_(shifts) {
    out_.slices.reserve(base.slices.size());
    out_.entries.reserve(base.entries.size() + shifts.size());
  }

  RackHeat merge() {
    for (const ColumnSlice& slice : base_.slices) {
      while (next_ < shifts_.size() && shifts_[next_].column < slice.column) {
        merge_column(shifts_[next_].column, {});
      }
      merge_column(slice.column,
                   std::span(base_.entries).subspan(slice.first, slice.last - slice.first));
    }
    while (next_ < shifts_.size()) merge_column(shifts_[next_].column, {});
    // The next merge copies what is kept, not what was reserved.
    if (out_.entries.capacity() > out_.entries.size() + out_.entries.size() / 4) {
      out_.entries.shrink_to_fit();
    }
    return std::move(out_);
  }

 private:
  [[nodiscard]] bool has_shift(std::uint32_t column) const {
    return next_ < shifts_.size() && shifts_[next_].column == column;
  }

  void merge_column(std::uint32_t column, std::span<const HeatEntry> entries) {
    const auto first = static_cast<std::uint32_t>(out_.entries.size());
    std::size_t at = 0;
    while (has_shift(column)) {
      const std::uint32_t drive = shifts_[next_].drive_in_rack;
      while (at < entries.size() && entries[at].drive_in_rack < drive) {
        out_.entries.push_back(entries[at++]);
      }
      double weight = 0;
      if (at < entries.size() && entries[at].drive_in_rack == drive) weight = entries[at++].weight;
      double size = std::fabs(weight);
      for (; has_shift(column) && shifts_[next_].drive_in_rack == drive; ++next_) {
        weight += static_cast<double>(shifts_[next_].weight);
        size += std::fabs(static_cast<double>(shifts_[next_].weight));
      }
      if (weight > kCancelled * size) out_.entries.push_back({drive, static_cast<float>(weight)});
    }
    out_.entries.insert(out_.entries.end(), entries.begin() + static_cast<std::ptrdiff_t>(at),
                        entries.end());
    const auto last = static_cast<std::uint32_t>(out_.entries.size());
    if (last > first) out_.slices.push_back({column, first, last});
  }

  const RackHeat& base_;
  std::span<const DemandShift> shifts_;
  std::size_t next_ = 0;  // shift
  RackHeat out_;
};

}  // namespace

void HeatLedger::absorb(std::uint32_t rack, std::span<const DemandShift> shifts) {
  auto& pending = pending_[rack];
  for (DemandShift shift : shifts) {
    shift.from = 0;
    pending.push_back(shift);
  }
  const std::size_t entries = matrix_.rack(rack).entries.size();
  if (pending.size() > std::max(kLeastPending, entries / kPendingShare)) merge(rack);
}

void HeatLedger::merge(std::uint32_t rack) {
  if (pending_[rack].empty()) return;
  sort_by_column_and_drive(pending_[rack]);
  matrix_.set_rack(rack, Merger(matrix_.rack(rack), pending_[rack]).merge());
  pending_[rack] = {};
}

void HeatLedger::add_weights(std::uint32_t rack, std::span<double> out) const {
  const RackHeat& heat = matrix_.rack(rack);
  for (const ColumnSlice& slice : heat.slices) {
    for (std::uint32_t i = slice.first; i < slice.last; ++i) {
      out[slice.column] += static_cast<double>(heat.entries[i].weight);
    }
  }
  for (const DemandShift& shift : pending_[rack]) {
    out[shift.column] += static_cast<double>(shift.weight);
  }
}

}  // namespace spindle::models
