#pragma once
// The inner loop of the heat sweep: vectorised, with the same bits on every instruction set.

#include <cstdint>
#include <span>

#include "models/flow/heat_matrix.hpp"
#include "models/state/demand_journal.hpp"

namespace spindle::models {

// Epochs that are swept together: one cache line of doubles a drive.
inline constexpr std::size_t kEpochsPerSweep = 8;

// For each entry: sums[entry.drive * 8 + j] += entry.weight * rates[j], j = 0..7. Multiply and add
// round separately, so every instruction set gives the same result. `sums` and `rates` must be
// aligned to 64 bytes.
void add_column_heat(std::span<const HeatEntry> entries, const double* rates, double* sums);

// For each shift: sums[shift.drive * 8 + j] += share(j) * shift.weight * rates[shift.column][j],
// where share(j) is the part of epoch j from `from` on: 0 before it, 1 after it. The same rounding
// and alignment.
struct RateLine {
  alignas(64) double value[kEpochsPerSweep];
};
void add_shift_heat(std::span<const DemandShift> shifts, const RateLine* rates, double* sums);

}  // namespace spindle::models
