#pragma once
// Durability of one extent whose shards may have errors that nobody knows of: the chain of
// models/analytic/markov.hpp, in which a rebuild without a spare shard meets them.
// Equations: docs/theory/scrub.md.

#include <cstdint>

#include "models/analytic/markov.hpp"

namespace spindle::models {

struct LatentErrors {
  double share = 0;  // probability that a given shard has an undetected error, in [0, 1]
  double rate = 0;   // at which errors come to a shard, per unit of time as the failure rate

  // Probability that one of so many shards has an undetected error.
  [[nodiscard]] double among(std::uint32_t shards) const;
};

// Throws std::invalid_argument: a share outside [0, 1], a rate that is negative or not finite.
void check_latent_errors(const LatentErrors& errors);

// As mttdl() without errors, bit for bit where there are none. With k shards needed, an extent that
// comes to have k left is lost with probability 1 - (1 - share)^k, and while it has no more any
// error that comes to one of them loses it too; with a spare shard left, errors are made good.
double mttdl(std::uint32_t shards, std::uint32_t needed, double lambda, double mu, RepairMode mode,
             const LatentErrors& errors);

// Share of losses that are due to errors, in [0, 1]; NaN where nothing is ever lost.
double latent_loss_share(std::uint32_t shards, std::uint32_t needed, double lambda, double mu,
                         RepairMode mode, const LatentErrors& errors);

}  // namespace spindle::models
