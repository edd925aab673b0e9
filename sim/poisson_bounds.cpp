#include "sim/poisson_bounds.hpp"

#include "sim/math.hpp"
#include "sim/parameter_check.hpp"
#include "sim/special_functions.hpp"

namespace spindle::sim {
namespace {

constexpr double kNegligible = 1e-17;  // of a sum

// P(X <= count), for means above it: terms fall from that of `count` on.
double at_most(std::uint64_t count, double mean) {
  double sum = 1;
  double term = 1;
  for (std::uint64_t k = count; k > 0 && term > kNegligible * sum; --k) {
    term *= static_cast<double>(k) / mean;
    sum += term;
  }
  return sum * exp(log_poisson_probability(count, mean));
}

// P(X >= count), for means below it.
double at_least(std::uint64_t count, double mean) {
  double sum = 1;
  double term = 1;
  for (std::uint64_t k = count + 1; term > kNegligible * sum; ++k) {
    term *= mean / static_cast<double>(k);
    sum += term;
  }
  return sum * exp(log_poisson_probability(count, mean));
}

// The mean at which `is_beyond`, false at `low` and true at `high`, becomes true.
template <class IsBeyond>
double border(double low, double high, IsBeyond is_beyond) {
  while (high - low > 1e-10 * high) {
    const double middle = low + (high - low) / 2;
    if (middle <= low || middle >= high) break;
    (is_beyond(middle) ? high : low) = middle;
  }
  return low + (high - low) / 2;
}

}  // namespace

Interval exact_poisson_interval(std::uint64_t count, double confidence) {
  check_parameter(confidence > 0 && confidence < 1, "poisson: confidence", confidence,
                  "more than 0, less than 1");
  const double tail = (1 - confidence) / 2;
  const auto n = static_cast<double>(count);
  if (count == 0) return {0, 0, -log(tail)};
  // At `count` itself either tail holds 0.37 or more; below that a bound lies on the near side.
  const auto reaches = [&](double mean) { return at_least(count, mean) > tail; };
  const auto exceeds = [&](double mean) { return at_most(count, mean) < tail; };
  double high = n + 1;
  while (!exceeds(high)) high *= 2;
  return {n, border(0x1p-1000, n, reaches), border(n, high, exceeds)};
}

}  // namespace spindle::sim
