#include "models/flow/heat_kernel.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "models/flow/heat_kernel.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace spindle::models::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

void add_column_heat_simd(const HeatEntry* entries, std::size_t count, const double* rates,
                          double* sums) {
  const hn::CappedTag<double, kEpochsPerSweep> tag;
  const std::size_t lanes = hn::Lanes(tag);
  for (std::size_t i = 0; i < count; ++i) {
    const auto weight = hn::Set(tag, static_cast<double>(entries[i].weight));
    double* sum = sums + static_cast<std::size_t>(entries[i].drive_in_rack) * kEpochsPerSweep;
    for (std::size_t j = 0; j < kEpochsPerSweep; j += lanes) {
      const auto product = hn::Mul(weight, hn::Load(tag, rates + j));
      hn::Store(hn::Add(hn::Load(tag, sum + j), product), tag, sum + j);
    }
  }
}

void add_shift_heat_simd(const DemandShift* shifts, std::size_t count, const RateLine* rates,
                         double* sums) {
  const hn::CappedTag<double, kEpochsPerSweep> tag;
  const std::size_t lanes = hn::Lanes(tag);
  const auto zero = hn::Zero(tag);
  const auto one = hn::Set(tag, 1.0);
  for (std::size_t i = 0; i < count; ++i) {
    const DemandShift& shift = shifts[i];
    const auto weight = hn::Set(tag, static_cast<double>(shift.weight));
    const auto from = hn::Set(tag, static_cast<double>(shift.from));
    const double* rate = rates[shift.column].value;
    double* sum = sums + static_cast<std::size_t>(shift.drive_in_rack) * kEpochsPerSweep;
    for (std::size_t j = 0; j < kEpochsPerSweep; j += lanes) {
      const auto end = hn::Iota(tag, static_cast<double>(j + 1));
      const auto share = hn::Min(hn::Max(hn::Sub(end, from), zero), one);
      const auto product = hn::Mul(hn::Mul(weight, share), hn::Load(tag, rate + j));
      hn::Store(hn::Add(hn::Load(tag, sum + j), product), tag, sum + j);
    }
  }
}

}  // namespace spindle::models::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace spindle::models {

HWY_EXPORT(add_column_heat_simd);
HWY_EXPORT(add_shift_heat_simd);

void add_column_heat(std::span<const HeatEntry> entries, const double* rates, double* sums) {
  HWY_DYNAMIC_DISPATCH(add_column_heat_simd)(entries.data(), entries.size(), rates, sums);
}

void add_shift_heat(std::span<const DemandShift> shifts, const RateLine* rates, double* sums) {
  HWY_DYNAMIC_DISPATCH(add_shift_heat_simd)(shifts.data(), shifts.size(), rates, sums);
}

}  // namespace spindle::models
#endif
