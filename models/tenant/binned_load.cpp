#include "models/tenant/binned_load.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "sim/math.hpp"
#include "sim/time.hpp"

namespace spindle::models {
namespace {

constexpr double kNoRatio = std::numeric_limits<double>::quiet_NaN();
constexpr double kLn2 = 0.6931471805599453;
constexpr std::uint64_t kFewestPairs = 8;
constexpr double kFewestRequests = 10;  // a bin
constexpr std::size_t kFewestScales = 3;

// Entropy of a coin, in bits; 0 < p < 1.
double coin_bits(double p) {
  return -(p * sim::log(p) + (1 - p) * sim::log1p(-p)) / kLn2;
}

// b >= 1/2 with coin_bits(b) = bits.
double bias_of_bits(double bits) {
  double low = 0.5, high = 1;
  for (int i = 0; i < 60; ++i) {
    const double middle = (low + high) / 2;
    (middle < 1 && coin_bits(middle) > bits ? low : high) = middle;
  }
  return low;
}

}  // namespace

void BinnedLoad::close_until(std::int64_t bin) {
  if (bin <= bin_) return;
  moments_.add(filling_);
  filling_ = 0;
  const auto empty = static_cast<std::uint64_t>(bin - bin_ - 1);
  if (empty > 0) moments_.merge(sim::Moments(empty, 0, 0, 0, 0));
  bin_ = bin;
}

void BinnedLoad::add(std::int64_t time_ns, double amount) {
  close_until(time_ns / width_ns_);
  filling_ += amount;
}

double BinnedLoad::peak_to_mean() const {
  return moments_.count() == 0 || moments_.mean() == 0 ? kNoRatio
                                                       : moments_.max() / moments_.mean();
}

double BinnedLoad::dispersion() const {
  return moments_.count() < 2 || moments_.mean() == 0 ? kNoRatio
                                                      : moments_.variance() / moments_.mean();
}

DyadicLoad::DyadicLoad(std::int64_t per_second, std::int64_t sample_ns, bool are_counts)
    : per_second_(per_second), sample_ns_(sample_ns), are_counts_(are_counts) {}

std::int64_t DyadicLoad::bin_of(std::int64_t time_ns) const {
  if (sample_ns_ > 0) return time_ns / sample_ns_;
  return time_ns / sim::kSecond * per_second_ + time_ns % sim::kSecond * per_second_ / sim::kSecond;
}

double DyadicLoad::width_s(std::size_t scale) const {
  const double finest =
      sample_ns_ > 0 ? static_cast<double>(sample_ns_) / 1e9 : 1 / static_cast<double>(per_second_);
  return std::ldexp(finest, static_cast<int>(scale));
}

// The sum of a pair that is complete now.
std::optional<double> DyadicLoad::pair_up(Scale& scale, double right) const {
  scale.has_left = !scale.has_left;
  if (scale.has_left) {
    scale.left = right;
    return std::nullopt;
  }
  const double left = scale.left;
  const double sum = left + right;
  ++scale.pairs;
  scale.total += sum;
  scale.squares += (left - right) * (left - right);
  double bits = left > 0 && right > 0 ? sum * coin_bits(left / sum) : 0;
  // Of counts the entropy is seen 1 / (2 s ln 2) bits too low, s requests in two bins (Miller
  // 1955).
  if (are_counts_ && sum > 0) bits = std::min(sum, bits + 0.5 / kLn2);
  scale.bits += bits;
  return sum;
}

// Bins are over up to `bin`: the one that was filled, then empty ones. These pass through a scale
// in pairs, so that a gap costs one step a scale and not one a bin.
void DyadicLoad::close_until(std::int64_t bin) {
  if (bin <= bin_) return;
  auto empty = static_cast<std::uint64_t>(bin - bin_ - 1);
  std::optional<double> sum = filling_;
  filling_ = 0;
  bin_ = bin;
  for (std::size_t i = 0; i < kScales && (sum || empty > 0); ++i) {
    Scale& scale = scales_[i];
    if (sum) sum = pair_up(scale, *sum);
    if (empty > 0 && scale.has_left) {
      sum = pair_up(scale, 0);
      --empty;
    }
    scale.pairs += empty / 2;
    if (empty % 2 == 1) pair_up(scale, 0);
    empty /= 2;
  }
}

void DyadicLoad::add(std::int64_t time_ns, double amount) {
  close_until(bin_of(time_ns));
  filling_ += amount;
}

void DyadicLoad::finish(std::int64_t end_ns) {
  close_until(bin_of(end_ns));
}

std::size_t DyadicLoad::first_scale() const {
  const auto is_sparse = [&](const Scale& scale) {
    return are_counts_ && scale.total < 2 * kFewestRequests * static_cast<double>(scale.pairs);
  };
  std::size_t first = 0;
  while (first < kScales && is_sparse(scales_[first])) ++first;
  return first;
}

std::optional<DyadicLoad::Range> DyadicLoad::usable(std::size_t first) const {
  Range range{first, first};
  while (range.last < kScales && scales_[range.last].pairs >= kFewestPairs &&
         scales_[range.last].squares > 0) {
    ++range.last;
  }
  if (range.last < range.first + kFewestScales) return std::nullopt;
  return range;
}

// log2 of the mean square of a - b grows by 2 H a doubling of the scale. Each scale's logarithm has
// a variance about inverse to its pairs, which weigh it.
double DyadicLoad::half_slope(const Range& range) const {
  double weights = 0, x_mean = 0, y_mean = 0;
  const auto x = [](std::size_t i) { return static_cast<double>(i); };
  const auto weight = [&](std::size_t i) { return static_cast<double>(scales_[i].pairs); };
  const auto y = [&](std::size_t i) { return sim::log(mean_square(i)) / kLn2; };
  for (std::size_t i = range.first; i < range.last; ++i) {
    weights += weight(i);
    x_mean += weight(i) * x(i);
    y_mean += weight(i) * y(i);
  }
  x_mean /= weights;
  y_mean /= weights;
  double xy = 0, xx = 0;
  for (std::size_t i = range.first; i < range.last; ++i) {
    xy += weight(i) * (x(i) - x_mean) * (y(i) - y_mean);
    xx += weight(i) * (x(i) - x_mean) * (x(i) - x_mean);
  }
  return xy / xx / 2;
}

// A load that is constant within intervals is smooth on scales below them: there the mean square
// grows more than fourfold a doubling, as that of no self-similar load does (H <= 1).
std::optional<DyadicLoad::Estimate> DyadicLoad::hurst(std::size_t first) const {
  const auto all = usable(first);
  if (!all) return std::nullopt;
  Range range = *all;
  while (range.last - range.first > kFewestScales &&
         mean_square(range.first + 1) > 4 * mean_square(range.first)) {
    ++range.first;
  }
  double value = half_slope(range);
  if (value > 1) {  // not for being smooth below some scale: a trend
    range = *all;
    value = half_slope(range);
  }
  return Estimate{value, width_s(range.first), width_s(range.last - 1)};
}

// Each halving of a bin adds h(b) bits to the entropy of where the load is.
std::optional<DyadicLoad::Estimate> DyadicLoad::bias(std::size_t first) const {
  const auto range = usable(first);
  if (!range) return std::nullopt;
  double bits = 0;
  for (std::size_t i = range->first; i < range->last; ++i) {
    bits += scales_[i].bits / scales_[i].total;
  }
  bits /= static_cast<double>(range->last - range->first);
  return Estimate{bias_of_bits(bits), width_s(range->first), width_s(range->last - 1)};
}

}  // namespace spindle::models
