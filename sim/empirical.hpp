#pragma once
// Distributions given by a table: outcomes with weights, and histograms of measured values.
//
// Errors: std::invalid_argument at construction for tables out of the stated range.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sim/random_stream.hpp"

namespace spindle::sim {

// Index i of n with probability weights[i] / sum, by the alias method (Walker 1977; set up in
// linear time by Vose 1991): constant cost, about 6 ns and one cache miss a draw, two words of the
// stream. Probabilities are met to about 1e-15. Memory: 16 bytes an outcome.
class Discrete {
 public:
  static constexpr std::uint64_t kWordsPerDraw = 2;
  // 1 to 2^32 - 1 weights, all >= 0 and finite, their sum positive and finite.
  explicit Discrete(std::span<const double> weights);

  [[nodiscard]] std::uint32_t draw(RandomStream& random) const {
    return from_bits(random.next_u64());
  }
  // Bits times outcomes, in 96 bits: the upper 32 are the column, the lower 64 the height in it.
  [[nodiscard]] std::uint32_t from_bits(std::uint64_t bits) const {
    const std::uint64_t outcomes = columns_.size();
    const std::uint64_t low = (bits & 0xffffffffU) * outcomes;
    const std::uint64_t high = (bits >> 32) * outcomes + (low >> 32);
    const auto index = static_cast<std::uint32_t>(high >> 32);
    const std::uint64_t height = (high << 32) | (low & 0xffffffffU);
    return height < columns_[index].own ? index : columns_[index].alias;
  }
  [[nodiscard]] std::size_t outcomes() const { return columns_.size(); }

 private:
  struct Column {
    std::uint64_t own = 0;    // heights below this are the column's own outcome
    std::uint32_t alias = 0;  // the rest; a full column is its own alias
  };
  std::vector<Column> columns_;
};

// Values spread evenly within each bin of a measured histogram; with bins of equal weight, a table
// of quantiles joined by straight lines. Four words of the stream a draw.
class Histogram {
 public:
  static constexpr std::uint64_t kWordsPerDraw = 4;
  // Bin i is [edges[i], edges[i + 1]): one edge more than weights, finite and ascending, each bin
  // of a finite width (equal edges put a bin's whole weight on one value). Weights as for Discrete.
  Histogram(std::span<const double> edges, std::span<const double> weights);

  [[nodiscard]] double draw(RandomStream& random) const {
    const std::uint32_t bin = bins_.draw(random);
    const double low = edges_[bin];
    const double high = edges_[bin + 1];
    const double value = low + random.uniform() * (high - low);
    return value < high ? value : largest_below(high, low);
  }

 private:
  // Where a value near a bin's end was rounded up to it. Exact: no bits depend on the library.
  static double largest_below(double high, double low) {
    return std::max(low, std::nextafter(high, low));
  }

  std::vector<double> edges_;
  Discrete bins_;
};

}  // namespace spindle::sim
