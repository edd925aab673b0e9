#include "models/analytic/first_passage.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <vector>

#include "models/analytic/loss_chain.hpp"

namespace spindle::models {
namespace {

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
SquareMatrix transition(std::uint32_t shards, std::uint32_t needed, double lambda, double mu,
                        RepairMode mode, const LatentErrors& errors, double time) {
  const std::size_t loss = shards - needed + 1;
  LossChain chain;
  for (std::size_t lost = 0; lost < loss; ++lost) {
    const double left = shards - static_cast<double>(lost);
    const double failures = left * lambda;
    const bool is_last = lost + 1 == loss;
    // The rebuild that leaves no spare shard reads all that are left: an error among them is a
    // loss.
    const double at_once =
        lost + 2 == loss ? failures * errors.among(static_cast<std::uint32_t>(left) - 1) : 0;
    chain.up.push_back(is_last ? 0 : failures - at_once);
    chain.loss.push_back(is_last ? failures + left * errors.rate : at_once);
    const double repaired = mode == RepairMode::kParallel ? static_cast<double>(lost) : 1.0;
    chain.down.push_back(lost == 0 ? 0 : repaired * mu);
  }
  chain.fastest = shards * lambda + static_cast<double>(loss) * mu + shards * errors.rate;
  return transition(chain, time);
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
    const SquareMatrix step =
        transition(standing.shards, needed, lambda, mu, mode, errors, to - now);
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
