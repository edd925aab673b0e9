#include "models/analytic/first_passage.hpp"

#include <fmt/format.h>

#include <cmath>
#include <stdexcept>
#include <vector>

#include "sim/math.hpp"

namespace spindle::models {
namespace {

// Square, row by row. Products are summed in a fixed order, so that the bits are the same wherever
// it is built.
struct Matrix {
  explicit Matrix(std::size_t n) : size(n), cells(n * n, 0.0) {}
  double& operator()(std::size_t i, std::size_t j) { return cells[i * size + j]; }
  double operator()(std::size_t i, std::size_t j) const { return cells[i * size + j]; }
  std::size_t size;
  std::vector<double> cells;
};

Matrix product(const Matrix& a, const Matrix& b) {
  Matrix out(a.size);
  for (std::size_t i = 0; i < a.size; ++i) {
    for (std::size_t k = 0; k < a.size; ++k) {
      if (a(i, k) == 0) continue;
      for (std::size_t j = 0; j < a.size; ++j) out(i, j) += a(i, k) * b(k, j);
    }
  }
  return out;
}

// Rows of probabilities add up to 1: kept so, lest rounding doubles with every squaring.
void normalise(Matrix& matrix) {
  for (std::size_t i = 0; i < matrix.size; ++i) {
    double total = 0;
    for (std::size_t j = 0; j < matrix.size; ++j) total += matrix(i, j);
    for (std::size_t j = 0; j < matrix.size; ++j) matrix(i, j) /= total;
  }
}

// One step of the chain at the times of a Poisson process of rate `uniform`: state i < n is i lost
// shards, the last state is loss.
Matrix jump_matrix(std::uint32_t shards, std::size_t loss, double lambda, double mu,
                   RepairMode mode, double uniform) {
  Matrix jump(loss + 1);
  for (std::size_t lost = 0; lost < loss; ++lost) {
    const double up = (shards - static_cast<double>(lost)) * lambda / uniform;
    double down = 0;
    if (lost > 0) {
      down = (mode == RepairMode::kParallel ? static_cast<double>(lost) : 1.0) * mu / uniform;
      jump(lost, lost - 1) = down;
    }
    jump(lost, lost + 1) = up;
    jump(lost, lost) = 1 - up - down;
  }
  jump(loss, loss) = 1;
  return jump;
}

void check(std::uint32_t shards, std::uint32_t needed, double lambda, double mu, double time) {
  if (needed == 0 || needed > shards) {
    throw std::invalid_argument(
        fmt::format("{} of {} shards needed (it takes 1 to all of them) — check data and parity",
                    needed, shards));
  }
  if (!(lambda >= 0 && mu >= 0 && time >= 0 && std::isfinite(lambda * mu * time))) {
    throw std::invalid_argument(
        fmt::format("failure rate {}, repair rate {}, time {} (all are finite and not negative) — "
                    "check the units",
                    lambda, mu, time));
  }
}

// From each number of lost shards to each other in `time`; the last state is loss. Rates not 0.
Matrix transition(std::uint32_t shards, std::uint32_t needed, double lambda, double mu,
                  RepairMode mode, double time) {
  const std::size_t loss = shards - needed + 1;
  // No state is left faster than this, so that every entry of the jump matrix is at least 1/2 on
  // the diagonal: nothing cancels.
  const double uniform = 2 * (shards * lambda + static_cast<double>(loss) * mu);
  double events = uniform * time;
  int doublings = 0;
  for (; events > 1; events /= 2) ++doublings;

  // exp(Q t) = sum over k of Poisson(k; events) jump^k (uniformisation), for the short time; then
  // squared for each doubling. All terms are positive.
  const Matrix jump = jump_matrix(shards, loss, lambda, mu, mode, uniform);
  Matrix power(loss + 1);
  for (std::size_t i = 0; i <= loss; ++i) power(i, i) = 1;
  Matrix sum(loss + 1);
  double weight = sim::exp(-events);
  // The probability needs `loss` jumps at least: the terms after those must have become small.
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

double choose(std::uint32_t n, std::uint32_t k) {
  if (k > n) return 0;
  double out = 1;
  for (std::uint32_t i = 0; i < k; ++i) out *= static_cast<double>(n - i) / (i + 1.0);
  return out;
}

}  // namespace

double loss_probability(std::uint32_t shards, std::uint32_t needed, double lambda, double mu,
                        RepairMode mode, double time) {
  check(shards, needed, lambda, mu, time);
  if (lambda == 0 || time == 0) return 0;
  return transition(shards, needed, lambda, mu, mode, time)(0, shards - needed + 1);
}

double loss_probability(std::uint32_t shards, std::uint32_t needed, double lambda, double mu,
                        RepairMode mode, double time, const DomainLoss& loss) {
  check(shards, needed, lambda, mu, time);
  if (loss.shards > shards || !(loss.at >= 0 && std::isfinite(loss.at))) {
    throw std::invalid_argument(
        fmt::format("{} of {} shards lost with a domain at {} (no more than there are, at a finite "
                    "time that is not negative) — check the domain",
                    loss.shards, shards, loss.at));
  }
  if (loss.at >= time) return loss_probability(shards, needed, lambda, mu, mode, time);
  const std::uint32_t left = shards - loss.shards;
  if (left < needed) return 1;
  if (lambda == 0) return 0;
  const Matrix before = transition(shards, needed, lambda, mu, mode, loss.at);
  const Matrix after = transition(left, needed, lambda, mu, mode, time - loss.at);
  const std::uint32_t tolerated = shards - needed;
  const std::uint32_t tolerated_after = left - needed;
  double sum = before(0, tolerated + 1);
  for (std::uint32_t lost = 0; lost <= tolerated; ++lost) {
    for (std::uint32_t in_domain = 0; in_domain <= lost; ++in_domain) {
      const double share =
          choose(loss.shards, in_domain) * choose(left, lost - in_domain) / choose(shards, lost);
      if (share == 0) continue;  // more than the domain, or the rest, has
      const std::uint32_t others = lost - in_domain;
      sum += before(0, lost) * share *
             (others > tolerated_after ? 1.0 : after(others, tolerated_after + 1));
    }
  }
  return sum;
}

}  // namespace spindle::models
