#include "models/analytic/loss_chain.hpp"

#include "models/analytic/absorbing_chain.hpp"
#include "sim/math.hpp"

namespace spindle::models {
namespace {

SquareMatrix product(const SquareMatrix& a, const SquareMatrix& b) {
  SquareMatrix out(a.size);
  for (std::size_t i = 0; i < a.size; ++i) {
    for (std::size_t k = 0; k < a.size; ++k) {
      if (a(i, k) == 0) continue;
      for (std::size_t j = 0; j < a.size; ++j) out(i, j) += a(i, k) * b(k, j);
    }
  }
  return out;
}

SquareMatrix identity(std::size_t n) {
  SquareMatrix out(n);
  for (std::size_t i = 0; i < n; ++i) out(i, i) = 1;
  return out;
}

// Rows of probabilities add up to 1: kept so, lest rounding doubles with every squaring.
void normalise(SquareMatrix& matrix) {
  for (std::size_t i = 0; i < matrix.size; ++i) {
    double total = 0;
    for (std::size_t j = 0; j < matrix.size; ++j) total += matrix(i, j);
    for (std::size_t j = 0; j < matrix.size; ++j) matrix(i, j) /= total;
  }
}

// One step of the chain at the times of a Poisson process of rate `uniform`.
SquareMatrix jump_matrix(const LossChain& chain, double uniform) {
  const std::size_t loss = chain.up.size();
  SquareMatrix jump(loss + 1);
  for (std::size_t lost = 0; lost < loss; ++lost) {
    if (lost > 0) jump(lost, lost - 1) = chain.down[lost] / uniform;
    if (lost + 1 < loss) jump(lost, lost + 1) = chain.up[lost] / uniform;
    jump(lost, loss) = chain.loss[lost] / uniform;
    jump(lost, lost) =
        1 - (chain.up[lost] + chain.loss[lost]) / uniform - chain.down[lost] / uniform;
  }
  jump(loss, loss) = 1;
  return jump;
}

}  // namespace

double mean_time_to_loss(const LossChain& chain) {
  const auto states = static_cast<Eigen::Index>(chain.up.size());
  Eigen::MatrixXd rates = Eigen::MatrixXd::Zero(states, states);
  Eigen::VectorXd absorption = Eigen::VectorXd::Zero(states);
  for (Eigen::Index i = 0; i < states; ++i) {
    const auto lost = static_cast<std::size_t>(i);
    absorption(i) = chain.loss[lost];
    if (i + 1 < states) rates(i, i + 1) = chain.up[lost];
    if (i > 0) rates(i, i - 1) = chain.down[lost];
  }
  return mean_absorption_time(std::move(rates), std::move(absorption));
}

SquareMatrix transition(const LossChain& chain, double time) {
  const std::size_t loss = chain.up.size();
  if (chain.fastest == 0 || time == 0) return identity(loss + 1);
  // So every entry of the jump matrix's diagonal is at least 1/2: nothing cancels.
  const double uniform = 2 * chain.fastest;
  double events = uniform * time;
  int doublings = 0;
  for (; events > 1; events /= 2) ++doublings;

  // exp(Q t) = sum over k of Poisson(k; events) jump^k (uniformisation), for the short time; then
  // squared for each doubling. All terms are positive.
  const SquareMatrix jump = jump_matrix(chain, uniform);
  SquareMatrix power = identity(loss + 1);
  SquareMatrix sum(loss + 1);
  double weight = sim::exp(-events);
  // The probability needs `loss` jumps at most: the terms after those must have become small.
  const auto terms = static_cast<int>(loss) + 20;
  for (int k = 0; k <= terms; ++k) {
    for (std::size_t i = 0; i < sum.cells.size(); ++i) sum.cells[i] += weight * power.cells[i];
    power = product(power, jump);
    weight *= events / (k + 1);
  }
  for (int i = 0; i < doublings; ++i) {
    sum = product(sum, sum);
    normalise(sum);
  }
  return sum;
}

}  // namespace spindle::models
