#include "models/tenant/cascade_fit.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <stdexcept>
#include <utility>

#include "sim/time.hpp"

namespace spindle::models {
namespace {

constexpr std::int64_t kFewestBins = 4;    // of the widest scale
constexpr std::int64_t kMostLeftOut = 10;  // a tenth of the span

std::vector<std::int64_t> series_widths(std::int64_t span_ns, std::int64_t sample_ns) {
  std::vector<std::int64_t> widths{sample_ns};
  for (const std::int64_t width : {sim::kMinute, sim::kHour, sim::kDay}) {
    const bool fits =
        width > widths.front() && width % widths.front() == 0 && span_ns / width >= kFewestBins;
    if (fits) widths.insert(widths.begin(), width);
  }
  // Samples that no hour is made of.
  constexpr std::int64_t kTen = 10;
  while (widths.size() < 3 && span_ns / widths.front() >= kTen * kFewestBins) {
    widths.insert(widths.begin(), kTen * widths.front());
  }
  return widths;
}

// `values` scaled to add up to `total`, none above `cap`; what the cap cuts off goes to the others,
// and, where all that is above 0 is at the cap, evenly to the zeros. Precondition: total <= cap *
// values.size().
void scale_below(std::vector<double>& values, double total, double cap) {
  std::vector<bool> capped(values.size(), false);
  for (;;) {
    double left = total, free = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
      (capped[i] ? left : free) += capped[i] ? -cap : values[i];
    }
    if (free <= 0) {
      const auto zeros = static_cast<double>(std::count(capped.begin(), capped.end(), false));
      for (std::size_t i = 0; i < values.size(); ++i) {
        values[i] = capped[i] ? cap : std::max(0.0, left) / zeros;
      }
      return;
    }
    bool changed = false;
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (capped[i] || values[i] * left <= cap * free) continue;
      capped[i] = changed = true;
    }
    if (changed) continue;
    for (std::size_t i = 0; i < values.size(); ++i) {
      values[i] = capped[i] ? cap : values[i] * left / free;
    }
    return;
  }
}

}  // namespace

std::vector<std::int64_t> cascade_widths(std::int64_t span_ns, std::int64_t sample_ns) {
  if (sample_ns > 0) return series_widths(span_ns, sample_ns);
  const std::vector<std::vector<std::int64_t>> choices = {
      {sim::kDay, sim::kHour, sim::kMinute, sim::kSecond},
      {sim::kHour, sim::kMinute, sim::kSecond},
      {10 * sim::kMinute, sim::kMinute, sim::kSecond}};
  const std::vector<std::int64_t>* widest_fit = nullptr;
  for (const auto& widths : choices) {
    if (span_ns / widths.front() < kFewestBins) continue;
    if (span_ns % widths.front() <= span_ns / kMostLeftOut) return widths;
    if (widest_fit == nullptr) widest_fit = &widths;
  }
  if (widest_fit != nullptr) return *widest_fit;
  std::int64_t widest = 10 * sim::kSecond;
  while (widest > 1000 && span_ns / widest < kFewestBins) widest /= 10;
  return {widest, widest / 10, widest / 100};
}

CascadeFit::CascadeFit(std::vector<std::int64_t> widths_ns, std::int64_t end_ns) : end_ns_(end_ns) {
  if (widths_ns.empty()) throw std::invalid_argument("no widths of bins — give e.g. 1 h and 1 s");
  for (std::size_t i = 0; i < widths_ns.size(); ++i) {
    const std::int64_t width = widths_ns[i];
    const std::int64_t k = i == 0 || width <= 0 ? 2 : widths_ns[i - 1] / width;
    const bool is_whole = i == 0 || width <= 0 || widths_ns[i - 1] % width == 0;
    if (width <= 0 || !is_whole || k < 2 || k > static_cast<std::int64_t>(Cascade::kMostShares)) {
      throw std::invalid_argument(
          "widths of bins do not divide each other (each must be 2 to 10,000 of the next) — give "
          "them from the widest to the finest, e.g. 1 h, 1 min, 1 s");
    }
    Level level;
    level.width_ns = width;
    levels_.push_back(std::move(level));
    if (i > 0) levels_[i - 1].ranked.assign(static_cast<std::size_t>(k), 0.0);
  }
  fitted_ns_ = end_ns - end_ns % widths_ns.front();
}

// The bin is over: its load is a part of the bin above, and its own parts count by rank.
void CascadeFit::close_bin(std::size_t index) {
  Level& level = levels_[index];
  level.load_peak = std::max(level.load_peak, level.filling);
  if (level.bin >= fitted_ns_ / level.width_ns) {
    level.filling = 0;
    return;
  }
  level.whole.add(level.filling);
  level.peak = std::max(level.peak, level.filling);
  if (level.filling > 0) {
    if (index > 0) {
      levels_[index - 1].parts.push_back(level.filling);
    } else if (static_cast<std::size_t>(level.bin) < Cascade::kMostShares) {
      tops_.push_back(level.filling);
    }
  }
  std::sort(level.parts.begin(), level.parts.end(), std::greater<>());
  for (std::size_t i = 0; i < level.parts.size(); ++i) level.ranked[i] += level.parts[i];
  level.parts.clear();
  level.filling = 0;
}

void CascadeFit::close_until(std::size_t index, std::int64_t time_ns) {
  Level& level = levels_[index];
  const std::int64_t bin = time_ns / level.width_ns;
  if (bin <= level.bin) return;
  close_bin(index);
  level.bin = bin;
}

void CascadeFit::add(std::int64_t time_ns, double amount) {
  all_.add(amount);
  for (std::size_t i = levels_.size(); i-- > 0;) {
    close_until(i, time_ns);
    levels_[i].filling += amount;
  }
}

// The greatest share is given; the others are like the data's, by rank, and none is greater.
std::vector<double> CascadeFit::shares_below(std::size_t level, double peak_share) const {
  std::vector<double> shares = levels_[level].ranked;
  const double even = 1 / static_cast<double>(shares.size());
  const double greatest = std::clamp(peak_share, even, 1.0);
  std::vector<double> others(shares.begin() + 1, shares.end());
  scale_below(others, 1 - greatest, greatest);
  shares.front() = greatest;
  std::copy(others.begin(), others.end(), shares.begin() + 1);
  return shares;
}

CascadeFit::Result CascadeFit::finish() {
  Result result;
  for (std::size_t i = levels_.size(); i-- > 0;) close_until(i, end_ns_);
  for (const Level& level : levels_) {
    Scale scale{level.width_ns, static_cast<std::uint64_t>(fitted_ns_ / level.width_ns), level.peak,
                0, level.load_peak};
    const double mean = level.whole.value() / static_cast<double>(scale.bins);
    if (scale.bins > 0 && mean > 0) scale.peak_to_mean = level.peak / mean;
    result.scales.push_back(scale);
  }
  result.fitted_ns = fitted_ns_;
  result.fitted = levels_.back().whole.value();
  result.all = all_.value();
  if (fitted_ns_ == 0) return result;
  result.rate_per_s =
      result.fitted / static_cast<double>(fitted_ns_) * static_cast<double>(sim::kSecond);
  const Scale& widest = result.scales.front();
  if (widest.bins < 2 || widest.bins > Cascade::kMostShares || tops_.empty()) return result;
  const double all = std::accumulate(tops_.begin(), tops_.end(), 0.0);
  tops_.resize(widest.bins, 0.0);
  std::sort(tops_.begin(), tops_.end(), std::greater<>());
  for (double& top : tops_) top /= all;
  std::vector<std::vector<double>> shares{tops_};
  for (std::size_t i = 1; i < levels_.size(); ++i) {
    const auto k = static_cast<double>(levels_[i - 1].ranked.size());
    shares.push_back(
        shares_below(i - 1, result.scales[i].peak_to_mean / result.scales[i - 1].peak_to_mean / k));
  }
  result.cascade.emplace(sim::Duration::nanoseconds(fitted_ns_), std::move(shares));
  return result;
}

}  // namespace spindle::models
