#include "models/flow/heat_kernel.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "models/flow/heat_kernel.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace spindle::models::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

void add_tenant_heat_simd(const HeatEntry* entries, std::size_t count, const double* rates,
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

}  // namespace spindle::models::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace spindle::models {

HWY_EXPORT(add_tenant_heat_simd);

void add_tenant_heat(std::span<const HeatEntry> entries, const double* rates, double* sums) {
  HWY_DYNAMIC_DISPATCH(add_tenant_heat_simd)(entries.data(), entries.size(), rates, sums);
}

}  // namespace spindle::models
#endif
