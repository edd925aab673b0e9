#include "models/analytic/scheme_chain.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <vector>

#include "models/analytic/loss_chain.hpp"

namespace spindle::models {
namespace {

void check(const Scheme& scheme, std::uint32_t missing, double lambda, double mu, double time) {
  if (!(lambda >= 0 && mu >= 0 && time >= 0 && std::isfinite(lambda * mu * time))) {
    throw std::invalid_argument(
        fmt::format("failure rate {}, repair rate {}, time {} (all are finite and not negative) — "
                    "check the units",
                    lambda, mu, time));
  }
  if (missing > scheme.shards()) {
    throw std::invalid_argument(
        fmt::format("{} of {} shards missing (no more than there are)", missing, scheme.shards()));
  }
}

// Share of extents that `missing` random losses, one after the other, have lost.
double lost_share(const Scheme& scheme, std::uint32_t missing) {
  double lost = 0;
  for (std::uint32_t i = 1; i <= missing; ++i) lost += (1 - lost) * scheme.lost_at(i);
  return lost;
}

// States are further losses beside those that are missing. Precondition: missing <= most_survived.
LossChain chain_of(const Scheme& scheme, std::uint32_t missing, double lambda, double mu) {
  LossChain chain;
  const std::uint32_t states = scheme.most_survived() - missing + 1;
  const std::uint32_t left = scheme.shards() - missing;
  for (std::uint32_t lost = 0; lost < states; ++lost) {
    const double failures = (left - lost) * lambda;
    const double fatal = scheme.lost_at(missing + lost + 1);
    chain.up.push_back(failures * (1 - fatal));
    chain.loss.push_back(failures * fatal);
    chain.down.push_back(lost * mu);
  }
  chain.fastest = left * lambda + states * mu;
  return chain;
}

}  // namespace

double mean_time_to_loss(const Scheme& scheme, double lambda, double mu) {
  check(scheme, 0, lambda, mu, 0);
  if (lambda == 0) return std::numeric_limits<double>::infinity();
  return mean_time_to_loss(chain_of(scheme, 0, lambda, mu));
}

double loss_probability(const Scheme& scheme, std::uint32_t missing, double lambda, double mu,
                        double time) {
  check(scheme, missing, lambda, mu, time);
  if (missing > scheme.most_survived()) return 1;
  const double at_once = lost_share(scheme, missing);
  const SquareMatrix step = transition(chain_of(scheme, missing, lambda, mu), time);
  return std::min(1.0, at_once + (1 - at_once) * step(0, step.size - 1));
}

double unreadable_probability(const Scheme& scheme, std::uint32_t missing, double down) {
  check(scheme, missing, 0, 0, 0);
  if (!(down >= 0 && down <= 1)) {
    throw std::invalid_argument(
        fmt::format("a shard is down with probability {} (outside [0, 1]) — check it", down));
  }
  const std::uint32_t left = scheme.shards() - missing;
  double total = 0;
  double choose = 1;  // C(left, lost)
  for (std::uint32_t lost = 0; lost <= left; ++lost) {
    double term = choose * lost_share(scheme, missing + lost);
    for (std::uint32_t i = 0; i < lost; ++i) term *= down;
    for (std::uint32_t i = lost; i < left; ++i) term *= 1 - down;
    total += term;
    choose *= static_cast<double>(left - lost) / (lost + 1.0);
  }
  return std::min(1.0, total);
}

}  // namespace spindle::models
