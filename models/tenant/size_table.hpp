#pragma once
// Sizes of the requests of a trace, as a few quantiles that a law of sizes (size_law.hpp) is made
// of.

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "models/tenant/size_law.hpp"

namespace spindle::models {

class SizeTable {
 public:
  // Exact up to so many distinct sizes; beyond, sizes count in steps of 1/128 of theirs.
  static constexpr std::size_t kMostSizes = 100'000;

  // 0 bytes count as 1: the least that a law of sizes has.
  void add(std::uint64_t bytes);

  [[nodiscard]] std::uint64_t count() const { return count_; }
  [[nodiscard]] double mean() const;  // 0 of none
  // Shares 0.01, 0.02, 0.05, 0.1, 0.15, … 0.95, 0.98, 0.99, then ranks from the largest that
  // double; a size that 1 % of the requests or more have stands at both ends of its share.
  // Ascending.
  [[nodiscard]] std::vector<SizeLaw::Quantile> quantiles() const;

 private:
  void coarsen();

  std::unordered_map<std::uint64_t, std::uint64_t> counts_;
  std::uint64_t count_ = 0;
  double bytes_ = 0;
  bool is_coarse_ = false;
};

}  // namespace spindle::models
