#pragma once
// The inner loops of loads side by side: vectorised, with the same bits on every instruction set.

#include <cstdint>
#include <span>

#include "models/tenant/load_rows.hpp"

namespace spindle::models::detail {

// A constant rate from `begin` to `end`, ns since the window's begin, both within the window.
struct Overlap {
  std::int64_t begin;
  std::int64_t end;  // > begin
  double rate;       // >= 0
  std::size_t row;
};

// Adds to each of the `epochs` epochs (ns each) of the overlaps' rows rate * ns of overlap. A row's
// overlaps are added in their order.
void add_overlaps(std::span<const Overlap> overlaps, std::int64_t epoch, std::size_t epochs,
                  LoadBlock& out);

// The first rows, times a factor.
void scale_block(LoadBlock& block, std::size_t rows, double factor);

// A wave that swings around 1: over epoch j a row's mean is, but for its scale,
//   max(0, length + wave(j + 1) - wave(j)), wave(j) = sine[j] * row.cosine + cosine[j] * row.sine.
struct WaveEdges {
  double sine[LoadBlock::kEpochs + 1];
  double cosine[LoadBlock::kEpochs + 1];
};
struct WaveRow {
  double sine;
  double cosine;
  double scale;
};
void fill_waves(const WaveEdges& edges, double length, std::span<const WaveRow> rows,
                LoadBlock& out);

// The first `epochs` of row i times factors[i], to out + i * stride.
void write_scaled(const LoadBlock& block, std::span<const double> factors, std::size_t epochs,
                  std::size_t stride, double* out);

}  // namespace spindle::models::detail
