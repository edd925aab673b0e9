#pragma once
// The inner loop of the heat sweep: vectorised, with the same bits on every instruction set.

#include <cstdint>
#include <span>

#include "models/flow/heat_matrix.hpp"

namespace spindle::models {

// Epochs that are swept together: one cache line of doubles a drive.
inline constexpr std::size_t kEpochsPerSweep = 8;

// For each entry: sums[entry.drive * 8 + j] += entry.weight * rates[j], j = 0..7. Multiply and add
// round separately, so every instruction set gives the same result. `sums` and `rates` must be
// aligned to 64 bytes.
void add_tenant_heat(std::span<const HeatEntry> entries, const double* rates, double* sums);

}  // namespace spindle::models
