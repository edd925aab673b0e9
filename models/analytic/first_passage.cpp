#include "models/analytic/first_passage.hpp"

#include <fmt/format.h>

#include <algorithm>
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

Matrix identity(std::size_t n) {
  Matrix out(n);
  for (std::size_t i = 0; i < n; ++i) out(i, i) = 1;
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
                   RepairMode mode, const LatentErrors& errors, double uniform) {
  Matrix jump(loss + 1);
  for (std::size_t lost = 0; lost < loss; ++lost) {
    const double left = shards - static_cast<double>(lost);
    double up = left * lambda / uniform;
    double at_once = 0;
    if (lost + 2 == loss) at_once = up * errors.among(static_cast<std::uint32_t>(left) - 1);
    if (lost + 1 == loss) up += left * errors.rate / uniform;
    double down = 0;
    if (lost > 0) {
      down = (mode == RepairMode::kParallel ? static_cast<double>(lost) : 1.0) * mu / uniform;
      jump(lost, lost - 1) = down;
    }
    jump(lost, lost + 1) = up - at_once;
    jump(lost, loss) += at_once;
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

// From each number of lost shards to each other in `time`; the last state is loss.
Matrix transition(std::uint32_t shards, std::uint32_t needed, double lambda, double mu,
                  RepairMode mode, const LatentErrors& errors, double time) {
  const std::size_t loss = shards - needed + 1;
  if ((lambda == 0 && mu == 0 && errors.rate == 0) || time == 0) return identity(loss + 1);
  // No state is left faster than this, so that every entry of the jump matrix is at least 1/2 on
  // the diagonal: nothing cancels.
  const double uniform =
      2 * (shards * lambda + static_cast<double>(loss) * mu + shards * errors.rate);
  double events = uniform * time;
  int doublings = 0;
  for (; events > 1; events /= 2) ++doublings;

  // exp(Q t) = sum over k of Poisson(k; events) jump^k (uniformisation), for the short time; then
  // squared for each doubling. All terms are positive.
  const Matrix jump = jump_matrix(shards, loss, lambda, mu, mode, errors, uniform);
  Matrix power = identity(loss + 1);
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

// Where an extent may be: how many of its shards are lost, of those that are counted on.
struct Standing {
  std::uint32_t shards = 0;      // counted on: those of domains lost for good are not
  std::vector<double> of_state;  // probability, by shards lost; what is missing from 1 is lost
  double loss = 0;
};

void check(std::uint32_t shards, std::span<const DomainLoss> losses) {
  double before = 0;
  std::uint32_t in_domains = 0;
  for (const DomainLoss& loss : losses) {
    in_domains += loss.is_rebuilt ? 0 : loss.shards;
    if (loss.shards > shards || in_domains > shards || !(loss.at >= before) ||
        !std::isfinite(loss.at)) {
      throw std::invalid_argument(
          fmt::format("{} of {} shards lost with a domain at {} (no more than there are, at a "
                      "finite time not before the last) — check the domain",
                      loss.shards, shards, loss.at));
    }
    before = loss.at;
  }
}

// The domain's shards are lost at once. Shards are alike: of those lost before, a hypergeometric
// number were in it. An extent that has no spare shard left by it meets its latent errors.
Standing struck(const Standing& before, std::uint32_t needed, const DomainLoss& domain,
                const LatentErrors& errors) {
  const std::uint32_t others = before.shards - domain.shards;
  const std::uint32_t at_once = domain.is_rebuilt ? domain.shards : 0;
  Standing after;
  after.shards = domain.is_rebuilt ? before.shards : others;
  after.loss = before.loss;
  after.of_state.resize(after.shards < needed ? 0 : after.shards - needed + 1);
  for (std::uint32_t lost = 0; lost < before.of_state.size(); ++lost) {
    for (std::uint32_t in_domain = 0; in_domain <= lost; ++in_domain) {
      const double share = choose(domain.shards, in_domain) * choose(others, lost - in_domain) /
                           choose(before.shards, lost);
      const std::uint32_t now = at_once + lost - in_domain;
      const double part = before.of_state[lost] * share;
      const bool had_spare = lost + 1 < before.of_state.size();
      const bool has_none = now + 1 == after.of_state.size();
      const double met = had_spare && has_none ? part * errors.among(needed) : 0.0;
      double& to = now < after.of_state.size() ? after.of_state[now] : after.loss;
      to += part - met;
      after.loss += met;
    }
  }
  return after;
}

}  // namespace

double loss_probability(std::uint32_t shards, std::uint32_t needed, double lambda, double mu,
                        RepairMode mode, double time) {
  return loss_probability(shards, needed, lambda, mu, mode, time, std::span<const DomainLoss>());
}

double loss_probability(std::uint32_t shards, std::uint32_t needed, double lambda, double mu,
                        RepairMode mode, double time, const DomainLoss& loss) {
  return loss_probability(shards, needed, lambda, mu, mode, time, std::span(&loss, 1));
}

double loss_probability(std::uint32_t shards, std::uint32_t needed, double lambda, double mu,
                        RepairMode mode, double time, std::span<const DomainLoss> losses,
                        const LatentErrors& errors) {
  check(shards, needed, lambda, mu, time);
  check_latent_errors(errors);
  check(shards, losses);
  Standing standing{shards, std::vector<double>(shards - needed + 1), 0};
  standing.of_state[0] = 1;
  double now = 0;
  const auto advance = [&](double to) {
    if (standing.of_state.empty()) return;
    const Matrix step = transition(standing.shards, needed, lambda, mu, mode, errors, to - now);
    const std::size_t loss = standing.of_state.size();
    std::vector<double> next(loss);
    for (std::size_t i = 0; i < loss; ++i) {
      for (std::size_t j = 0; j < loss; ++j) next[j] += standing.of_state[i] * step(i, j);
      standing.loss += standing.of_state[i] * step(i, loss);
    }
    standing.of_state = next;
    now = to;
  };
  for (const DomainLoss& loss : losses) {
    if (loss.at >= time) break;
    advance(loss.at);
    standing = struck(standing, needed, loss, errors);
  }
  advance(time);
  return standing.of_state.empty() ? 1 : std::min(1.0, standing.loss);
}

}  // namespace spindle::models
