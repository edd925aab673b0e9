#include "models/tenant/load_statistics.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <vector>

#include "models/tenant/trace_load.hpp"

namespace spindle::models {

std::uint64_t quantile_index(std::uint64_t count, double share) {
  // 0.9999 is not a binary fraction: the slack keeps 0.9999 * 10,000 at rank 9,999.
  return static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(count) * (1 - 1e-12))) -
         1;
}

double quantile(std::span<const double> values, double share) {
  if (values.empty() || !(share > 0 && share <= 1)) {
    throw std::invalid_argument("quantile of no values, or share outside (0, 1]");
  }
  std::vector<double> sorted(values.begin(), values.end());
  const auto nth =
      sorted.begin() + static_cast<std::ptrdiff_t>(quantile_index(sorted.size(), share));
  std::nth_element(sorted.begin(), nth, sorted.end());
  return *nth;
}

LoadStatistics load_statistics(std::span<const double> loads) {
  if (loads.empty()) return {};
  detail::CompensatedSum sum;
  for (const double load : loads) sum.add(load);
  LoadStatistics out;
  out.mean = sum.value() / static_cast<double>(loads.size());
  if (out.mean > 0) {
    out.peak_to_mean = *std::max_element(loads.begin(), loads.end()) / out.mean;
    out.q9999_to_mean = quantile(loads, 0.9999) / out.mean;
  }
  return out;
}

}  // namespace spindle::models
