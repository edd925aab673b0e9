#pragma once
// Markov chain of one extent that loses shards and gets them back one at a time: when it is lost,
// and where it is after a time.

#include <cstddef>
#include <vector>

namespace spindle::models {

// State i is i lost shards. Rates of each state, all per the same unit of time, none negative: to
// i + 1 (0 in the last state), to i - 1 (0 in the first), and to the loss of the extent.
struct LossChain {
  std::vector<double> up;
  std::vector<double> down;
  std::vector<double> loss;
  double fastest = 0;  // no state is left faster than this
};

// Square, row by row. Products are summed in a fixed order, so that the bits are the same wherever
// it is built.
struct SquareMatrix {
  explicit SquareMatrix(std::size_t n) : size(n), cells(n * n, 0.0) {}
  double& operator()(std::size_t i, std::size_t j) { return cells[i * size + j]; }
  double operator()(std::size_t i, std::size_t j) const { return cells[i * size + j]; }
  std::size_t size;
  std::vector<double> cells;
};

// Mean time from state 0 to the loss; infinity where it cannot come or exceeds a double. Relative
// error below 1e-12. Cost: states^3.
double mean_time_to_loss(const LossChain& chain);

// Probabilities from each state to each other in `time`, in its last row and column the loss.
// Nothing is subtracted, so that small ones keep their digits. Precondition: chain.fastest * time
// is finite. Cost: states^3 log(fastest time).
SquareMatrix transition(const LossChain& chain, double time);

}  // namespace spindle::models
