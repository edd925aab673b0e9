#include "models/placement/bulk/unit_sizes.hpp"

#include <algorithm>
#include <numeric>

#include "models/placement/bulk/bulk_draws.hpp"
#include "sim/math.hpp"

namespace spindle::models {

UnitSizes::UnitSizes(const BulkSizes& sizes, double mean_load) : law_(sizes.law) {
  if (is_constant()) return;
  quanta_ = 1U << 16U;
  while (quanta_ > 1 && 16 * mean_load * quanta_ > 0x1p32) quanta_ /= 2;
  if (law_ == BulkSizes::Law::kLognormal) lognormal_ = sim::LogNormal::of_mean(1, sizes.cv);
  if (law_ != BulkSizes::Law::kTable) return;
  table_.emplace(sizes.weights);
  const double weight = std::accumulate(sizes.weights.begin(), sizes.weights.end(), 0.0);
  double mean = 0;
  for (std::size_t i = 0; i < sizes.values.size(); ++i) {
    mean += sizes.values[i] * (sizes.weights[i] / weight);
  }
  for (const double value : sizes.values) table_quanta_.push_back(rounded(value / mean));
}

std::uint32_t UnitSizes::of(std::uint64_t word) const {
  switch (law_) {
    case BulkSizes::Law::kConstant:
      return 1;
    case BulkSizes::Law::kExponential:
      return rounded(-sim::log(uniform_of(word)));
    case BulkSizes::Law::kLognormal:
      return rounded(lognormal_->from_uniform(uniform_of(word)));
    case BulkSizes::Law::kTable:
      break;
  }
  return table_quanta_[table_->from_bits(word)];
}

std::uint32_t UnitSizes::rounded(double size) const {
  return static_cast<std::uint32_t>(std::clamp(size * quanta_ + 0.5, 1.0, 0x1p32 - 1));
}

}  // namespace spindle::models
