// Largest remainder (Hamilton's method) with a floor of one extent each.

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <string>

#include "models/tenant/population.hpp"
#include "models/tenant/trace_load.hpp"

namespace spindle::models {
namespace {

using Indices = std::vector<std::size_t>;

double sum_of(const std::vector<double>& shares, const Indices& of) {
  detail::CompensatedSum total;
  for (const std::size_t i : of) total.add(shares[i]);
  return total.value();
}

// Those whose exact quota is below one extent get one each; that leaves less for the others, so
// more may fall below one: repeated until none does. Returns the others and takes what was given
// from `extents`.
Indices give_minimum(const std::vector<double>& shares, std::uint64_t& extents,
                     std::vector<std::uint32_t>& out) {
  Indices rest(shares.size());
  std::iota(rest.begin(), rest.end(), std::size_t{0});
  for (;;) {
    const double per_share = static_cast<double>(extents) / sum_of(shares, rest);
    const auto small = std::stable_partition(
        rest.begin(), rest.end(), [&](std::size_t i) { return shares[i] * per_share >= 1; });
    if (small == rest.end()) return rest;
    for (auto it = small; it != rest.end(); ++it) out[*it] = 1;
    extents -= static_cast<std::uint64_t>(rest.end() - small);
    rest.erase(small, rest.end());
    if (rest.empty()) return rest;
  }
}

// Whole parts of the exact quotas, then one more to each of the largest remainders.
void give_largest_remainders(const std::vector<double>& shares, std::uint64_t extents,
                             const Indices& to, std::vector<std::uint32_t>& out) {
  const double per_share = static_cast<double>(extents) / sum_of(shares, to);
  std::vector<double> remainder(shares.size());
  std::uint64_t left = extents;
  for (const std::size_t i : to) {
    const double quota = shares[i] * per_share;
    const double whole = std::min(std::floor(quota), static_cast<double>(left));
    out[i] = static_cast<std::uint32_t>(whole);
    remainder[i] = quota - whole;
    left -= out[i];
  }
  Indices order = to;
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return remainder[a] > remainder[b]; });
  for (std::size_t next = 0; left > 0; next = (next + 1) % order.size(), --left) ++out[order[next]];
}

}  // namespace

std::vector<std::uint32_t> apportion(const std::vector<double>& shares, std::uint64_t extents) {
  if (extents > std::numeric_limits<std::uint32_t>::max()) {
    throw std::invalid_argument(std::to_string(extents) +
                                " extents (more than 2^32 - 1) — choose a larger extent");
  }
  const bool valid = std::all_of(shares.begin(), shares.end(),
                                 [](double s) { return std::isfinite(s) && s >= 0; });
  Indices to(shares.size());
  std::iota(to.begin(), to.end(), std::size_t{0});
  const double total = sum_of(shares, to);
  if (!valid || !std::isfinite(total) || (total <= 0 && extents > 0)) {
    throw std::invalid_argument(
        "shares of extents are not finite numbers >= 0 with one above 0 — give each a size");
  }
  std::vector<std::uint32_t> out(shares.size(), 0);
  if (extents == 0) return out;
  if (extents >= shares.size()) to = give_minimum(shares, extents, out);
  if (!to.empty()) give_largest_remainders(shares, extents, to, out);
  return out;
}

}  // namespace spindle::models
