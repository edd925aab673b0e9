#include "models/tenant/cascade.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>
#include <utility>

#include "models/tenant/load_model.hpp"
#include "sim/compensated_sum.hpp"
#include "sim/math.hpp"

namespace spindle::models {
namespace {

// Scales the shares of one level to add up to 1.
void normalise(std::vector<double>& shares, std::size_t level) {
  const std::string who = "level " + std::to_string(level + 1) + " of a cascade ";
  if (shares.size() < 2 || shares.size() > Cascade::kMostShares) {
    throw std::invalid_argument(who + "has " + std::to_string(shares.size()) +
                                " shares (2 to 10,000 are supported) — give e.g. [0.7, 0.3]");
  }
  sim::CompensatedSum sum;
  for (const double share : shares) {
    if (!(std::isfinite(share) && share >= 0)) {
      throw std::invalid_argument(who + "has a share that is no number >= 0 — give e.g. 0.3");
    }
    sum.add(share);
  }
  if (!(std::fabs(sum.value() - 1) <= Cascade::kSlack)) {
    throw std::invalid_argument(who + "has shares that add up to " + std::to_string(sum.value()) +
                                " (must be 1, within 0.001) — give each part's share of the whole");
  }
  for (double& share : shares) share /= sum.value();
}

}  // namespace

Cascade::Cascade(sim::Duration period, std::vector<std::vector<double>> levels)
    : period_(period), levels_(std::move(levels)) {
  if (period.ns() <= 0 || period > kLongestRun) {
    throw std::invalid_argument(
        "period of a cascade is not in (0, 200 years] — give its length, e.g. 24 h");
  }
  if (levels_.empty() || levels_.size() > kMostLevels) {
    throw std::invalid_argument("a cascade has " + std::to_string(levels_.size()) +
                                " levels (1 to 48 are supported) — give at least one");
  }
  for (std::size_t level = 0; level < levels_.size(); ++level) {
    normalise(levels_[level], level);
    const auto longest = static_cast<std::uint64_t>(period.ns()) / parts_;
    if (levels_[level].size() > longest) {
      throw std::invalid_argument("level " + std::to_string(level + 1) +
                                  " of a cascade cuts into parts shorter than 1 ns — fewer levels "
                                  "or a longer period");
    }
    parts_ *= levels_[level].size();
  }
}

Cascade Cascade::b_model(sim::Duration period, double bias, std::size_t halvings) {
  if (!(bias >= 0.5 && bias <= 1)) {
    throw std::invalid_argument("bias of a b-model is not in [0.5, 1] — give e.g. 0.7");
  }
  return Cascade(period, std::vector<std::vector<double>>(halvings, {bias, 1 - bias}));
}

double Cascade::peak_to_mean(std::size_t level) const {
  double peak = 1;
  for (std::size_t i = 0; i <= level; ++i) {
    peak *= *std::max_element(levels_[i].begin(), levels_[i].end()) *
            static_cast<double>(levels_[i].size());
  }
  return peak;
}

double Cascade::hurst(std::size_t level) const {
  const std::vector<double>& shares = levels_[level];
  double squares = 0;
  for (const double share : shares) squares += share * share;
  return (1 - sim::log(squares) / sim::log(static_cast<double>(shares.size()))) / 2;
}

}  // namespace spindle::models
