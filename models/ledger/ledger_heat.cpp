#include "models/ledger/ledger_heat.hpp"

#include <algorithm>
#include <bit>

#include "models/flow/flow_result.hpp"
#include "sim/prefetch.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "models/ledger/ledger_heat.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace spindle::models::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

// Sums of single precision over a few drives at a time, then of double.
constexpr std::size_t kBlock = 64;

struct BlockSums {
  alignas(32) float deviation[kLedgerEpochs] = {};
  alignas(32) float squares[kLedgerEpochs] = {};
  alignas(32) float hot[kLedgerEpochs] = {};
};

void flush(BlockSums& block, RackHeatOutputs& out) {
  for (std::size_t e = 0; e < kLedgerEpochs; ++e) {
    out.sums.deviation[e] += static_cast<double>(block.deviation[e]);
    out.sums.squares[e] += static_cast<double>(block.squares[e]);
    out.sums.hot[e] += static_cast<double>(block.hot[e]);
  }
  block = {};
}

// Drives whose mixes are fetched ahead.
constexpr std::size_t kAhead = 6;

void fetch_mix(const RackHeatInputs& in, std::size_t drive) {
  if (drive >= in.mixes.size() || in.mixes[drive].first == LedgerFleet::kAbsent) return;
  const std::size_t classes = in.factors.size();
  for (const std::size_t row :
       {std::size_t{in.mixes[drive].first}, std::size_t{in.mixes[drive].second}}) {
    const float* first = in.heat + row * classes * kLedgerEpochs;
    for (std::size_t at = 0; at < classes * kLedgerEpochs; at += 16) {
      sim::prefetch_line(first + at);
    }
    sim::prefetch_line(in.demand + row * classes);
  }
}

// Heat of one drive in all epochs.
void heat_of_drive(const RackHeatInputs& in, std::size_t drive, float* heat) {
  const hn::CappedTag<float, kLedgerEpochs> tag;
  const std::size_t lanes = hn::Lanes(tag);
  const LedgerFleet::Mix mix = in.mixes[drive];
  const std::size_t classes = in.factors.size();
  const LedgerFleet::Holding* held = in.held.data() + drive * classes;
  float share[kMostLedgerClasses];
  std::size_t first[kMostLedgerClasses];
  std::size_t second[kMostLedgerClasses];
  for (std::size_t c = 0; c < classes; ++c) {
    first[c] = mix.first * classes + c;
    second[c] = mix.second * classes + c;
    float mean = in.demand[first[c]] + in.demand[second[c]];
    // A mix without the class, on a drive that took some of it later: it is as the mean of all.
    if (!(mean > 0)) {
      first[c] = second[c] = in.mean * classes + c;
      mean = 2 * in.demand[first[c]];
    }
    share[c] = mean > 0 ? in.factors[c] * held[c].demand / mean : 0.0F;
  }
  for (std::size_t j = 0; j < kLedgerEpochs; j += lanes) {
    auto sum = hn::LoadU(tag, &in.directed[j]);
    for (std::size_t c = 0; c < classes; ++c) {
      const auto of_mix = hn::Add(hn::Load(tag, in.heat + first[c] * kLedgerEpochs + j),
                                  hn::Load(tag, in.heat + second[c] * kLedgerEpochs + j));
      sum = hn::Add(sum, hn::Mul(hn::Set(tag, share[c]), of_mix));
    }
    hn::Store(sum, tag, heat + j);
  }
}

void rack_ledger_heat_simd(const RackHeatInputs& in, RackHeatOutputs& out) {
  const hn::CappedTag<float, kLedgerEpochs> tag;
  const std::size_t lanes = hn::Lanes(tag);
  const auto limit = hn::Set(tag, static_cast<float>(kHotHeat));
  const auto one = hn::Set(tag, 1.0F);
  alignas(64) float heat[kLedgerEpochs];
  alignas(64) float hottest[kLedgerEpochs] = {};
  BlockSums block;
  std::size_t in_block = 0;
  for (std::size_t d = 0; d < in.mixes.size(); ++d) {
    if (in.mixes[d].first == LedgerFleet::kAbsent) continue;
    fetch_mix(in, d + kAhead);
    heat_of_drive(in, d, heat);
    for (std::size_t j = 0; j < kLedgerEpochs; j += lanes) {
      const auto all = hn::Load(tag, heat + j);
      const auto deviation = hn::Sub(all, hn::LoadU(tag, &in.reference[j]));
      hn::StoreU(hn::Add(hn::LoadU(tag, block.deviation + j), deviation), tag, block.deviation + j);
      hn::StoreU(hn::Add(hn::LoadU(tag, block.squares + j), hn::Mul(deviation, deviation)), tag,
                 block.squares + j);
      const auto hot = hn::IfThenElseZero(hn::Gt(all, limit), one);
      hn::StoreU(hn::Add(hn::LoadU(tag, block.hot + j), hot), tag, block.hot + j);
      hn::Store(hn::Max(hn::Load(tag, hottest + j), all), tag, hottest + j);
    }
    float sum = 0;
    float max = out.max[d];
    for (std::size_t e = 0; e < in.epochs; ++e) {
      sum += heat[e];
      max = std::max(max, heat[e]);
      // Never below 0, whatever the last bit of a difference says.
      ++out.buckets[std::bit_cast<std::uint32_t>(std::max(heat[e], 0.0F)) >> kHeatBucketShift];
    }
    out.sum[d] += sum;
    out.max[d] = max;
    if (in.peak_epoch < in.epochs && !out.peak.empty()) out.peak[d] = heat[in.peak_epoch];
    ++out.sums.present;
    if (++in_block == kBlock) {
      flush(block, out);
      in_block = 0;
    }
  }
  flush(block, out);
  for (std::size_t e = 0; e < kLedgerEpochs; ++e) {
    out.sums.hottest[e] = std::max(out.sums.hottest[e], static_cast<double>(hottest[e]));
  }
}

}  // namespace spindle::models::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace spindle::models {

HWY_EXPORT(rack_ledger_heat_simd);

void rack_ledger_heat(const RackHeatInputs& in, RackHeatOutputs& out) {
  HWY_DYNAMIC_DISPATCH(rack_ledger_heat_simd)(in, out);
}

}  // namespace spindle::models
#endif
