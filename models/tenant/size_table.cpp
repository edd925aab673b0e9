#include "models/tenant/size_table.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <utility>

namespace spindle::models {
namespace {

constexpr double kAtom = 0.01;

// The middle of the 64 steps an octave that sim::LogHistogram has.
std::uint64_t coarse(std::uint64_t bytes) {
  constexpr int kKeptBits = 7;
  const auto bits = static_cast<int>(std::bit_width(bytes));
  if (bits <= kKeptBits) return bytes;
  const int dropped = bits - kKeptBits;
  return (bytes >> dropped << dropped) + (std::uint64_t{1} << dropped) / 2;
}

}  // namespace

void SizeTable::add(std::uint64_t bytes) {
  bytes = std::max<std::uint64_t>(bytes, 1);
  ++count_;
  bytes_ += static_cast<double>(bytes);
  ++counts_[is_coarse_ ? coarse(bytes) : bytes];
  if (!is_coarse_ && counts_.size() > kMostSizes) coarsen();
}

void SizeTable::coarsen() {
  is_coarse_ = true;
  std::unordered_map<std::uint64_t, std::uint64_t> counts;
  for (const auto& [bytes, count] : counts_) counts[coarse(bytes)] += count;
  counts_ = std::move(counts);
}

double SizeTable::mean() const {
  return count_ == 0 ? 0 : bytes_ / static_cast<double>(count_);
}

std::vector<SizeLaw::Quantile> SizeTable::quantiles() const {
  // The map's order does not show: what is made of it is sorted.
  std::vector<std::pair<std::uint64_t, std::uint64_t>> sizes(counts_.begin(), counts_.end());
  std::sort(sizes.begin(), sizes.end());
  std::vector<double> shares = {0, 0.01, 0.02, 0.05};
  for (int percent = 10; percent <= 95; percent += 5) shares.push_back(percent / 100.0);
  shares.insert(shares.end(), {0.98, 0.99});
  const auto n = static_cast<double>(count_);
  std::vector<double> tail;
  // At the middles of their ranks: the largest size then has a share of 1/n, and the mean is right.
  for (double above = 0; (above + 0.5) / n < 0.01; above = std::max(1.0, 2 * above)) {
    tail.push_back(1 - (above + 0.5) / n);
  }
  shares.insert(shares.end(), tail.rbegin(), tail.rend());

  std::vector<SizeLaw::Quantile> out;
  // Where sizes that many requests have meet, the one below ended where this one begins.
  const auto add = [&](double share, std::uint64_t bytes) {
    const SizeLaw::Quantile q{share, static_cast<double>(bytes)};
    if (out.empty() || q.bytes > out.back().bytes || q.share > out.back().share) out.push_back(q);
  };
  std::size_t next = 0;  // share
  std::uint64_t below = 0;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    const auto [bytes, count] = sizes[i];
    const double from = static_cast<double>(below) / n;
    below += count;
    const double to = static_cast<double>(below) / n;
    const bool is_atom = to - from >= kAtom;
    if (is_atom) {
      // Sizes rise up to the one below, and from this one's share on there is no other.
      if (i > 0) add(from, sizes[i - 1].first);
      add(from, bytes);
    }
    // The value of rank ceil(share n), as quantiles of a trace are told.
    for (; next < shares.size() && shares[next] * n * (1 - 1e-12) <= static_cast<double>(below);
         ++next) {
      if (!is_atom) add(shares[next], bytes);
    }
    if (is_atom) {
      add(to, bytes);
      if (i + 1 < sizes.size()) add(to, sizes[i + 1].first);
    }
  }
  return out;
}

}  // namespace spindle::models
