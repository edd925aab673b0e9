#pragma once
// A distribution of times on a grid: probabilities of equal cells, uniform within each.
//
// The form in which service times come from mechanics and go into waiting: sums of cells replace
// integrals, and no transform is needed. Cell k is [k step, (k + 1) step). Times in seconds.

#include <cstddef>
#include <span>
#include <vector>

namespace spindle::models {

class CellDistribution {
 public:
  // Weights of the cells; they are scaled to sum to 1. Throws std::invalid_argument unless the step
  // is above 0 and finite, all weights are finite and >= 0 and their sum is above 0.
  CellDistribution(double step_s, std::vector<double> weights);

  [[nodiscard]] double step_s() const { return step_s_; }
  [[nodiscard]] std::span<const double> cells() const { return cells_; }
  [[nodiscard]] double mean_s() const { return mean_s_; }
  [[nodiscard]] double second_moment_s2() const { return second_s2_; }
  // The least time that a share p lies below, linear within a cell. 0 <= p <= 1.
  [[nodiscard]] double quantile_s(double p) const;

 private:
  double step_s_;
  std::vector<double> cells_;
  double mean_s_ = 0;
  double second_s2_ = 0;
};

// In cells that are so many times as wide. Precondition: times >= 1.
CellDistribution coarser(const CellDistribution& distribution, std::size_t times);

// Mean of the k-th smallest of n independent draws, in seconds: what a read waits for that needs k
// of n shards from drives that are about idle. Precondition: 1 <= k <= n. Cost: n k operations a
// cell. Error: that of the midpoint rule, of the order of step^2.
double mean_kth_of_n(const CellDistribution& distribution, std::size_t k, std::size_t n);

}  // namespace spindle::models
