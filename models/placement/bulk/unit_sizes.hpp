#pragma once
// Sizes of objects as whole quanta: loads of unequal sizes are sums of 32-bit whole numbers, exact
// and the same in any order.
//
// A quantum is 2^-q of the mean size, q = 16 or less where drives hold so much that 32 bits would
// not do for 16 times the mean load. Sizes are rounded to the nearest quantum, at least one: with q
// = 16 by 7.6e-6 of the mean at most.

#include <cstdint>
#include <optional>
#include <vector>

#include "models/placement/bulk/bulk_options.hpp"
#include "sim/distributions.hpp"
#include "sim/empirical.hpp"

namespace spindle::models {

class UnitSizes {
 public:
  // `mean_load` in shards of mean size a drive. Precondition: bulk_problems found none.
  UnitSizes(const BulkSizes& sizes, double mean_load);

  [[nodiscard]] bool is_constant() const { return law_ == BulkSizes::Law::kConstant; }
  [[nodiscard]] std::uint32_t quanta_of_mean() const { return quanta_; }
  // The size that a random word stands for, in quanta.
  [[nodiscard]] std::uint32_t of(std::uint64_t word) const;

 private:
  [[nodiscard]] std::uint32_t rounded(double size) const;

  BulkSizes::Law law_;
  std::uint32_t quanta_ = 1;
  std::optional<sim::LogNormal> lognormal_;
  std::optional<sim::Discrete> table_;
  std::vector<std::uint32_t> table_quanta_;
};

}  // namespace spindle::models
