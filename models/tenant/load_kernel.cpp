#include "models/tenant/load_kernel.hpp"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "models/tenant/load_kernel.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace spindle::models::detail::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

using Lanes = hn::CappedTag<double, LoadBlock::kEpochs>;

// All epochs of the block, as those that the overlap does not meet get + 0. Times are whole numbers
// below 2^53, exact in double.
void add_overlaps_simd(const Overlap* overlaps, std::size_t count, double epoch, LoadBlock& out) {
  const Lanes tag;
  const std::size_t lanes = hn::Lanes(tag);
  const auto length = hn::Set(tag, epoch);
  for (std::size_t j = 0; j < LoadBlock::kEpochs; j += lanes) {
    const auto first = hn::Mul(hn::Iota(tag, static_cast<double>(j)), length);
    const auto last = hn::Mul(hn::Iota(tag, static_cast<double>(j + 1)), length);
    for (std::size_t i = 0; i < count; ++i) {
      const Overlap& on = overlaps[i];
      const auto begin = hn::Max(hn::Set(tag, static_cast<double>(on.begin)), first);
      const auto end = hn::Min(hn::Set(tag, static_cast<double>(on.end)), last);
      const auto overlap = hn::Max(hn::Sub(end, begin), hn::Zero(tag));
      double* const sums = out.value[on.row] + j;
      const auto amount = hn::Mul(hn::Set(tag, on.rate), overlap);
      hn::Store(hn::Add(hn::Load(tag, sums), amount), tag, sums);
    }
  }
}

void scale_block_simd(LoadBlock& block, std::size_t rows, double factor) {
  const Lanes tag;
  const auto by = hn::Set(tag, factor);
  double* const all = block.value[0];
  for (std::size_t i = 0; i < rows * LoadBlock::kEpochs; i += hn::Lanes(tag)) {
    hn::Store(hn::Mul(hn::Load(tag, all + i), by), tag, all + i);
  }
}

void fill_waves_simd(const WaveEdges& edges, double length, const WaveRow* rows, std::size_t count,
                     LoadBlock& out) {
  const Lanes tag;
  const std::size_t lanes = hn::Lanes(tag);
  const auto constant = hn::Set(tag, length);
  for (std::size_t j = 0; j < LoadBlock::kEpochs; j += lanes) {
    const auto sine = hn::LoadU(tag, edges.sine + j);
    const auto cosine = hn::LoadU(tag, edges.cosine + j);
    const auto next_sine = hn::LoadU(tag, edges.sine + j + 1);
    const auto next_cosine = hn::LoadU(tag, edges.cosine + j + 1);
    for (std::size_t i = 0; i < count; ++i) {
      const auto row_sine = hn::Set(tag, rows[i].sine);
      const auto row_cosine = hn::Set(tag, rows[i].cosine);
      const auto last = hn::Add(hn::Mul(sine, row_cosine), hn::Mul(cosine, row_sine));
      const auto next = hn::Add(hn::Mul(next_sine, row_cosine), hn::Mul(next_cosine, row_sine));
      const auto amount = hn::Max(hn::Add(constant, hn::Sub(next, last)), hn::Zero(tag));
      hn::Store(hn::Mul(amount, hn::Set(tag, rows[i].scale)), tag, out.value[i] + j);
    }
  }
}

void write_scaled_simd(const LoadBlock& block, const double* factors, std::size_t rows,
                       std::size_t stride, double* out) {
  const Lanes tag;
  for (std::size_t i = 0; i < rows; ++i) {
    const auto factor = hn::Set(tag, factors[i]);
    for (std::size_t j = 0; j < LoadBlock::kEpochs; j += hn::Lanes(tag)) {
      hn::StoreU(hn::Mul(hn::Load(tag, block.value[i] + j), factor), tag, out + i * stride + j);
    }
  }
}

}  // namespace spindle::models::detail::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace spindle::models::detail {
namespace {

HWY_EXPORT(add_overlaps_simd);
HWY_EXPORT(scale_block_simd);
HWY_EXPORT(fill_waves_simd);
HWY_EXPORT(write_scaled_simd);

// Blocks of this many ns and more, of epochs of 13 days, do not fit into the mantissa of a double.
constexpr std::int64_t kLongBlock = std::int64_t{1} << 53;

void add_long_overlap(const Overlap& on, std::int64_t epoch, std::size_t epochs, double* sums) {
  std::int64_t first = 0;
  for (std::size_t j = 0; j < epochs; ++j, first += epoch) {
    const std::int64_t overlap =
        std::min(on.end - first, epoch) - std::max(on.begin - first, std::int64_t{0});
    if (overlap > 0) sums[j] += on.rate * static_cast<double>(overlap);
  }
}

}  // namespace

void add_overlaps(std::span<const Overlap> overlaps, std::int64_t epoch, std::size_t epochs,
                  LoadBlock& out) {
  constexpr auto kEpochs = static_cast<std::int64_t>(LoadBlock::kEpochs);
  if (epoch >= kLongBlock / kEpochs) {
    for (const Overlap& on : overlaps) add_long_overlap(on, epoch, epochs, out.value[on.row]);
    return;
  }
  HWY_DYNAMIC_DISPATCH(add_overlaps_simd)
  (overlaps.data(), overlaps.size(), static_cast<double>(epoch), out);
}

void scale_block(LoadBlock& block, std::size_t rows, double factor) {
  HWY_DYNAMIC_DISPATCH(scale_block_simd)(block, rows, factor);
}

void fill_waves(const WaveEdges& edges, double length, std::span<const WaveRow> rows,
                LoadBlock& out) {
  HWY_DYNAMIC_DISPATCH(fill_waves_simd)(edges, length, rows.data(), rows.size(), out);
}

void write_scaled(const LoadBlock& block, std::span<const double> factors, std::size_t epochs,
                  std::size_t stride, double* out) {
  if (epochs == LoadBlock::kEpochs) {
    HWY_DYNAMIC_DISPATCH(write_scaled_simd)(block, factors.data(), factors.size(), stride, out);
    return;
  }
  for (std::size_t i = 0; i < factors.size(); ++i) {
    for (std::size_t j = 0; j < epochs; ++j) out[i * stride + j] = block.value[i][j] * factors[i];
  }
}

}  // namespace spindle::models::detail
#endif
