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

using Tag = hn::CappedTag<float, kLedgerEpochs>;
using Floats = hn::Vec<Tag>;

// Drives that are worked on together.
constexpr std::size_t kBlock = 16;

// Drives that are there, and what each of their varying classes' lines of heat is multiplied by.
struct Block {
  std::size_t drives = 0;
  std::uint32_t drive[kBlock] = {};
  alignas(64) float share[kMostLedgerClasses][kBlock] = {};
  alignas(64) float heat[kBlock][kLedgerEpochs] = {};
  alignas(64) std::uint32_t bucket[kBlock][kLedgerEpochs] = {};
};

void fetch_row(const RackHeatInputs& in, std::size_t row) {
  const std::size_t classes = in.varying.size();
  const float* first = in.heat + row * classes * kLedgerEpochs;
  for (std::size_t at = 0; at < classes * kLedgerEpochs; at += 16) {
    sim::prefetch_line(first + at);
  }
  if (in.demand != nullptr) sim::prefetch_line(in.demand + row * classes);
}

// The next drives from `first` on; returns the one after them.
std::uint32_t gather(const RackHeatInputs& in, std::uint32_t first, Block& block) {
  block.drives = 0;
  const auto all = static_cast<std::uint32_t>(in.mixes.size());
  for (; first < all && block.drives < kBlock; ++first) {
    if (in.mixes[first].first == LedgerFleet::kAbsent) continue;
    block.drive[block.drives++] = first;
    if (first + kBlock >= all || in.varying.empty()) continue;
    const LedgerFleet::Mix& ahead = in.mixes[first + kBlock];
    if (ahead.first == LedgerFleet::kAbsent) continue;
    if (in.rows != nullptr) {
      fetch_row(in, in.rows[first + kBlock]);
      continue;
    }
    fetch_row(in, ahead.first);
    fetch_row(in, ahead.second);
  }
  return first;
}

// Memory is slower than this loop: what drives keep for themselves is fetched so many ahead.
constexpr std::size_t kAhead = 4 * kBlock;

void fetch_drives(const RackHeatInputs& in, const RackHeatOutputs& out, std::size_t first) {
  if (first >= in.mixes.size()) return;
  sim::prefetch_line(&out.sum[first]);
  sim::prefetch_line(&out.max[first]);
  sim::prefetch_line(&in.mixes[first]);
  constexpr std::size_t kALine = 64 / sizeof(LedgerFleet::Holding);
  const std::size_t end = std::min(in.held.size(), (first + kBlock) * in.factors.size());
  for (std::size_t at = first * in.factors.size(); at < end; at += kALine) {
    sim::prefetch_line(&in.held[at]);
  }
}

// A mix with less demand than this of a class has none: single precision cannot divide by it.
constexpr float kLeastDemand = 1e-30F;

// Demand held / that of the mix, times the class's factor; 0 where the mix has none of the class.
void set_shares(const RackHeatInputs& in, Block& block) {
  const Tag tag;
  const std::size_t rows = in.varying.size();
  const std::size_t classes = in.factors.size();
  alignas(64) float mean[kBlock] = {};
  alignas(64) float held[kBlock] = {};
  for (std::size_t k = 0; k < rows; ++k) {
    const std::size_t c = in.varying[k];
    for (std::size_t i = 0; i < block.drives; ++i) {
      const LedgerFleet::Mix mix = in.mixes[block.drive[i]];
      mean[i] = in.rows != nullptr
                    ? 2  // a row is both of a mix's parts
                    : in.demand[mix.first * rows + k] + in.demand[mix.second * rows + k];
      held[i] = in.held[block.drive[i] * classes + c].demand;
    }
    const auto factor = hn::Set(tag, in.factors[c]);
    for (std::size_t i = 0; i < kBlock; i += hn::Lanes(tag)) {
      const auto of_mix = hn::Load(tag, mean + i);
      const auto share = hn::Div(hn::Mul(factor, hn::Load(tag, held + i)), of_mix);
      const auto has_some = hn::Gt(of_mix, hn::Set(tag, kLeastDemand));
      hn::Store(hn::IfThenElseZero(has_some, share), tag, block.share[k] + i);
    }
  }
}

// What a drive whose mix lacks a class took of it later is as the mean of all.
void add_strange(const RackHeatInputs& in, std::size_t i, Block& block) {
  const std::size_t rows = in.varying.size();
  for (std::size_t k = 0; k < rows; ++k) {
    const std::size_t c = in.varying[k];
    const float demand = in.held[block.drive[i] * in.factors.size() + c].demand;
    if (block.share[k][i] != 0 || !(demand > 0)) continue;
    const std::size_t line = in.mean * rows + k;
    if (!(in.demand[line] > 0)) continue;
    const float share = in.factors[c] * demand / in.demand[line];
    for (std::size_t e = 0; e < kLedgerEpochs; ++e) {
      block.heat[i][e] += share * in.heat[line * kLedgerEpochs + e];
    }
  }
}

// Of classes with one course, each times its factor.
struct Courses {
  std::size_t classes = 0;
  std::size_t tenant_class[kMostLedgerClasses] = {};
  alignas(64) float heat[kMostLedgerClasses][kLedgerEpochs] = {};
};

Courses courses_of(const RackHeatInputs& in) {
  Courses out;
  for (std::size_t c = 0; c < in.factors.size(); ++c) {
    if (std::ranges::find(in.varying, c) != in.varying.end()) continue;
    for (std::size_t e = 0; e < kLedgerEpochs; ++e) {
      out.heat[out.classes][e] = in.factors[c] * in.courses[c * kLedgerEpochs + e];
    }
    out.tenant_class[out.classes++] = c;
  }
  return out;
}

// stroke_word() of the epochs from j on, as signed numbers.
auto stroke_words(const RackHeatInputs& in, std::size_t drive, std::size_t j) {
  const hn::RebindToUnsigned<Tag> bits;
  const hn::RebindToSigned<Tag> whole;
  const auto drawn = hn::LoadDup128(bits, in.words + drive * kStrokeWords + j % kStrokeWords);
  const auto is_second = hn::Gt(hn::Iota(whole, static_cast<std::int32_t>(j)),
                                hn::Set(whole, static_cast<std::int32_t>(kStrokeWords) - 1));
  return hn::IfThenElse(is_second, hn::BitCast(whole, hn::RotateRight<16>(drawn)),
                        hn::BitCast(whole, drawn));
}

// Of the epochs from j on.
Floats stroke_heat(const RackHeatInputs& in, std::size_t drive, std::size_t j) {
  const Tag tag;
  const hn::RebindToSigned<Tag> whole;
  const ShardStrokes& strokes = *in.strokes;
  const auto word = stroke_words(in, drive, j);
  auto count = hn::Zero(whole);
  const auto count_above = [&](const ShardStrokes::Limits& limit) {
    const auto is_above = hn::Gt(word, hn::LoadU(whole, &limit[j]));
    // A mask is -1 where it holds.
    count = hn::Sub(count, hn::VecFromMask(whole, is_above));
    return is_above;
  };
  std::size_t i = 0;
  for (; i + 1 < strokes.usual; ++i) count_above(strokes.limits[i]);
  if (!hn::AllFalse(whole, count_above(strokes.limits[i]))) {
    while (++i < strokes.limits.size()) count_above(strokes.limits[i]);
  }
  return hn::Add(hn::Load(tag, &strokes.base[j]),
                 hn::Mul(hn::ConvertTo(tag, count), hn::Load(tag, &strokes.each[j])));
}

// Of what is known of new data: a row of it for the epochs from j on.
Floats arriving_heat(const RackHeatInputs& in, const float* rows, std::size_t drive,
                     std::size_t j) {
  const Tag tag;
  const float* row = rows + std::size_t{in.arriving_rows[drive]} * kLedgerEpochs;
  return hn::Mul(hn::LoadU(tag, row + j), hn::Set(tag, in.arriving_part));
}

// Of whole shards, those drawn and those known.
Floats whole_shard_heat(const RackHeatInputs& in, std::size_t drive, std::size_t j) {
  const Tag tag;
  auto heat = in.strokes != nullptr ? stroke_heat(in, drive, j) : hn::Zero(tag);
  if (in.arriving_rows == nullptr) return heat;
  return hn::Add(heat, arriving_heat(in, in.writing, drive, j));
}

void set_heat(const RackHeatInputs& in, const Courses& courses, Block& block) {
  const Tag tag;
  const std::size_t rows = in.varying.size();
  for (std::size_t i = 0; i < block.drives; ++i) {
    const LedgerFleet::Holding* held = &in.held[block.drive[i] * in.factors.size()];
    const LedgerFleet::Mix mix = in.mixes[block.drive[i]];
    const bool has_row = in.rows != nullptr;
    const std::size_t at_first = has_row ? in.rows[block.drive[i]] : mix.first;
    const std::size_t at_second = has_row ? at_first : mix.second;
    const float* first = in.heat + at_first * rows * kLedgerEpochs;
    const float* second = in.heat + at_second * rows * kLedgerEpochs;
    bool is_strange = false;
    for (std::size_t j = 0; j < kLedgerEpochs; j += hn::Lanes(tag)) {
      auto sum = hn::Load(tag, &in.directed[j]);
      for (std::size_t u = 0; u < courses.classes; ++u) {
        const auto demand = hn::Set(tag, held[courses.tenant_class[u]].demand);
        sum = hn::Add(sum, hn::Mul(demand, hn::Load(tag, courses.heat[u] + j)));
      }
      for (std::size_t k = 0; k < rows; ++k) {
        const std::size_t at = k * kLedgerEpochs + j;
        const auto of_mix = hn::Add(hn::Load(tag, first + at), hn::Load(tag, second + at));
        const float share = block.share[k][i];
        is_strange = is_strange || share == 0;
        sum = hn::Add(sum, hn::Mul(hn::Set(tag, share), of_mix));
      }
      if (in.arriving_rows != nullptr) {
        sum = hn::Add(sum, arriving_heat(in, in.arriving, block.drive[i], j));
      }
      hn::Store(sum, tag, block.heat[i] + j);
    }
    if (is_strange && !has_row) add_strange(in, i, block);
  }
}

// Puts what is written and read whole on top of what is asked for.
void add_strokes(const RackHeatInputs& in, Block& block, RackHeatSums& sums) {
  const Tag tag;
  alignas(64) float out[3][kLedgerEpochs];
  for (std::size_t j = 0; j < kLedgerEpochs; j += hn::Lanes(tag)) {
    const auto reference = hn::Load(tag, &in.reference[j]);
    auto deviations = hn::Zero(tag);
    auto squares = hn::Zero(tag);
    auto all = hn::Zero(tag);
    for (std::size_t i = 0; i < block.drives; ++i) {
      const auto asked = hn::Load(tag, block.heat[i] + j);
      const auto deviation = hn::Sub(asked, reference);
      deviations = hn::Add(deviations, deviation);
      squares = hn::Add(squares, hn::Mul(deviation, deviation));
      const auto strokes = whole_shard_heat(in, block.drive[i], j);
      all = hn::Add(all, strokes);
      hn::Store(hn::Add(asked, strokes), tag, block.heat[i] + j);
    }
    hn::Store(deviations, tag, out[0] + j);
    hn::Store(squares, tag, out[1] + j);
    hn::Store(all, tag, out[2] + j);
  }
  for (std::size_t e = 0; e < kLedgerEpochs; ++e) {
    sums.asked_deviation[e] += static_cast<double>(out[0][e]);
    sums.asked_squares[e] += static_cast<double>(out[1][e]);
    sums.strokes[e] += static_cast<double>(out[2][e]);
  }
}

// Sums over the block's drives, by epoch; and the buckets of their heat.
void sum_up(const RackHeatInputs& in, Block& block, RackHeatSums& sums, float* hottest) {
  const Tag tag;
  const hn::RebindToUnsigned<Tag> bits;
  const auto zero = hn::Zero(tag);
  const auto one = hn::Set(tag, 1.0F);
  const auto limit = hn::Set(tag, static_cast<float>(kHotHeat));
  alignas(64) float out[3][kLedgerEpochs];
  for (std::size_t j = 0; j < kLedgerEpochs; j += hn::Lanes(tag)) {
    const auto reference = hn::Load(tag, &in.reference[j]);
    auto deviations = zero;
    auto squares = zero;
    auto hot = zero;
    auto max = hn::Load(tag, hottest + j);
    for (std::size_t i = 0; i < block.drives; ++i) {
      const auto heat = hn::Load(tag, block.heat[i] + j);
      const auto deviation = hn::Sub(heat, reference);
      deviations = hn::Add(deviations, deviation);
      squares = hn::Add(squares, hn::Mul(deviation, deviation));
      hot = hn::Add(hot, hn::IfThenElseZero(hn::Gt(heat, limit), one));
      max = hn::Max(max, heat);
      // Never below 0, whatever the last bit of a difference says.
      const auto bucket = hn::ShiftRight<kHeatBucketShift>(hn::BitCast(bits, hn::Max(heat, zero)));
      hn::Store(bucket, bits, block.bucket[i] + j);
    }
    hn::Store(deviations, tag, out[0] + j);
    hn::Store(squares, tag, out[1] + j);
    hn::Store(hot, tag, out[2] + j);
    hn::Store(max, tag, hottest + j);
  }
  for (std::size_t e = 0; e < kLedgerEpochs; ++e) {
    sums.deviation[e] += static_cast<double>(out[0][e]);
    sums.squares[e] += static_cast<double>(out[1][e]);
    sums.hot[e] += static_cast<double>(out[2][e]);
  }
  sums.present += static_cast<std::uint32_t>(block.drives);
}

// What each drive keeps for itself, and counts of heat. One array after the other: they lie alike
// in their pages, and a processor that compares only those bits of addresses lets a load of one
// wait for a store to the other.
void record(const RackHeatInputs& in, const Block& block, RackHeatOutputs& out) {
  float sums[kBlock];
  float hottest[kBlock];
  for (std::size_t i = 0; i < block.drives; ++i) {
    const float* heat = block.heat[i];
    for (std::size_t e = 0; e < in.epochs; ++e) ++out.buckets[block.bucket[i][e]];
    // In pairs, which need not wait for each other; epochs after the window's last have no heat.
    float sum[kLedgerEpochs / 2];
    float max[kLedgerEpochs / 2];
    for (std::size_t e = 0; e < kLedgerEpochs / 2; ++e) {
      sum[e] = heat[e] + heat[e + kLedgerEpochs / 2];
      max[e] = std::max(heat[e], heat[e + kLedgerEpochs / 2]);
    }
    sums[i] = (sum[0] + sum[1]) + (sum[2] + sum[3]);
    hottest[i] = std::max(std::max(max[0], max[1]), std::max(max[2], max[3]));
  }
  for (std::size_t i = 0; i < block.drives; ++i) out.sum[block.drive[i]] += sums[i];
  for (std::size_t i = 0; i < block.drives; ++i) {
    float& most = out.max[block.drive[i]];
    most = std::max(most, hottest[i]);
  }
  if (in.peak_epoch >= in.epochs || out.peak.empty()) return;
  for (std::size_t i = 0; i < block.drives; ++i) {
    out.peak[block.drive[i]] = block.heat[i][in.peak_epoch];
  }
}

void rack_ledger_heat_simd(const RackHeatInputs& in, RackHeatOutputs& out) {
  alignas(64) float hottest[kLedgerEpochs] = {};
  Block block;
  const Courses courses = courses_of(in);
  const auto drives = static_cast<std::uint32_t>(in.mixes.size());
  for (std::uint32_t next = 0; next < drives;) {
    fetch_drives(in, out, next + kAhead);
    next = gather(in, next, block);
    set_shares(in, block);
    set_heat(in, courses, block);
    if (in.has_whole_shards()) add_strokes(in, block, out.sums);
    sum_up(in, block, out.sums, hottest);
    record(in, block, out);
  }
  if (!in.has_whole_shards()) {
    out.sums.asked_deviation = out.sums.deviation;
    out.sums.asked_squares = out.sums.squares;
  }
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
