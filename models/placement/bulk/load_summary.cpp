#include "models/placement/bulk/load_summary.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "sim/compensated_sum.hpp"

namespace spindle::models {
namespace {

constexpr std::array kQuantiles = {0.001, 0.5, 0.99, 0.999};
constexpr std::size_t kBuckets = 1U << 16U;
constexpr double kMostBars = 60;

std::uint64_t rank_of(double p, std::uint64_t n) {
  const auto rank = static_cast<std::uint64_t>(std::ceil(p * static_cast<double>(n)));
  return std::clamp<std::uint64_t>(rank, 1, n);
}

// Loads counted in buckets of 2^shift of them, from the least on.
struct Counted {
  std::uint64_t drives = 0;
  std::uint32_t min = 0;
  std::uint32_t max = 0;
  unsigned shift = 0;
  std::vector<std::uint64_t> buckets;
};

Counted count(const EachLoad& loads) {
  Counted out;
  out.min = UINT32_MAX;
  loads([&](std::span<const std::uint32_t> run) {
    for (const std::uint32_t load : run) {
      out.min = std::min(out.min, load);
      out.max = std::max(out.max, load);
    }
    out.drives += run.size();
  });
  while (((out.max - out.min) >> out.shift) >= kBuckets) ++out.shift;
  out.buckets.resize(std::size_t{(out.max - out.min) >> out.shift} + 1);
  loads([&](std::span<const std::uint32_t> run) {
    for (const std::uint32_t load : run) ++out.buckets[(load - out.min) >> out.shift];
  });
  return out;
}

// The load of this rank, from 1 on.
std::uint32_t load_of_rank(const EachLoad& loads, const Counted& counted, std::uint64_t rank) {
  std::uint64_t before = 0;
  std::uint32_t bucket = 0;
  while (before + counted.buckets[bucket] < rank) before += counted.buckets[bucket++];
  if (counted.shift == 0) return counted.min + bucket;
  std::vector<std::uint32_t> near;
  loads([&](std::span<const std::uint32_t> run) {
    for (const std::uint32_t load : run) {
      if (((load - counted.min) >> counted.shift) == bucket) near.push_back(load);
    }
  });
  const auto nth = near.begin() + static_cast<std::ptrdiff_t>(rank - before - 1);
  std::nth_element(near.begin(), nth, near.end());
  return *nth;
}

// The least of 1, 2, 5, 10, … times a power of ten that is at least `width`.
double round_width(double width) {
  double power = 1;
  while (power > width) power /= 10;
  while (10 * power < width) power *= 10;
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (factor * power >= width) return factor * power;
  }
  return 10 * power;
}

std::vector<LoadBar> histogram(const EachLoad& loads, const LoadDistribution& load,
                               std::uint64_t base, double unit) {
  const double range = load.max - load.min;
  // Equal shards make whole loads, and bars narrower than one of them would stay empty.
  const double least = unit == 1 ? 1 : 1e-6;
  const double width = round_width(std::max(least, range / (kMostBars - 2)));
  const double first = std::floor(load.min / width);
  std::vector<LoadBar> bars(static_cast<std::size_t>(std::floor(load.max / width) - first) + 1);
  for (std::size_t i = 0; i < bars.size(); ++i) {
    bars[i].low = (first + static_cast<double>(i)) * width;
    bars[i].high = (first + static_cast<double>(i) + 1) * width;
  }
  loads([&](std::span<const std::uint32_t> run) {
    for (const std::uint32_t entry : run) {
      const double value = static_cast<double>(base + entry) * unit;
      const auto bar = static_cast<std::size_t>(std::floor(value / width) - first);
      ++bars[std::min(bar, bars.size() - 1)].drives;
    }
  });
  return bars;
}

}  // namespace

LoadSummary summarise(const EachLoad& loads, std::uint64_t base, double unit) {
  const Counted counted = count(loads);
  LoadSummary out;
  if (counted.drives == 0) return out;
  // Whole numbers: sums over the emptiest drive are exact, and so are squares below 2^64.
  std::uint64_t sum = 0;
  sim::CompensatedSum squares;
  loads([&](std::span<const std::uint32_t> run) {
    for (const std::uint32_t load : run) sum += load - counted.min;
  });
  const auto n = static_cast<double>(counted.drives);
  const double mean = static_cast<double>(sum) / n;
  loads([&](std::span<const std::uint32_t> run) {
    for (const std::uint32_t load : run) {
      const double off = static_cast<double>(load - counted.min) - mean;
      squares.add(off * off);
    }
  });
  const auto in_shards = [&](std::uint32_t load) {
    return static_cast<double>(base + load) * unit;
  };
  out.load.mean = in_shards(counted.min) + mean * unit;
  out.load.sd = std::sqrt(squares.value() / n) * unit;
  out.load.min = in_shards(counted.min);
  out.load.max = in_shards(counted.max);
  const std::array to = {&out.load.p0_1, &out.load.p50, &out.load.p99, &out.load.p99_9};
  for (std::size_t i = 0; i < to.size(); ++i) {
    *to[i] = in_shards(load_of_rank(loads, counted, rank_of(kQuantiles[i], counted.drives)));
  }
  out.histogram = histogram(loads, out.load, base, unit);
  return out;
}

LoadDistribution distribution_of(std::vector<double>& values) {
  LoadDistribution out;
  if (values.empty()) return out;
  sim::CompensatedSum sum;
  sim::CompensatedSum squares;
  for (const double value : values) sum.add(value);
  const auto n = static_cast<double>(values.size());
  out.mean = sum.value() / n;
  for (const double value : values) squares.add((value - out.mean) * (value - out.mean));
  out.sd = std::sqrt(squares.value() / n);
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  out.min = *low;
  out.max = *high;
  const std::array to = {&out.p0_1, &out.p50, &out.p99, &out.p99_9};
  for (std::size_t i = 0; i < to.size(); ++i) {
    const auto rank = static_cast<std::ptrdiff_t>(rank_of(kQuantiles[i], values.size()));
    std::nth_element(values.begin(), values.begin() + rank - 1, values.end());
    *to[i] = values[static_cast<std::size_t>(rank - 1)];
  }
  return out;
}

}  // namespace spindle::models
