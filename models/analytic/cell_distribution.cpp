#include "models/analytic/cell_distribution.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace spindle::models {

CellDistribution::CellDistribution(double step_s, std::vector<double> weights)
    : step_s_(step_s), cells_(std::move(weights)) {
  double sum = 0;
  for (const double weight : cells_) {
    if (!(weight >= 0)) throw std::invalid_argument("cell weights must not be negative");
    sum += weight;
  }
  if (!(sum > 0) || !std::isfinite(sum)) {
    throw std::invalid_argument("cell weights must have a finite sum above 0");
  }
  if (!(step_s > 0) || !std::isfinite(step_s)) {
    throw std::invalid_argument("the step of cells must be above 0 and finite");
  }
  double middle = 0.5;
  for (double& cell : cells_) {
    cell /= sum;
    mean_s_ += cell * middle * step_s_;
    // A uniform cell adds its variance, step^2 / 12.
    second_s2_ += cell * (middle * middle + 1.0 / 12.0) * step_s_ * step_s_;
    middle += 1;
  }
}

double CellDistribution::quantile_s(double p) const {
  double below = 0;
  double edge = 0;
  double last = 0;  // end of the last cell that holds anything
  for (const double cell : cells_) {
    if (cell > 0) {
      if (below + cell >= p) return (edge + std::max(0.0, p - below) / cell) * step_s_;
      last = edge + 1;
    }
    below += cell;
    edge += 1;
  }
  return last * step_s_;  // rounding left the sum just below p
}

CellDistribution coarser(const CellDistribution& distribution, std::size_t times) {
  const std::span<const double> cells = distribution.cells();
  std::vector<double> wide((cells.size() + times - 1) / times, 0.0);
  for (std::size_t i = 0; i < cells.size(); ++i) wide[i / times] += cells[i];
  return {distribution.step_s() * static_cast<double>(times), std::move(wide)};
}

double mean_kth_of_n(const CellDistribution& distribution, std::size_t k, std::size_t n) {
  // E[X_(k)] = integral of P(fewer than k of n lie at or below x) dx, at the middles of the cells.
  double mean = 0;
  double below = 0;
  std::vector<double> count(k);  // probability that i of the draws so far lie below, i < k
  for (const double cell : distribution.cells()) {
    const double here = std::min(1.0, below + 0.5 * cell);
    std::fill(count.begin(), count.end(), 0.0);
    count[0] = 1;
    for (std::size_t draw = 0; draw < n; ++draw) {
      for (std::size_t i = k; i-- > 0;) {
        count[i] = count[i] * (1 - here) + (i > 0 ? count[i - 1] * here : 0.0);
      }
    }
    double fewer = 0;
    for (const double probability : count) fewer += probability;
    mean += fewer * distribution.step_s();
    below += cell;
  }
  return mean;
}

}  // namespace spindle::models
